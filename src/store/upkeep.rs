//! What the store does for the running of the bot: following messages, counting, cleaning, probing.

use muster_commands::add_to_incident::AddMessage;
use muster_commands::{ChannelId, MessageTs};
use rusqlite::named_params;

use serde_json::Value;

use super::held::Held;
use super::{
    Cards, Key, Store, cards, global_channels, held, homes, inbox, incidents, keep, outbox, owed,
    people, settings, timeline_edits,
};
use crate::domain::{Changed, Moment, Owed, Person, Wrong};
use crate::error::Result;

/// How long the inbox and the outbox remember what is done.
const REMEMBERED_FOR: chrono::Duration = chrono::Duration::days(30);

/// How long a message is kept that a form carries along: who leaves a form open longer adds what the form itself
/// holds.
const HELD_FOR: chrono::Duration = chrono::Duration::days(1);

/// What a Slack message says from some moment on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Where it stands.
    pub channel: ChannelId,
    /// Which message it is.
    pub ts: MessageTs,
    /// What it says.
    pub text: String,
    /// Since when, by Slack's clock.
    pub said_at: MessageTs,
}

impl Store {
    /// Follows the edit of a Slack message wherever it is on a timeline, or carried along by a form; what was
    /// there before is kept. Gives how many lines it is about.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn follow_edit(&self, key: Key, edit: Edit, now: Moment) -> Result<usize> {
        self.writer
            .run(move |tx| {
                if inbox::find(tx, &key.0)?.is_some() {
                    return Ok(0);
                }
                held::follow_edit(tx, &edit, now)?;
                let followed = timeline_edits::follow_edit(tx, &edit, now)?;
                // An edit of a message that is on no timeline is not worth remembering.
                if followed > 0 {
                    keep::done(tx, &key, None, now)?;
                }
                Ok(followed)
            })
            .await
    }

    /// Keeps a message, as it is then, until somebody says which incident it belongs to.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn hold(&self, message: AddMessage, now: Moment) -> Result<()> {
        self.writer
            .run(move |tx| held::keep(tx, &message, now))
            .await
    }

    /// Gives what became of a message that is kept.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn held(&self, channel: ChannelId, ts: MessageTs) -> Result<Option<Held>> {
        self.readers
            .run(move |tx| held::find(tx, &channel, &ts))
            .await
    }

    /// Remembers who somebody is.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn know(&self, person: Person, now: Moment) -> Result<()> {
        self.writer
            .run(move |tx| people::keep(tx, &person, now))
            .await
    }

    /// Remembers which channel the setting of the global channel means.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn know_global(&self, name: String, channel: ChannelId) -> Result<()> {
        self.writer
            .run(move |tx| global_channels::keep(tx, &name, &channel))
            .await
    }

    /// Gives the channel that the setting of the global channel meant, if it was ever found.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn known_global(&self, name: String) -> Result<Option<ChannelId>> {
        self.readers
            .run(move |tx| global_channels::find(tx, &name))
            .await
    }

    /// Changes settings, once for each key: all of them, or none. Gives what changed, or everything that is
    /// wrong.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn change_settings(
        &self,
        key: Key,
        wanted: Vec<(String, Value)>,
        now: Moment,
    ) -> Result<std::result::Result<Vec<Changed>, Vec<Wrong>>> {
        self.writer
            .run(move |tx| {
                let before = settings::current(tx)?;
                let after = match before.with(wanted) {
                    Ok(after) => after,
                    Err(wrong) => return Ok(Err(wrong)),
                };
                if inbox::find(tx, &key.0)?.is_some() {
                    return Ok(Ok(Vec::new()));
                }
                let changes = before.changes(&after);
                settings::keep(tx, &changes, now)?;
                keep::done(tx, &key, None, now)?;
                Ok(Ok(changes))
            })
            .await
    }

    /// Owes the announcement to the open incidents, all or those that have none; gives how many these are.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn owe_cards(&self, cards: Cards, now: Moment) -> Result<usize> {
        self.writer
            .run(move |tx| {
                let open = cards::open_with_cards(tx, cards)?;
                let settings = settings::current(tx)?;
                for id in &open {
                    let incident = incidents::find(tx, *id)?;
                    let mut owed = incident.announced_late(now).fitted(&settings).effects;
                    // A card that is owed twice is shown once; a reply would be posted twice.
                    if owed::is_owed(tx, *id, Owed::Reply)? {
                        owed.retain(|effect| effect.owed() != Owed::Reply);
                    }
                    owed::queue(tx, *id, incident.severity, &owed, now)?;
                }
                Ok(open.len())
            })
            .await
    }

    /// Gives how many incidents have each status.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn count_by_status(&self) -> Result<Vec<(String, i64)>> {
        self.readers.run(incidents::count_by_status).await
    }

    /// Writes something, to see that it can be.
    ///
    /// # Errors
    /// When the store cannot be written to.
    pub async fn probe(&self, now: Moment) -> Result<()> {
        self.writer
            .run(move |tx| {
                tx.prepare_cached("UPDATE store SET probed_at = :now")?
                    .execute(named_params! { ":now": now })?;
                Ok(())
            })
            .await
    }

    /// Forgets what the inbox and the outbox no longer need.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn forget_old(&self, now: Moment) -> Result<()> {
        let moment = now.after(-REMEMBERED_FOR);
        self.writer
            .run(move |tx| {
                inbox::forget_before(tx, moment)?;
                held::forget_before(tx, now.after(-HELD_FOR))?;
                homes::forget_before(tx, moment)?;
                outbox::forget_before(tx, moment)
            })
            .await
    }
}
