//! The table `pending_messages`: current versions of messages that a modal contains.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::domain::{AddMessage, ChannelId, MessageTs, Timestamp};
use crate::error::Result;
use crate::store::db::sql_types::json_column;

/// The state of a message that a modal contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PendingMessage {
    /// It exists with this content.
    Current(Box<AddMessage>),
    /// It was deleted.
    Deleted,
}

/// Saves a message. Keeps the stored version if that is a later edit or a deletion.
pub fn save_pending_message(tx: &Connection, message: &AddMessage, now: Timestamp) -> Result<()> {
    let stored = find_pending_message(tx, &message.channel, &message.ts)?;
    let message = match &stored {
        Some(PendingMessage::Deleted) => None,
        Some(PendingMessage::Current(known)) if known.edited_ts > message.edited_ts => {
            Some(&**known)
        }
        Some(PendingMessage::Current(_)) | None => Some(message),
    };
    let Some(message) = message else {
        return Ok(());
    };
    tx.prepare_cached(
        "INSERT INTO pending_messages (channel, ts, message, received_at)
         VALUES (:channel, :ts, :message, :now)
         ON CONFLICT (channel, ts) DO UPDATE
            SET message = excluded.message, received_at = excluded.received_at",
    )?
    .execute(named_params! {
        ":channel": message.channel.as_str(),
        ":ts": message.ts.as_str(),
        ":message": serde_json::to_string(message)?,
        ":now": now.to_string(),
    })?;
    Ok(())
}

/// Returns a pending message, or `None` if it is not stored.
pub fn find_pending_message(
    tx: &Connection,
    channel: &ChannelId,
    ts: &MessageTs,
) -> Result<Option<PendingMessage>> {
    let row: Option<Option<AddMessage>> = tx
        .prepare_cached(
            "SELECT message FROM pending_messages WHERE channel = :channel AND ts = :ts",
        )?
        .query_row(
            named_params! { ":channel": channel.as_str(), ":ts": ts.as_str() },
            |row| json_column(row, "message"),
        )
        .optional()?;
    Ok(row.map(|message| {
        message.map_or(PendingMessage::Deleted, |it| {
            PendingMessage::Current(Box::new(it))
        })
    }))
}

/// Records that a pending message was deleted.
pub fn record_deletion(tx: &Connection, channel: &ChannelId, ts: &MessageTs) -> Result<()> {
    tx.prepare_cached(
        "UPDATE pending_messages SET message = 'null' WHERE channel = :channel AND ts = :ts",
    )?
    .execute(named_params! { ":channel": channel.as_str(), ":ts": ts.as_str() })?;
    Ok(())
}

/// Deletes messages that were received before a timestamp.
pub fn delete_expired(tx: &Connection, timestamp: Timestamp) -> Result<()> {
    tx.prepare_cached("DELETE FROM pending_messages WHERE received_at < :before")?
        .execute(named_params! { ":before": timestamp.to_string() })?;
    Ok(())
}
