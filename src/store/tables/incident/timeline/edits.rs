//! The table `timeline_edits`: earlier versions of timeline entries.

use rusqlite::{Connection, named_params};

use crate::domain::{MessageTs, TimelineEdit, TimelineEditKind, TimelineEvent, Timestamp, UserId};
use crate::error::Result;
use crate::store::db::full_text;

/// Applies edits to timeline entries. The previous event of each rewritten entry is saved.
pub fn apply_edits(tx: &Connection, edits: &[TimelineEdit], now: Timestamp) -> Result<()> {
    for TimelineEdit { entry_id, kind } in edits {
        match kind {
            TimelineEditKind::Rewritten {
                event,
                happened_at,
                actor,
            } => {
                save_previous_event(tx, *entry_id, actor.as_ref(), now)?;
                rewrite_entry(tx, *entry_id, event, *happened_at)?;
            }
            TimelineEditKind::MessageChanged {
                text,
                edited_ts,
                previous_text,
            } => {
                if let Some(previous) = previous_text {
                    save_previous_text(tx, *entry_id, previous, now)?;
                }
                set_message(tx, *entry_id, text, edited_ts.as_ref())?;
            }
            TimelineEditKind::ImportanceSet(is_important) => {
                set_importance(tx, *entry_id, is_important.then_some(now))?;
            }
            TimelineEditKind::Removed { actor } => {
                remove_entry(tx, *entry_id, actor.as_ref(), now)?;
            }
            TimelineEditKind::Restored => restore_entry(tx, *entry_id)?,
        }
    }
    Ok(())
}

/// Marks an entry as important at this time, or removes the mark.
fn set_importance(tx: &Connection, entry: i64, flagged_at: Option<Timestamp>) -> Result<()> {
    tx.prepare_cached(
        "UPDATE timeline SET important = :important, flagged_at = :flagged_at WHERE id = :entry",
    )?
    .execute(named_params! {
        ":entry": entry,
        ":important": flagged_at.is_some(),
        ":flagged_at": flagged_at.map(String::from),
    })?;
    Ok(())
}

fn rewrite_entry(
    tx: &Connection,
    entry: i64,
    event: &TimelineEvent,
    happened_at: Timestamp,
) -> Result<()> {
    tx.prepare_cached(
        "UPDATE timeline SET event = :event, happened_at = :happened_at WHERE id = :entry",
    )?
    .execute(named_params! {
        ":entry": entry,
        ":event": serde_json::to_string(event)?,
        ":happened_at": happened_at.to_string(),
    })?;
    full_text::note_entry(tx, entry)
}

fn remove_entry(tx: &Connection, entry: i64, actor: Option<&UserId>, now: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "UPDATE timeline SET removed_at = :now, removed_by = :actor
          WHERE id = :entry AND removed_at IS NULL",
    )?
    .execute(named_params! {
        ":entry": entry, ":now": now.to_string(), ":actor": actor.map(UserId::as_str),
    })?;
    full_text::note_entry(tx, entry)
}

fn restore_entry(tx: &Connection, entry: i64) -> Result<()> {
    tx.prepare_cached(
        "UPDATE timeline SET removed_at = NULL, removed_by = NULL WHERE id = :entry",
    )?
    .execute(named_params! { ":entry": entry })?;
    full_text::note_entry(tx, entry)
}

/// Saves the current event of an entry before it is rewritten.
fn save_previous_event(
    tx: &Connection,
    entry: i64,
    actor: Option<&UserId>,
    now: Timestamp,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO timeline_edits (entry_id, previous_event, edited_at, happened_at, edited_by)
         SELECT id, event, :now, happened_at, :by FROM timeline WHERE id = :entry",
    )?
    .execute(named_params! { ":entry": entry, ":now": now.to_string(), ":by": actor.map(UserId::as_str) })?;
    Ok(())
}

/// Saves the text of an earlier version of a Slack message.
fn save_previous_text(tx: &Connection, entry: i64, text: &str, now: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO timeline_edits (entry_id, previous_event, edited_at)
         VALUES (:entry, :previous, :now)",
    )?
    .execute(named_params! { ":entry": entry, ":previous": message_json(text)?, ":now": now.to_string() })?;
    Ok(())
}

/// Sets the latest version of a Slack message.
fn set_message(
    tx: &Connection,
    entry: i64,
    text: &str,
    edited_ts: Option<&MessageTs>,
) -> Result<()> {
    tx.prepare_cached(
        "UPDATE timeline SET event = :event, message_edited_ts = :edited_ts WHERE id = :entry",
    )?
    .execute(named_params! {
        ":entry": entry,
        ":event": message_json(text)?,
        ":edited_ts": edited_ts.map(MessageTs::as_str),
    })?;
    full_text::note_entry(tx, entry)
}

fn message_json(text: &str) -> Result<String> {
    Ok(serde_json::to_string(&TimelineEvent::Message {
        text: text.to_owned(),
    })?)
}
