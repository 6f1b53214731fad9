//! Single timeline entries.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::{
    ChannelId, Decision, DecisionContext, EntryKind, Incident, IncidentId, MessageTs, StatusUpdate,
    StoredEntry, Viewer,
};
use crate::error::{Error, Result};
use crate::store::tables::incident::{incidents, timeline};
use crate::store::{ChangeTarget, Store, changes};

impl Store {
    /// Returns an entry of a timeline. `Error::NotFound` also means that it was removed.
    pub async fn timeline_entry(
        &self,
        viewer: Viewer,
        incident: IncidentId,
        entry: i64,
    ) -> Result<StoredEntry> {
        self.read_pool
            .run(move |tx| {
                incidents::find_visible_incident(tx, &viewer, incident)?;
                find_entry(tx, incident, entry)
            })
            .await
    }

    /// Changes an entry of a timeline. Idempotent.
    pub async fn change_timeline_entry(
        &self,
        target: ChangeTarget,
        entry: i64,
        decide: impl FnOnce(&Incident, &StoredEntry, &DecisionContext<'_>) -> Decision + Send + 'static,
    ) -> Result<Incident> {
        self.write_thread
            .run(move |tx| {
                let before = incidents::find_visible_incident(tx, &target.viewer, target.id)?;
                let change = changes::change_once(tx, before, &target.key, |it, inputs| {
                    let stored = find_entry(tx, target.id, entry)?;
                    let previous_update = update_before(tx, target.id, &stored)?;
                    let ctx = DecisionContext {
                        previous_update: previous_update.as_ref(),
                        ..inputs.at(target.now)
                    };
                    Ok(decide(it, &stored, &ctx)?)
                })?;
                Ok(change.after)
            })
            .await
    }
}

impl Store {
    /// Changes an incident by a decision that depends on the entries of one kind on its timeline. Idempotent.
    pub async fn change_entries_of_kind(
        &self,
        target: ChangeTarget,
        kind: EntryKind,
        decide: impl FnOnce(&Incident, &[StoredEntry]) -> Decision + Send + 'static,
    ) -> Result<Incident> {
        self.write_thread
            .run(move |tx| {
                let before = incidents::find_visible_incident(tx, &target.viewer, target.id)?;
                let change = changes::change_once(tx, before, &target.key, |it, _| {
                    Ok(decide(it, &entries_of_kind(tx, target.id, kind)?)?)
                })?;
                Ok(change.after)
            })
            .await
    }
}

/// The columns of an entry.
pub(crate) const COLUMNS: &str =
    "id, important, author, author_app, event, happened_at, recorded_at, recorded_by, source,
                       message_channel, message_ts, permalink, message_edited_ts";

pub(crate) fn entries_of_kind(
    tx: &Connection,
    incident: IncidentId,
    kind: EntryKind,
) -> Result<Vec<StoredEntry>> {
    let entries = tx
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM timeline
              WHERE incident_id = :incident AND kind = :kind AND removed_at IS NULL ORDER BY id"
        ))?
        .query_map(
            named_params! { ":incident": incident.number(), ":kind": kind.as_str() },
            stored_entry_from_row,
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(entries)
}

/// Returns the last recorded entry of a timeline.
pub(crate) fn last_entry(tx: &Connection, incident: IncidentId) -> Result<StoredEntry> {
    let selected = tx
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM timeline
              WHERE incident_id = :incident AND removed_at IS NULL ORDER BY id DESC LIMIT 1"
        ))?
        .query_row(
            named_params! { ":incident": incident.number() },
            stored_entry_from_row,
        )
        .optional()?;
    selected.ok_or(Error::NotFound("timeline entry"))
}

pub(crate) fn find_entry(tx: &Connection, incident: IncidentId, entry: i64) -> Result<StoredEntry> {
    let selected = tx
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM timeline
              WHERE id = :entry AND incident_id = :incident AND removed_at IS NULL"
        ))?
        .query_row(
            named_params! { ":entry": entry, ":incident": incident.number() },
            stored_entry_from_row,
        )
        .optional()?;
    selected.ok_or(Error::NotFound("timeline entry"))
}

/// Returns the status update before an entry that is one; `None` for any other entry.
pub(crate) fn update_before(
    tx: &Connection,
    incident: IncidentId,
    stored: &StoredEntry,
) -> Result<Option<StatusUpdate>> {
    let kind = stored.entry.event.kind();
    if kind != EntryKind::StatusUpdate {
        return Ok(None);
    }
    let updates = entries_of_kind(tx, incident, kind)?;
    let before = updates.into_iter().rev().find(|it| it.id < stored.id);
    Ok(before.and_then(|before| before.status_update()))
}

/// Returns the entry of a Slack message on a timeline, or `None` if it is not there.
pub fn find_entry_of_message(
    tx: &Connection,
    incident: IncidentId,
    channel: &ChannelId,
    ts: &MessageTs,
) -> Result<Option<StoredEntry>> {
    let selected = tx
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM timeline
              WHERE message_channel = :channel AND message_ts = :ts AND incident_id = :incident
                AND removed_at IS NULL"
        ))?
        .query_row(
            named_params! {
                ":channel": channel.as_str(),
                ":ts": ts.as_str(),
                ":incident": incident.number(),
            },
            stored_entry_from_row,
        )
        .optional()?;
    Ok(selected)
}

/// Which entries of a message are selected.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryState {
    /// Those that are on a timeline.
    OnTimeline,
    /// Also removed ones.
    Any,
}

/// Returns the entries of a Slack message on every timeline, with their incidents.
pub(crate) fn entries_of_message(
    tx: &Connection,
    channel: &ChannelId,
    ts: &MessageTs,
    state: EntryState,
) -> Result<Vec<(IncidentId, StoredEntry)>> {
    let entries = tx
        .prepare_cached(&format!(
            "SELECT {COLUMNS}, incident_id FROM timeline
              WHERE message_channel = :channel AND message_ts = :ts
                AND (:any OR removed_at IS NULL)
              ORDER BY incident_id"
        ))?
        .query_map(
            named_params! {
                ":channel": channel.as_str(),
                ":ts": ts.as_str(),
                ":any": state == EntryState::Any,
            },
            |row| {
                Ok((
                    IncidentId(row.get("incident_id")?),
                    stored_entry_from_row(row)?,
                ))
            },
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(entries)
}

pub(crate) fn stored_entry_from_row(row: &Row<'_>) -> rusqlite::Result<StoredEntry> {
    Ok(StoredEntry {
        id: row.get("id")?,
        entry: timeline::from_row(row)?,
        is_important: row.get("important")?,
    })
}
