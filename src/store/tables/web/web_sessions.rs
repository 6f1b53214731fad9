//! The table `web_sessions`: sessions of browsers.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::{AccountKind, Timestamp, User, UserId};
use crate::error::Result;
use crate::store::Store;
use crate::store::db::sql_types::parse_column;
use crate::store::tables::web::{sign_in_links, token};
use crate::store::tables::workspace::users;

/// How long a session lasts without a request.
pub const IDLE_TTL: chrono::Duration = chrono::Duration::days(7);

/// How long a session lasts at most.
pub const SESSION_TTL: chrono::Duration = chrono::Duration::days(30);

/// How old the time of the last request must be before it is written again, so that reading pages rarely
/// writes.
const LAST_SEEN_INTERVAL: chrono::Duration = chrono::Duration::minutes(5);

/// A session of a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebSession {
    /// Its ID, which names it on the profile page. It is no secret.
    pub id: i64,
    /// The user.
    pub user: UserId,
    /// The browser in words; empty if it is unknown.
    pub browser: String,
    /// When the user signed in.
    pub created_at: Timestamp,
    /// The time of a recent request.
    pub last_seen_at: Timestamp,
}

impl WebSession {
    /// Returns whether the session has not expired at `now`.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        now.duration_since(self.last_seen_at) < IDLE_TTL
            && now.duration_since(self.created_at) < SESSION_TTL
    }
}

impl Store {
    /// Returns the session with this token and its user; `None` if it has expired or the account is not
    /// active. A user who has not been fetched yet is shown by their ID.
    pub async fn web_session(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<Option<(WebSession, User)>> {
        let hash = token::hash(token);
        let signed_in = self
            .read_pool
            .run(move |tx| {
                let Some(session) = find_session(tx, &hash)?.filter(|it| it.is_valid(now)) else {
                    return Ok(None);
                };
                let user = users::find_user(tx, &session.user)?.map(|(user, _)| user);
                let user = user.unwrap_or_else(|| unfetched_user(&session.user));
                Ok(user.is_active().then_some((session, user)))
            })
            .await?;
        if let Some((session, _)) = &signed_in
            && now.duration_since(session.last_seen_at) >= LAST_SEEN_INTERVAL
        {
            let id = session.id;
            self.write_thread
                .run(move |tx| set_last_seen(tx, id, now))
                .await?;
        }
        Ok(signed_in)
    }

    /// Returns the valid sessions of a user, the latest first.
    pub async fn web_sessions(&self, user: UserId, now: Timestamp) -> Result<Vec<WebSession>> {
        let mut sessions = self.read_pool.run(move |tx| sessions_of(tx, &user)).await?;
        sessions.retain(|session| session.is_valid(now));
        Ok(sessions)
    }

    /// Ends a session of a user.
    pub async fn end_web_session(&self, user: UserId, id: i64) -> Result<()> {
        self.write_thread
            .run(move |tx| delete_session(tx, &user, id))
            .await
    }

    /// Ends all sessions of a user, and deletes their unused sign-in links.
    pub async fn end_web_sessions_of(&self, user: UserId) -> Result<()> {
        self.write_thread
            .run(move |tx| delete_sessions_of(tx, &user))
            .await
    }
}

fn unfetched_user(id: &UserId) -> User {
    User {
        id: id.clone(),
        name: id.to_string(),
        handle: String::new(),
        time_zone: String::new(),
        email: None,
        account_kind: AccountKind::Member,
    }
}

/// Adds a session.
pub fn insert_session(
    tx: &Connection,
    hash: &str,
    user: &UserId,
    browser: &str,
    now: Timestamp,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO web_sessions (token_hash, user_id, browser, created_at, last_seen_at)
         VALUES (:hash, :user, :browser, :now, :now)",
    )?
    .execute(named_params! {
        ":hash": hash, ":user": user.as_str(), ":browser": browser, ":now": now.to_string(),
    })?;
    Ok(())
}

fn find_session(tx: &Connection, hash: &str) -> Result<Option<WebSession>> {
    let session = tx
        .prepare_cached(
            "SELECT id, user_id, browser, created_at, last_seen_at
               FROM web_sessions WHERE token_hash = :hash",
        )?
        .query_row(named_params! { ":hash": hash }, from_row)
        .optional()?;
    Ok(session)
}

fn sessions_of(tx: &Connection, user: &UserId) -> Result<Vec<WebSession>> {
    let sessions = tx
        .prepare_cached(
            "SELECT id, user_id, browser, created_at, last_seen_at
               FROM web_sessions WHERE user_id = :user ORDER BY id DESC",
        )?
        .query_map(named_params! { ":user": user.as_str() }, from_row)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(sessions)
}

fn set_last_seen(tx: &Connection, id: i64, now: Timestamp) -> Result<()> {
    tx.prepare_cached("UPDATE web_sessions SET last_seen_at = :now WHERE id = :id")?
        .execute(named_params! { ":id": id, ":now": now.to_string() })?;
    Ok(())
}

fn delete_session(tx: &Connection, user: &UserId, id: i64) -> Result<()> {
    tx.prepare_cached("DELETE FROM web_sessions WHERE id = :id AND user_id = :user")?
        .execute(named_params! { ":id": id, ":user": user.as_str() })?;
    Ok(())
}

/// Deletes the sessions and the unused sign-in links of a user.
pub fn delete_sessions_of(tx: &Connection, user: &UserId) -> Result<()> {
    tx.prepare_cached("DELETE FROM web_sessions WHERE user_id = :user")?
        .execute(named_params! { ":user": user.as_str() })?;
    sign_in_links::delete_links_of(tx, user)
}

/// Deletes sessions that have expired at `now`.
pub fn delete_expired(tx: &Connection, now: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "DELETE FROM web_sessions WHERE last_seen_at < :idle OR created_at < :oldest",
    )?
    .execute(named_params! {
        ":idle": now.plus(-IDLE_TTL).to_string(),
        ":oldest": now.plus(-SESSION_TTL).to_string(),
    })?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<WebSession> {
    Ok(WebSession {
        id: row.get("id")?,
        user: UserId(row.get("user_id")?),
        browser: row.get("browser")?,
        created_at: parse_column(row, "created_at")?,
        last_seen_at: parse_column(row, "last_seen_at")?,
    })
}
