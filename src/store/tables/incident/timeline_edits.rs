//! The table `timeline_edits`: earlier versions of timeline entries.

use muster_commands::{ChannelId, MessageTs, UserId};
use rusqlite::{Connection, named_params};

use crate::domain::{TimelineEdit, TimelineEditKind, TimelineEvent, Timestamp};
use crate::error::Result;
use crate::store::maintenance;

/// Applies edits to timeline entries. The previous event of each rewritten entry is saved.
pub fn apply_edits(tx: &Connection, edits: &[TimelineEdit], now: Timestamp) -> Result<()> {
    for TimelineEdit {
        entry_id: entry,
        kind: outcome,
    } in edits
    {
        match outcome {
            TimelineEditKind::Rewritten {
                event: what,
                happened_at,
                actor: by,
            } => {
                save_previous_event(tx, *entry, by, now)?;
                tx.prepare_cached(
                    "UPDATE timeline SET event = :event, happened_at = :happened_at WHERE id = :entry",
                )?
                .execute(named_params! {
                    ":entry": entry,
                    ":event": serde_json::to_string(what)?,
                    ":happened_at": happened_at,
                })?;
            }
            TimelineEditKind::ImportanceSet(is_important) => {
                tx.prepare_cached("UPDATE timeline SET important = :important WHERE id = :entry")?
                    .execute(named_params! { ":entry": entry, ":important": is_important })?;
            }
            TimelineEditKind::Removed { actor: by } => {
                tx.prepare_cached(
                    "UPDATE timeline SET removed_at = :now, removed_by = :by
                      WHERE id = :entry AND removed_at IS NULL",
                )?
                .execute(named_params! {
                    ":entry": entry, ":now": now, ":by": by.as_ref().map(UserId::as_str),
                })?;
            }
        }
    }
    Ok(())
}

/// Saves the current event of an entry before it is rewritten.
fn save_previous_event(tx: &Connection, entry: i64, by: &UserId, now: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO timeline_edits (entry_id, previous_event, edited_at, happened_at, edited_by)
         SELECT id, event, :now, happened_at, :by FROM timeline WHERE id = :entry",
    )?
    .execute(named_params! { ":entry": entry, ":now": now, ":by": by.as_str() })?;
    Ok(())
}

/// Applies the edit of a Slack message on every timeline and saves the previous text. Returns the number
/// of entries.
///
/// If edits arrive out of order, the latest one stays, and older ones are saved as earlier versions.
pub fn apply_message_edit(
    tx: &Connection,
    edit: &maintenance::MessageEdit,
    now: Timestamp,
) -> Result<usize> {
    let what = serde_json::to_string(&TimelineEvent::Message {
        text: edit.text.clone(),
    })?;
    tx.prepare_cached(
        "INSERT INTO timeline_edits (entry_id, previous_event, edited_at)
         SELECT id, iif(message_edited_ts > :message_edited_ts, :event, event), :now FROM timeline
          WHERE message_channel = :channel AND message_ts = :ts AND event <> :event",
    )?
    .execute(named_params! {
        ":channel": edit.channel.as_str(), ":ts": edit.ts.as_str(), ":event": what,
        ":message_edited_ts": edit.edited_ts.as_str(), ":now": now,
    })?;
    let followed = tx
        .prepare_cached(
            "UPDATE timeline
                SET event = iif(message_edited_ts > :message_edited_ts, event, :event),
                    message_edited_ts = max(ifnull(message_edited_ts, ''), :message_edited_ts)
              WHERE message_channel = :channel AND message_ts = :ts",
        )?
        .execute(named_params! {
            ":channel": edit.channel.as_str(), ":ts": edit.ts.as_str(), ":event": what,
            ":message_edited_ts": edit.edited_ts.as_str(),
        })?;
    Ok(followed)
}

/// Sets the text that was fetched for a message whose entry had none, and the time of its last edit. An
/// edit event that was applied before wins if it is newer.
pub fn apply_fetched_text(
    tx: &Connection,
    (channel, ts): (&ChannelId, &MessageTs),
    text: &str,
    said_at: Option<&MessageTs>,
) -> Result<()> {
    let says = |text: &str| {
        serde_json::to_string(&TimelineEvent::Message {
            text: text.to_owned(),
        })
    };
    tx.prepare_cached(
        "UPDATE timeline SET event = :event, message_edited_ts = :message_edited_ts
          WHERE message_channel = :channel AND message_ts = :ts
            AND (event = :nothing OR message_edited_ts < :message_edited_ts)",
    )?
    .execute(named_params! {
        ":channel": channel.as_str(), ":ts": ts.as_str(),
        ":event": says(text)?, ":nothing": says("")?,
        ":message_edited_ts": said_at.map(MessageTs::as_str),
    })?;
    Ok(())
}

/// Removes a deleted Slack message from every timeline. Returns the number of removed entries.
pub fn apply_message_deletion(
    tx: &Connection,
    channel: &ChannelId,
    ts: &MessageTs,
    now: Timestamp,
) -> Result<usize> {
    let removed = tx
        .prepare_cached(
            "UPDATE timeline SET removed_at = :now
              WHERE message_channel = :channel AND message_ts = :ts AND removed_at IS NULL",
        )?
        .execute(named_params! {
            ":channel": channel.as_str(), ":ts": ts.as_str(), ":now": now,
        })?;
    Ok(removed)
}
