//! Maintenance of the store: expiry and the write check.

use rusqlite::named_params;

use crate::domain::Timestamp;
use crate::error::Result;
use crate::store::Store;
use crate::store::outbox::finish;
use crate::store::tables::alerts::{
    alert_bodies, alert_deliveries, change_events, sns_confirmations,
};
use crate::store::tables::api::api_answers;
use crate::store::tables::system::inbox;
use crate::store::tables::web::{sign_in_attempts, sign_in_links, web_sessions};
use crate::store::tables::workspace::{home_views, pending_messages};

/// How long idempotency keys, done deliveries and unused Home views are stored.
const RETENTION: chrono::Duration = chrono::Duration::days(30);

/// How long the answer to a request of the API is given again.
const API_ANSWER_RETENTION: chrono::Duration = chrono::Duration::days(1);

/// How long a sign-in link is stored. The page of an expired link says so.
const SIGN_IN_LINK_RETENTION: chrono::Duration = chrono::Duration::days(1);

/// How long the message of an open modal is stored. A modal that is submitted later adds the version
/// that it contains.
const PENDING_MESSAGE_TTL: chrono::Duration = chrono::Duration::days(1);

impl Store {
    /// Checks that the store accepts writes.
    pub async fn check_write(&self, now: Timestamp) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                tx.prepare_cached("UPDATE instance SET last_write_check_at = :now")?
                    .execute(named_params! { ":now": now.to_string() })?;
                Ok(())
            })
            .await
    }

    /// Deletes expired rows of the inbox, the outbox, pending messages, Home views, sessions,
    /// sign-in links, sign-ins with Slack, answers of the API, bodies and deliveries of alerts, and changes.
    pub async fn delete_expired(&self, now: Timestamp) -> Result<()> {
        let timestamp = now.plus(-RETENTION);
        self.write_thread
            .run(move |tx| {
                inbox::delete_expired(tx, timestamp)?;
                pending_messages::delete_expired(tx, now.plus(-PENDING_MESSAGE_TTL))?;
                home_views::delete_expired(tx, timestamp)?;
                api_answers::delete_expired(tx, now.plus(-API_ANSWER_RETENTION))?;
                web_sessions::delete_expired(tx, now)?;
                sign_in_attempts::delete_expired(tx, now.plus(-sign_in_attempts::ATTEMPT_TTL))?;
                sign_in_links::delete_expired(tx, now.plus(-SIGN_IN_LINK_RETENTION))?;
                alert_bodies::delete_expired(tx, timestamp)?;
                alert_deliveries::delete_expired(tx, timestamp)?;
                change_events::delete_expired(tx, timestamp)?;
                sns_confirmations::delete_expired(tx, timestamp)?;
                finish::delete_expired(tx, timestamp)
            })
            .await
    }
}
