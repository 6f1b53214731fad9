//! Adds and changes sources of alerts.

use rusqlite::Connection;

use crate::domain::Timestamp;
use crate::domain::alert::{AlertSource, FieldMapping};
use crate::error::Result;
use crate::secret::Secret;
use crate::store::tables::alerts::alert_sources::{self, AddAlertSource};
use crate::store::tables::alerts::sns_confirmations;
use crate::store::{IdempotencyKey, Store, idempotency_key};

/// A change of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceAction {
    /// It is revoked.
    Revoke,
    /// It gets another mapping; `None` for our own shape.
    SetMapping(Option<Box<FieldMapping>>),
    /// It gets another secret that signs its requests; empty if they are not signed.
    SetSecret(Secret),
    /// It accepts a topic of SNS, whose subscription is confirmed.
    AcceptTopic(String),
    /// The request to confirm the subscription of a topic is deleted.
    RejectTopic(String),
}

impl Store {
    /// Adds a source, once per idempotency key.
    pub async fn add_alert_source(
        &self,
        key: IdempotencyKey,
        request: AddAlertSource,
        now: Timestamp,
    ) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                if idempotency_key::is_processed(tx, &key)? {
                    return Ok(());
                }
                alert_sources::insert_source(tx, &request, now)?;
                idempotency_key::record_key(tx, &key, None, now)
            })
            .await
    }

    /// Changes a source, once per idempotency key, and returns it.
    pub async fn change_alert_source(
        &self,
        key: IdempotencyKey,
        id: i64,
        action: SourceAction,
        now: Timestamp,
    ) -> Result<AlertSource> {
        self.write_thread
            .run(move |tx| {
                let source = alert_sources::find_source(tx, id)?;
                if idempotency_key::is_processed(tx, &key)? {
                    return Ok(source);
                }
                apply(tx, id, &action, now)?;
                idempotency_key::record_key(tx, &key, None, now)?;
                alert_sources::find_source(tx, id)
            })
            .await
    }
}

fn apply(tx: &Connection, id: i64, action: &SourceAction, now: Timestamp) -> Result<()> {
    match action {
        SourceAction::Revoke => alert_sources::revoke_source(tx, id, now).map(drop),
        SourceAction::SetMapping(mapping) => alert_sources::set_mapping(tx, id, mapping.as_deref()),
        SourceAction::SetSecret(secret) => alert_sources::set_secret(tx, id, secret),
        SourceAction::AcceptTopic(topic) => {
            alert_sources::accept_topic(tx, id, topic)?;
            sns_confirmations::delete(tx, id, topic)
        }
        SourceAction::RejectTopic(topic) => sns_confirmations::delete(tx, id, topic),
    }
}
