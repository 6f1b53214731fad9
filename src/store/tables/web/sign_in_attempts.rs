//! The table `sign_in_attempts`: sign-ins with Slack that a browser has begun. A row is found by a cookie, so
//! that only the browser that began a sign-in ends it, and it is deleted when the browser returns, so that
//! it does so once.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::{Timestamp, UserId};
use crate::error::Result;
use crate::secret::Secret;
use crate::store::Store;
use crate::store::db::sql_types::parse_column;
use crate::store::tables::web::{token, web_sessions};
use crate::store::tables::workspace::users;

/// How long a user may take to sign in at Slack.
pub const ATTEMPT_TTL: chrono::Duration = chrono::Duration::minutes(10);

/// How many attempts are stored. A new one replaces the oldest, because any browser can begin one.
const MAX_ATTEMPTS: i64 = 1_000;

/// The secrets of a new attempt.
pub struct NewSignInAttempt {
    /// The value of the cookie.
    pub cookie: Secret,
    /// Slack returns it with the code.
    pub state: Secret,
    /// Slack returns it in the ID token.
    pub nonce: Secret,
}

/// An attempt, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInAttempt {
    state_hash: String,
    nonce_hash: String,
    /// The path of the page that it leads to.
    pub target: String,
    created_at: Timestamp,
}

impl SignInAttempt {
    /// Returns whether the attempt has not expired, and Slack returned its state.
    pub fn is_continued_by(&self, state: &str, now: Timestamp) -> bool {
        now.duration_since(self.created_at) < ATTEMPT_TTL && self.state_hash == token::hash(state)
    }

    /// Returns whether an ID token is for this attempt. Hashes are compared, so the time tells nothing about
    /// the nonce.
    pub fn has_nonce(&self, nonce: &str) -> bool {
        self.nonce_hash == token::hash(nonce)
    }
}

impl Store {
    /// Begins a sign-in with Slack that leads to a page.
    pub async fn begin_sign_in(&self, target: String, now: Timestamp) -> Result<NewSignInAttempt> {
        let attempt = NewSignInAttempt {
            cookie: token::random_token(),
            state: token::random_token(),
            nonce: token::random_token(),
        };
        let cookie_hash = token::hash(attempt.cookie.reveal());
        let row = SignInAttempt {
            state_hash: token::hash(attempt.state.reveal()),
            nonce_hash: token::hash(attempt.nonce.reveal()),
            target,
            created_at: now,
        };
        self.write_thread
            .run(move |tx| {
                delete_expired(tx, now.plus(-ATTEMPT_TTL))?;
                delete_oldest(tx)?;
                insert_attempt(tx, &cookie_hash, &row)
            })
            .await?;
        Ok(attempt)
    }

    /// Removes the attempt of a browser and returns it. A second call returns `None`.
    pub async fn take_sign_in(&self, cookie: &str) -> Result<Option<SignInAttempt>> {
        let hash = token::hash(cookie);
        self.write_thread
            .run(move |tx| {
                let attempt = find_attempt(tx, &hash)?;
                if attempt.is_some() {
                    delete_attempt(tx, &hash)?;
                }
                Ok(attempt)
            })
            .await
    }

    /// Creates a session of a user. Returns its token; `None` if the account is not active.
    pub async fn create_web_session(
        &self,
        user: UserId,
        browser: String,
        now: Timestamp,
    ) -> Result<Option<Secret>> {
        let session = token::random_token();
        let hash = token::hash(session.reveal());
        let is_created = self
            .write_thread
            .run(move |tx| {
                let known = users::find_user(tx, &user)?;
                if known.is_none_or(|(user, _)| !user.is_active()) {
                    return Ok(false);
                }
                web_sessions::insert_session(tx, &hash, &user, &browser, now)?;
                Ok(true)
            })
            .await?;
        Ok(is_created.then_some(session))
    }
}

fn insert_attempt(tx: &Connection, cookie_hash: &str, attempt: &SignInAttempt) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO sign_in_attempts (cookie_hash, state_hash, nonce_hash, target, created_at)
         VALUES (:cookie, :state, :nonce, :target, :now)",
    )?
    .execute(named_params! {
        ":cookie": cookie_hash,
        ":state": attempt.state_hash,
        ":nonce": attempt.nonce_hash,
        ":target": attempt.target,
        ":now": attempt.created_at.to_string(),
    })?;
    Ok(())
}

fn find_attempt(tx: &Connection, cookie_hash: &str) -> Result<Option<SignInAttempt>> {
    let attempt = tx
        .prepare_cached(
            "SELECT state_hash, nonce_hash, target, created_at FROM sign_in_attempts
              WHERE cookie_hash = :cookie",
        )?
        .query_row(named_params! { ":cookie": cookie_hash }, from_row)
        .optional()?;
    Ok(attempt)
}

fn delete_attempt(tx: &Connection, cookie_hash: &str) -> Result<()> {
    tx.prepare_cached("DELETE FROM sign_in_attempts WHERE cookie_hash = :cookie")?
        .execute(named_params! { ":cookie": cookie_hash })?;
    Ok(())
}

/// Deletes attempts, so that there is room for another one.
fn delete_oldest(tx: &Connection) -> Result<()> {
    tx.prepare_cached(
        "DELETE FROM sign_in_attempts WHERE cookie_hash NOT IN (
                SELECT cookie_hash FROM sign_in_attempts ORDER BY created_at DESC LIMIT :limit)",
    )?
    .execute(named_params! { ":limit": MAX_ATTEMPTS - 1 })?;
    Ok(())
}

/// Deletes attempts that were begun before a timestamp.
pub fn delete_expired(tx: &Connection, before: Timestamp) -> Result<()> {
    tx.prepare_cached("DELETE FROM sign_in_attempts WHERE created_at < :before")?
        .execute(named_params! { ":before": before.to_string() })?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<SignInAttempt> {
    Ok(SignInAttempt {
        state_hash: row.get("state_hash")?,
        nonce_hash: row.get("nonce_hash")?,
        target: row.get("target")?,
        created_at: parse_column(row, "created_at")?,
    })
}
