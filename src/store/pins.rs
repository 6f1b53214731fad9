//! The table `pins`: who pins which message of an incident's channel, as far as Slack told.

use muster_commands::pin::Pin;
use muster_commands::{ChannelId, MessageTs, PersonId};
use rusqlite::{Connection, named_params};

use super::{Key, Store, held, inbox, incidents, keep, timeline_edits, timeline_pages};
use crate::domain::{KeptEntry, Moment};
use crate::error::Result;

/// What somebody did with their pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pinning {
    /// They put it on the message.
    On,
    /// They took it away.
    Off,
}

impl Store {
    /// Notes a pin on a message of an incident's channel, once for each key; what Slack told later is not
    /// undone by what arrives late. The first pin puts the message on the timeline; when the last one is
    /// gone, a message that came there by a pin goes.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn pin(&self, key: Key, pin: Pin, pinning: Pinning, now: Moment) -> Result<()> {
        self.writer
            .run(move |tx| {
                let Some(id) = incidents::of_channel(tx, &pin.channel)? else {
                    return Ok(());
                };
                if keep::before(tx, &key)?.is_some() {
                    return Ok(());
                }
                keep::done(tx, &key, Some(id), now)?;
                if !note(tx, &pin, pinning)? {
                    return Ok(());
                }
                let incident = incidents::find(tx, id)?;
                let kept = timeline_pages::of_message(tx, id, &pin.channel, &pin.ts)?;
                let change = match (pinning, kept) {
                    (Pinning::On, None) => incident.pinned(&pin, now),
                    (Pinning::Off, Some(kept)) if goes(tx, &pin, &kept)? => {
                        incident.unpinned(&kept, &pin, now)
                    }
                    (Pinning::On, Some(_)) | (Pinning::Off, _) => return Ok(()),
                };
                keep::change(tx, &incident, change)?;
                Ok(())
            })
            .await
    }

    /// Follows the deletion of a Slack message, once for each key: it is taken off every timeline, and what
    /// it said is kept. Gives how many lines that were.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn follow_deletion(
        &self,
        key: Key,
        channel: ChannelId,
        ts: MessageTs,
        now: Moment,
    ) -> Result<usize> {
        self.writer
            .run(move |tx| {
                if inbox::find(tx, &key.0)?.is_some() {
                    return Ok(0);
                }
                held::follow_deletion(tx, &channel, &ts)?;
                let removed = timeline_edits::follow_deletion(tx, &channel, &ts, now)?;
                // The end of a message that is on no timeline is not worth remembering.
                if removed > 0 {
                    keep::done(tx, &key, None, now)?;
                }
                Ok(removed)
            })
            .await
    }
}

/// Notes what became of a pin; says whether that is news.
fn note(tx: &Connection, pin: &Pin, pinning: Pinning) -> Result<bool> {
    let noted = tx
        .prepare_cached(
            "INSERT INTO pins (channel, ts, person, pinned, told_at)
             VALUES (:channel, :ts, :person, :pinned, :told_at)
             ON CONFLICT (channel, ts, person) DO UPDATE
                SET pinned = excluded.pinned, told_at = excluded.told_at
              WHERE excluded.told_at >= pins.told_at",
        )?
        .execute(named_params! {
            ":channel": pin.channel.as_str(),
            ":ts": pin.ts.as_str(),
            ":person": pin.person.as_str(),
            ":pinned": pinning == Pinning::On,
            ":told_at": pin.told_at.as_str(),
        })?;
    Ok(noted > 0)
}

/// Says whether an entry goes with the pin that was taken away: it came by a pin, and none is left.
fn goes(tx: &Connection, pin: &Pin, kept: &KeptEntry) -> Result<bool> {
    let goes = tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM pins
                 WHERE channel = :channel AND ts = :ts AND person = :recorded_by)
                AND NOT EXISTS (SELECT 1 FROM pins
                 WHERE channel = :channel AND ts = :ts AND pinned = 1)",
        )?
        .query_row(
            named_params! {
                ":channel": pin.channel.as_str(),
                ":ts": pin.ts.as_str(),
                ":recorded_by": kept.entry.recorded_by.as_ref().map(PersonId::as_str),
            },
            |row| row.get(0),
        )?;
    Ok(goes)
}
