//! The table `feed_tokens`: the addresses of feeds. A feed reader has no session, so the address names its user.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::domain::{Timestamp, User, UserId};
use crate::error::Result;
use crate::secret::Secret;
use crate::store::Store;
use crate::store::tables::web::token;
use crate::store::tables::workspace::users;

impl Store {
    /// Creates the token of a user's feeds, which replaces an earlier one. Returns it.
    pub async fn create_feed_token(&self, user: UserId, now: Timestamp) -> Result<Secret> {
        let token = token::random_token();
        let hash = token::hash(token.reveal());
        self.write_thread
            .run(move |tx| {
                tx.prepare_cached(
                    "INSERT INTO feed_tokens (user_id, token_hash, created_at)
                     VALUES (:user, :hash, :now)
                     ON CONFLICT (user_id) DO UPDATE
                        SET token_hash = excluded.token_hash, created_at = excluded.created_at",
                )?
                .execute(named_params! {
                    ":user": user.as_str(), ":hash": hash, ":now": now.to_string(),
                })?;
                Ok(())
            })
            .await?;
        Ok(token)
    }

    /// Deletes the token of a user's feeds.
    pub async fn delete_feed_token(&self, user: UserId) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                tx.prepare_cached("DELETE FROM feed_tokens WHERE user_id = :user")?
                    .execute(named_params! { ":user": user.as_str() })?;
                Ok(())
            })
            .await
    }

    /// Returns whether a user has a token.
    pub async fn has_feed_token(&self, user: UserId) -> Result<bool> {
        self.read_pool
            .run(move |tx| {
                let mut exists = tx.prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM feed_tokens WHERE user_id = :user)",
                )?;
                Ok(exists.query_row(named_params! { ":user": user.as_str() }, |row| row.get(0))?)
            })
            .await
    }

    /// Returns the user of a token; `None` if there is none, or the account is not active.
    pub async fn user_of_feed_token(&self, token: &str) -> Result<Option<User>> {
        let hash = token::hash(token);
        self.read_pool.run(move |tx| find_user(tx, &hash)).await
    }
}

fn find_user(tx: &Connection, hash: &str) -> Result<Option<User>> {
    let user: Option<UserId> = tx
        .prepare_cached("SELECT user_id FROM feed_tokens WHERE token_hash = :hash")?
        .query_row(named_params! { ":hash": hash }, |row| {
            row.get("user_id").map(UserId)
        })
        .optional()?;
    let Some(user) = user else {
        return Ok(None);
    };
    let user = users::find_user(tx, &user)?.map(|(user, _)| user);
    Ok(user.filter(User::is_active))
}
