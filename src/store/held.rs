//! The table `held_messages`: messages that a form carries along, as they are now.

use muster_commands::add_to_incident::AddMessage;
use muster_commands::{ChannelId, MessageTs};
use rusqlite::{Connection, OptionalExtension, named_params};

use super::columns::json;
use super::upkeep::Edit;
use crate::domain::Moment;
use crate::error::Result;

/// What became of a message while a form carries it along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// It is there, and says this.
    There(Box<AddMessage>),
    /// It was deleted.
    Deleted,
}

/// Keeps a message. Of one that is kept already, what was said last counts.
pub fn keep(tx: &Connection, message: &AddMessage, now: Moment) -> Result<()> {
    let kept = find(tx, &message.channel, &message.ts)?;
    let message = match &kept {
        Some(Held::Deleted) => None,
        Some(Held::There(known)) if known.edited > message.edited => Some(&**known),
        Some(Held::There(_)) | None => Some(message),
    };
    let Some(message) = message else {
        return Ok(());
    };
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

/// Gives what became of a message that is kept.
pub fn find(tx: &Connection, channel: &ChannelId, ts: &MessageTs) -> Result<Option<Held>> {
    let found: Option<Option<AddMessage>> = tx
        .prepare_cached("SELECT message FROM held_messages WHERE channel = :channel AND ts = :ts")?
        .query_row(
            named_params! { ":channel": channel.as_str(), ":ts": ts.as_str() },
            |row| json(row, "message"),
        )
        .optional()?;
    Ok(found.map(|message| message.map_or(Held::Deleted, |it| Held::There(Box::new(it)))))
}

/// Follows the edit of a message, if it is kept. Edits may arrive in the wrong order.
pub fn follow_edit(tx: &Connection, edit: &Edit, now: Moment) -> Result<()> {
    if let Some(Held::There(mut message)) = find(tx, &edit.channel, &edit.ts)?
        && message.edited.as_ref() < Some(&edit.said_at)
    {
        message.text.clone_from(&edit.text);
        message.edited = Some(edit.said_at.clone());
        keep(tx, &message, now)?;
    }
    Ok(())
}

/// Notes that a message was deleted, if it is kept.
pub fn follow_deletion(tx: &Connection, channel: &ChannelId, ts: &MessageTs) -> Result<()> {
    tx.prepare_cached(
        "UPDATE held_messages SET message = 'null' WHERE channel = :channel AND ts = :ts",
    )?
    .execute(named_params! { ":channel": channel.as_str(), ":ts": ts.as_str() })?;
    Ok(())
}

/// Forgets what was kept before a moment.
pub fn forget_before(tx: &Connection, moment: Moment) -> Result<()> {
    tx.prepare_cached("DELETE FROM held_messages WHERE held_at < :moment")?
        .execute(named_params! { ":moment": moment })?;
    Ok(())
}
