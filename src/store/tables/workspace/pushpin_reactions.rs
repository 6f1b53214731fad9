//! The table `pushpin_reactions`: the 📌 reactions on messages of incident channels.

use rusqlite::{Connection, named_params};

use crate::domain::{PushpinReaction, StoredEntry, Timestamp, UserId};
use crate::error::Result;
use crate::store::queries::timeline_entry;
use crate::store::tables::incident::incidents;
use crate::store::{IdempotencyKey, Store, changes, idempotency_key};

/// A change of a pushpin reaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReactionChange {
    /// The user added it.
    Added,
    /// The user removed it.
    Removed,
}

impl Store {
    /// Applies a pushpin reaction in an incident channel. Idempotent; events that arrive out of order
    /// are ignored.
    ///
    /// The first reaction adds the message to the timeline. Removing the last one removes the entry if a
    /// reaction added it.
    pub async fn apply_pushpin(
        &self,
        key: IdempotencyKey,
        pin: PushpinReaction,
        pinning: ReactionChange,
        now: Timestamp,
    ) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                let Some(id) = incidents::incident_id_of_channel(tx, &pin.channel)? else {
                    return Ok(());
                };
                if idempotency_key::find_key(tx, &key)?.is_some() {
                    return Ok(());
                }
                idempotency_key::record_key(tx, &key, Some(id), now)?;
                if !record_reaction(tx, &pin, pinning)? {
                    return Ok(());
                }
                let incident = incidents::find_incident(tx, id)?;
                let entry = timeline_entry::find_entry_of_message(tx, id, &pin.channel, &pin.ts)?;
                let change = match (pinning, entry) {
                    (ReactionChange::Added, None) => incident.pushpin_added(&pin, now),
                    (ReactionChange::Removed, Some(entry))
                        if has_lost_last_pushpin(tx, &pin, &entry)? =>
                    {
                        incident.pushpin_removed(&entry, &pin, now)
                    }
                    (ReactionChange::Added, Some(_)) | (ReactionChange::Removed, _) => {
                        return Ok(());
                    }
                };
                changes::run_decision(tx, Some(&incident), |_| Ok(change))?;
                Ok(())
            })
            .await
    }
}

/// Records the state of a reaction. Returns `false` if a newer event was recorded before.
fn record_reaction(
    tx: &Connection,
    pin: &PushpinReaction,
    pinning: ReactionChange,
) -> Result<bool> {
    let noted = tx
        .prepare_cached(
            "INSERT INTO pushpin_reactions (channel, ts, user_id, is_present, event_ts)
             VALUES (:channel, :ts, :user, :is_present, :told_at)
             ON CONFLICT (channel, ts, user_id) DO UPDATE
                SET is_present = excluded.is_present, event_ts = excluded.event_ts
              WHERE excluded.event_ts >= pushpin_reactions.event_ts",
        )?
        .execute(named_params! {
            ":channel": pin.channel.as_str(),
            ":ts": pin.ts.as_str(),
            ":user": pin.user.as_str(),
            ":is_present": pinning == ReactionChange::Added,
            ":told_at": pin.event_ts.as_str(),
        })?;
    Ok(noted > 0)
}

/// Returns whether an entry must be removed with its last pushpin: a reaction added it, and no reaction
/// is left.
fn has_lost_last_pushpin(
    tx: &Connection,
    pin: &PushpinReaction,
    entry: &StoredEntry,
) -> Result<bool> {
    let goes = tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM pushpin_reactions
                 WHERE channel = :channel AND ts = :ts AND user_id = :recorded_by)
                AND NOT EXISTS (SELECT 1 FROM pushpin_reactions
                 WHERE channel = :channel AND ts = :ts AND is_present = 1)",
        )?
        .query_row(
            named_params! {
                ":channel": pin.channel.as_str(),
                ":ts": pin.ts.as_str(),
                ":recorded_by": entry.entry.recorded_by.as_ref().map(UserId::as_str),
            },
            |row| row.get(0),
        )?;
    Ok(goes)
}
