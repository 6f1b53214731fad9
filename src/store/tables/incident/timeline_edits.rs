//! The table `timeline_edits`: earlier versions of timeline entries.

use muster_commands::{MessageTs, UserId};
use rusqlite::{Connection, named_params};

use crate::domain::{TimelineEdit, TimelineEditKind, TimelineEvent, Timestamp};
use crate::error::Result;

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
            TimelineEditKind::MessageChanged {
                text,
                edited_ts,
                previous_text,
            } => {
                let version = MessageVersion {
                    text,
                    edited_ts: edited_ts.as_ref(),
                    previous_text: previous_text.as_deref(),
                };
                set_message(tx, *entry, version, now)?;
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

/// Sets the latest version of an entry's Slack message, and saves the text of an earlier version.
fn set_message(
    tx: &Connection,
    entry: i64,
    edit: MessageVersion<'_>,
    now: Timestamp,
) -> Result<()> {
    if let Some(text) = edit.previous_text {
        tx.prepare_cached(
            "INSERT INTO timeline_edits (entry_id, previous_event, edited_at)
             VALUES (:entry, :previous, :now)",
        )?
        .execute(
            named_params! { ":entry": entry, ":previous": message_json(text)?, ":now": now },
        )?;
    }
    tx.prepare_cached(
        "UPDATE timeline SET event = :event, message_edited_ts = :edited_ts WHERE id = :entry",
    )?
    .execute(named_params! {
        ":entry": entry,
        ":event": message_json(edit.text)?,
        ":edited_ts": edit.edited_ts.map(MessageTs::as_str),
    })?;
    Ok(())
}

/// A version of a Slack message.
struct MessageVersion<'a> {
    text: &'a str,
    edited_ts: Option<&'a MessageTs>,
    previous_text: Option<&'a str>,
}

fn message_json(text: &str) -> Result<String> {
    Ok(serde_json::to_string(&TimelineEvent::Message {
        text: text.to_owned(),
    })?)
}
