//! The messages about alerts as the worker publishes them. Each attempt is counted before its call is made, because its
//! outcome may remain unknown.

use rusqlite::named_params;

use crate::domain::{ChannelId, MessageTs, Timestamp};
use crate::error::Result;
use crate::store::Store;
use crate::store::alert_groups::group_message::{self, GroupMessage, StormMessage};
use crate::store::tables::alert_groups::messages::{self, AlertMessage};
use crate::store::tables::alert_groups::storms;

/// The messages about alerts that are due.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DueAlertMessages {
    /// The messages, the earliest first.
    pub messages: Vec<AlertMessage>,
    /// When the next one is due.
    pub next_due_at: Option<Timestamp>,
}

/// A message about alerts that was posted or edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostedAlertMessage {
    /// Its ID.
    pub id: i64,
    /// The revision that was sent.
    pub revision: i64,
    /// Where it was posted; `None` if it was edited or is not posted at all.
    pub posted: Option<(ChannelId, MessageTs)>,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// Returns at most `limit` messages about alerts that are due.
    pub async fn due_alert_messages(&self, now: Timestamp, limit: i64) -> Result<DueAlertMessages> {
        self.read_pool
            .run(move |tx| {
                Ok(DueAlertMessages {
                    messages: messages::due(tx, now, limit)?,
                    next_due_at: messages::next_due_at(tx, now)?,
                })
            })
            .await
    }

    /// Counts an attempt to publish a message, and returns the message; `None` if it is not due any more. Its
    /// uncertainty is that of earlier attempts.
    pub async fn start_alert_message(
        &self,
        id: i64,
        now: Timestamp,
    ) -> Result<Option<AlertMessage>> {
        self.write_thread
            .run(move |tx| {
                let message = messages::find(tx, id)?;
                let started = tx
                    .prepare_cached(
                        "UPDATE alert_messages
                        SET attempts = attempts + 1,
                            uncertain_since = iif(ts IS NULL, ifnull(uncertain_since, :now), NULL)
                      WHERE id = :id AND due_at IS NOT NULL",
                    )?
                    .execute(named_params! { ":id": id, ":now": now.to_string() })?;
                Ok(message.filter(|_| started > 0))
            })
            .await
    }

    /// Records that a message was published. If its content changed meanwhile, it stays due.
    pub async fn record_alert_message(&self, posted: PostedAlertMessage) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                let (channel, ts) = match &posted.posted {
                    Some((channel, ts)) => (Some(channel.as_str()), Some(ts.as_str())),
                    None => (None, None),
                };
                tx.prepare_cached(
                    "UPDATE alert_messages
                        SET channel = ifnull(:channel, channel), ts = ifnull(:ts, ts), edited_at = :now,
                            attempts = 0, uncertain_since = NULL, last_error = '',
                            due_at = iif(revision = :revision, NULL, due_at)
                      WHERE id = :id",
                )?
                .execute(named_params! {
                    ":id": posted.id, ":revision": posted.revision, ":channel": channel, ":ts": ts,
                    ":now": posted.at.to_string(),
                })?;
                Ok(())
            })
            .await
    }

    /// Reschedules a message after an error; `due` is `None` if it is not attempted again until its content changes.
    pub async fn reschedule_alert_message(
        &self,
        id: i64,
        due: Option<Timestamp>,
        uncertain_since: Option<Timestamp>,
        error: String,
    ) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                tx.prepare_cached(
                    "UPDATE alert_messages SET due_at = :due, uncertain_since = :uncertain, last_error = :error
                      WHERE id = :id",
                )?
                .execute(named_params! {
                    ":id": id,
                    ":due": due.map(String::from),
                    ":uncertain": uncertain_since.map(String::from),
                    ":error": error,
                })?;
                Ok(())
            })
            .await
    }

    /// Returns the card of a group.
    pub async fn group_message(&self, group: i64, now: Timestamp) -> Result<GroupMessage> {
        self.read_pool
            .run(move |tx| group_message::find_group_message(tx, group, now))
            .await
    }

    /// Returns the card of a storm.
    pub async fn storm_message(&self, storm: i64) -> Result<StormMessage> {
        self.read_pool
            .run(move |tx| {
                let storm = storms::find(tx, storm)?;
                Ok(StormMessage { storm })
            })
            .await
    }

    /// Returns where the card of a group was posted; `None` if it was not.
    pub async fn posted_group_message(&self, group: i64) -> Result<Option<(ChannelId, MessageTs)>> {
        self.read_pool
            .run(move |tx| messages::posted_message_of(tx, group))
            .await
    }
}
