//! The table `held_messages`: messages too long to be carried along by a form.

use muster_commands::add_to_incident::AddMessage;
use muster_commands::{ChannelId, MessageTs};
use rusqlite::{Connection, OptionalExtension, named_params};

use super::columns::json;
use crate::domain::Moment;
use crate::error::Result;

/// Keeps a message.
pub fn keep(tx: &Connection, message: &AddMessage, now: Moment) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO held_messages (channel, ts, message, held_at)
         VALUES (:channel, :ts, :message, :now)
         ON CONFLICT (channel, ts) DO UPDATE
            SET message = excluded.message, held_at = excluded.held_at",
    )?
    .execute(named_params! {
        ":channel": message.channel.as_str(),
        ":ts": message.ts.as_str(),
        ":message": serde_json::to_string(message)?,
        ":now": now,
    })?;
    Ok(())
}

/// Gives a message that is kept.
pub fn find(tx: &Connection, channel: &ChannelId, ts: &MessageTs) -> Result<Option<AddMessage>> {
    let found = tx
        .prepare_cached("SELECT message FROM held_messages WHERE channel = :channel AND ts = :ts")?
        .query_row(
            named_params! { ":channel": channel.as_str(), ":ts": ts.as_str() },
            |row| json(row, "message"),
        )
        .optional()?;
    Ok(found)
}

/// Forgets what was kept before a moment.
pub fn forget_before(tx: &Connection, moment: Moment) -> Result<()> {
    tx.prepare_cached("DELETE FROM held_messages WHERE held_at < :moment")?
        .execute(named_params! { ":moment": moment })?;
    Ok(())
}
