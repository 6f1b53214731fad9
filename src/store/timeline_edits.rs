//! The table `timeline_edits`: what lines of the timeline said before.

use muster_commands::{ChannelId, MessageTs, PersonId};
use rusqlite::{Connection, named_params};

use super::upkeep;
use crate::domain::{Edit, Moment, Outcome, What};
use crate::error::Result;

/// Changes lines that are on the timeline; what was there before is kept.
pub fn keep(tx: &Connection, edits: &[Edit], now: Moment) -> Result<()> {
    for Edit { entry, outcome } in edits {
        match outcome {
            Outcome::Rewritten {
                what,
                happened_at,
                by,
            } => {
                remember(tx, *entry, by, now)?;
                tx.prepare_cached(
                    "UPDATE timeline SET what = :what, happened_at = :happened_at WHERE id = :entry",
                )?
                .execute(named_params! {
                    ":entry": entry,
                    ":what": serde_json::to_string(what)?,
                    ":happened_at": happened_at,
                })?;
            }
            Outcome::Flagged(is_important) => {
                tx.prepare_cached("UPDATE timeline SET important = :important WHERE id = :entry")?
                    .execute(named_params! { ":entry": entry, ":important": is_important })?;
            }
            Outcome::Removed { by } => {
                tx.prepare_cached(
                    "UPDATE timeline SET removed_at = :now, removed_by = :by
                      WHERE id = :entry AND removed_at IS NULL",
                )?
                .execute(named_params! {
                    ":entry": entry, ":now": now, ":by": by.as_ref().map(PersonId::as_str),
                })?;
            }
        }
    }
    Ok(())
}

/// Keeps what a line says before it says something else.
fn remember(tx: &Connection, entry: i64, by: &PersonId, now: Moment) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO timeline_edits (entry_id, what, edited_at, happened_at, edited_by)
         SELECT id, what, :now, happened_at, :by FROM timeline WHERE id = :entry",
    )?
    .execute(named_params! { ":entry": entry, ":now": now, ":by": by.as_str() })?;
    Ok(())
}

/// Follows the edit of a Slack message wherever it is on a timeline; what was there before is kept. Of
/// edits that arrive in the wrong order the latest stays, and the others are kept as what was there before.
/// Gives how many lines it is about.
pub fn follow_edit(tx: &Connection, edit: &upkeep::Edit, now: Moment) -> Result<usize> {
    let what = serde_json::to_string(&What::Message {
        text: edit.text.clone(),
    })?;
    tx.prepare_cached(
        "INSERT INTO timeline_edits (entry_id, what, edited_at)
         SELECT id, iif(said_at > :said_at, :what, what), :now FROM timeline
          WHERE message_channel = :channel AND message_ts = :ts AND what <> :what",
    )?
    .execute(named_params! {
        ":channel": edit.channel.as_str(), ":ts": edit.ts.as_str(), ":what": what,
        ":said_at": edit.said_at.as_str(), ":now": now,
    })?;
    let followed = tx
        .prepare_cached(
            "UPDATE timeline
                SET what = iif(said_at > :said_at, what, :what),
                    said_at = max(ifnull(said_at, ''), :said_at)
              WHERE message_channel = :channel AND message_ts = :ts",
        )?
        .execute(named_params! {
            ":channel": edit.channel.as_str(), ":ts": edit.ts.as_str(), ":what": what,
            ":said_at": edit.said_at.as_str(),
        })?;
    Ok(followed)
}

/// Notes what a Slack message says that was put on a timeline without, and when it was edited last; of an
/// edit that is followed already the later one counts.
pub fn read(
    tx: &Connection,
    (channel, ts): (&ChannelId, &MessageTs),
    text: &str,
    said_at: Option<&MessageTs>,
) -> Result<()> {
    let says = |text: &str| {
        serde_json::to_string(&What::Message {
            text: text.to_owned(),
        })
    };
    tx.prepare_cached(
        "UPDATE timeline SET what = :what, said_at = :said_at
          WHERE message_channel = :channel AND message_ts = :ts
            AND (what = :nothing OR said_at < :said_at)",
    )?
    .execute(named_params! {
        ":channel": channel.as_str(), ":ts": ts.as_str(),
        ":what": says(text)?, ":nothing": says("")?,
        ":said_at": said_at.map(MessageTs::as_str),
    })?;
    Ok(())
}

/// Takes a Slack message that was deleted off every timeline. Gives how many lines that were.
pub fn follow_deletion(
    tx: &Connection,
    channel: &ChannelId,
    ts: &MessageTs,
    now: Moment,
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
