//! The table `sign_in_links`: links that sign a user in once.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::{Timestamp, UserId};
use crate::error::Result;
use crate::secret::Secret;
use crate::store::Store;
use crate::store::db::sql_types::{parse_column, parse_optional_column};
use crate::store::tables::web::{token, web_sessions};
use crate::store::tables::workspace::users;

/// How long a link can be used.
pub const LINK_TTL: chrono::Duration = chrono::Duration::minutes(10);

/// How many links a user may have that are not used yet. A new one replaces the oldest.
const MAX_UNSPENT_LINKS: i64 = 5;

/// A link that signs a user in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInLink {
    /// The user.
    pub user: UserId,
    /// The path of the page that it leads to.
    pub target: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When the user signed in with it; `None` if they have not.
    pub spent_at: Option<Timestamp>,
}

impl SignInLink {
    /// Returns whether the link signs the user in at `now`.
    pub fn is_usable(&self, now: Timestamp) -> bool {
        self.spent_at.is_none() && now.duration_since(self.created_at) < LINK_TTL
    }
}

impl Store {
    /// Creates a link that signs a user in and leads to a page. Returns its token.
    pub async fn create_sign_in_link(
        &self,
        user: UserId,
        target: String,
        now: Timestamp,
    ) -> Result<Secret> {
        let token = token::random_token();
        let hash = token::hash(token.reveal());
        self.write_thread
            .run(move |tx| {
                delete_oldest(tx, &user, now)?;
                insert_link(tx, &hash, &user, &target, now)
            })
            .await?;
        Ok(token)
    }

    /// Returns the link with this token, used or not.
    pub async fn sign_in_link(&self, token: &str) -> Result<Option<SignInLink>> {
        let hash = token::hash(token);
        self.read_pool.run(move |tx| find_link(tx, &hash)).await
    }

    /// Marks a link as used and creates a session of its user. Returns the session's token; `None` if the
    /// link cannot be used, or the account is not active.
    pub async fn spend_sign_in_link(
        &self,
        token: &str,
        browser: String,
        now: Timestamp,
    ) -> Result<Option<Secret>> {
        let hash = token::hash(token);
        let session = token::random_token();
        let session_hash = token::hash(session.reveal());
        let is_spent = self
            .write_thread
            .run(move |tx| {
                let Some(link) = find_link(tx, &hash)?.filter(|link| link.is_usable(now)) else {
                    return Ok(false);
                };
                let user = users::find_user(tx, &link.user)?;
                if user.is_some_and(|(user, _)| !user.is_active()) {
                    return Ok(false);
                }
                mark_spent(tx, &hash, now)?;
                web_sessions::insert_session(tx, &session_hash, &link.user, &browser, now)?;
                Ok(true)
            })
            .await?;
        Ok(is_spent.then_some(session))
    }
}

/// Deletes links of a user, so that there is room for another unused one.
fn delete_oldest(tx: &Connection, user: &UserId, now: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "DELETE FROM sign_in_links
          WHERE user_id = :user AND spent_at IS NULL AND token_hash NOT IN (
                SELECT token_hash FROM sign_in_links
                 WHERE user_id = :user AND spent_at IS NULL AND created_at > :oldest
                 ORDER BY created_at DESC LIMIT :limit)",
    )?
    .execute(named_params! {
        ":user": user.as_str(),
        ":oldest": now.plus(-LINK_TTL).to_string(),
        ":limit": MAX_UNSPENT_LINKS - 1,
    })?;
    Ok(())
}

fn insert_link(
    tx: &Connection,
    hash: &str,
    user: &UserId,
    target: &str,
    now: Timestamp,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO sign_in_links (token_hash, user_id, target, created_at)
         VALUES (:hash, :user, :target, :now)",
    )?
    .execute(named_params! {
        ":hash": hash, ":user": user.as_str(), ":target": target, ":now": now.to_string(),
    })?;
    Ok(())
}

fn find_link(tx: &Connection, hash: &str) -> Result<Option<SignInLink>> {
    let link = tx
        .prepare_cached(
            "SELECT user_id, target, created_at, spent_at FROM sign_in_links WHERE token_hash = :hash",
        )?
        .query_row(named_params! { ":hash": hash }, from_row)
        .optional()?;
    Ok(link)
}

fn mark_spent(tx: &Connection, hash: &str, now: Timestamp) -> Result<()> {
    tx.prepare_cached("UPDATE sign_in_links SET spent_at = :now WHERE token_hash = :hash")?
        .execute(named_params! { ":hash": hash, ":now": now.to_string() })?;
    Ok(())
}

/// Deletes the unused links of a user.
pub fn delete_links_of(tx: &Connection, user: &UserId) -> Result<()> {
    tx.prepare_cached("DELETE FROM sign_in_links WHERE user_id = :user AND spent_at IS NULL")?
        .execute(named_params! { ":user": user.as_str() })?;
    Ok(())
}

/// Deletes links that were created before a timestamp.
pub fn delete_expired(tx: &Connection, before: Timestamp) -> Result<()> {
    tx.prepare_cached("DELETE FROM sign_in_links WHERE created_at < :before")?
        .execute(named_params! { ":before": before.to_string() })?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<SignInLink> {
    Ok(SignInLink {
        user: UserId(row.get("user_id")?),
        target: row.get("target")?,
        created_at: parse_column(row, "created_at")?,
        spent_at: parse_optional_column(row, "spent_at")?,
    })
}
