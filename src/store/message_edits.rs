//! Edits, deletions and fetched texts of Slack messages, on every timeline and in open modals.

use rusqlite::Connection;

use crate::domain::{
    AddMessage, Change, ChannelId, DecisionContext, FetchedText, Incident, IncidentId, MessageEdit,
    MessageTs, StoredEntry, Timestamp,
};
use crate::error::Result;
use crate::store::queries::timeline_entry::{EntryState, entries_of_message};
use crate::store::tables::incident::incidents;
use crate::store::tables::workspace::pending_messages::{self, PendingMessage};
use crate::store::{IdempotencyKey, Store, changes, idempotency_key};

impl Store {
    /// Applies the edit of a Slack message on every timeline and in open modals. Idempotent. Earlier
    /// versions are saved. Returns the number of entries.
    pub async fn apply_message_edit(
        &self,
        key: IdempotencyKey,
        edit: MessageEdit,
        now: Timestamp,
    ) -> Result<usize> {
        self.write_thread
            .run(move |tx| {
                if idempotency_key::is_processed(tx, &key)? {
                    return Ok(0);
                }
                edit_pending_message(tx, &edit, now)?;
                let entries = entries_of_message(tx, &edit.channel, &edit.ts, EntryState::Any)?;
                change_entries(tx, &entries, now, |incident, entry, ctx| {
                    incident.message_edited(entry, &edit, ctx)
                })?;
                record_key(tx, &key, entries.len(), now)
            })
            .await
    }

    /// Applies the deletion of a Slack message: removes it from every timeline, where its text stays
    /// stored. Idempotent. Returns the number of removed entries.
    pub async fn apply_message_deletion(
        &self,
        key: IdempotencyKey,
        channel: ChannelId,
        ts: MessageTs,
        now: Timestamp,
    ) -> Result<usize> {
        self.write_thread
            .run(move |tx| {
                if idempotency_key::is_processed(tx, &key)? {
                    return Ok(0);
                }
                pending_messages::record_deletion(tx, &channel, &ts)?;
                let entries = entries_of_message(tx, &channel, &ts, EntryState::OnTimeline)?;
                change_entries(tx, &entries, now, Incident::message_deleted)?;
                record_key(tx, &key, entries.len(), now)
            })
            .await
    }

    /// Saves the current version of a message until the user selects its incident.
    pub async fn save_pending_message(&self, message: AddMessage, now: Timestamp) -> Result<()> {
        self.write_thread
            .run(move |tx| pending_messages::save_pending_message(tx, &message, now))
            .await
    }

    /// Returns a pending message, or `None` if it is not stored.
    pub async fn pending_message(
        &self,
        channel: ChannelId,
        ts: MessageTs,
    ) -> Result<Option<PendingMessage>> {
        self.read_pool
            .run(move |tx| pending_messages::find_pending_message(tx, &channel, &ts))
            .await
    }
}

/// Applies the text that was fetched for a message on every timeline.
pub(super) fn apply_fetched_text(
    tx: &Connection,
    message: &FetchedText,
    now: Timestamp,
) -> Result<()> {
    let entries = entries_of_message(tx, &message.channel, &message.ts, EntryState::Any)?;
    change_entries(tx, &entries, now, |incident, entry, ctx| {
        incident.message_fetched(entry, message, ctx)
    })
}

/// Changes each entry of a message.
fn change_entries(
    tx: &Connection,
    entries: &[(IncidentId, StoredEntry)],
    now: Timestamp,
    decide: impl Fn(&Incident, &StoredEntry, &DecisionContext<'_>) -> Change,
) -> Result<()> {
    for (id, entry) in entries {
        let incident = incidents::find_incident(tx, *id)?;
        changes::run_decision(tx, Some(&incident), |inputs| {
            Ok(decide(&incident, entry, &inputs.at(now)))
        })?;
    }
    Ok(())
}

/// Records the key if there was an effect: most edited and deleted messages are on no timeline.
fn record_key(
    tx: &Connection,
    key: &IdempotencyKey,
    changed_entries: usize,
    now: Timestamp,
) -> Result<usize> {
    if changed_entries > 0 {
        idempotency_key::record_key(tx, key, None, now)?;
    }
    Ok(changed_entries)
}

/// Applies an edit to a pending message. An edit that is older than the stored one is ignored.
fn edit_pending_message(tx: &Connection, edit: &MessageEdit, now: Timestamp) -> Result<()> {
    if let Some(PendingMessage::Current(mut message)) =
        pending_messages::find_pending_message(tx, &edit.channel, &edit.ts)?
        && message.edited_ts.as_ref() < Some(&edit.edited_ts)
    {
        message.text.clone_from(&edit.text);
        message.edited_ts = Some(edit.edited_ts.clone());
        pending_messages::save_pending_message(tx, &message, now)?;
    }
    Ok(())
}
