//! The history of timeline entries: their earlier versions, and whether they were removed.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::{
    Decision, Incident, IncidentId, RemovableEntry, RemovalState, UserId, UserNames, Viewer,
};
use crate::error::{Error, Result};
use crate::store::queries::timeline_entry::{COLUMNS, find_entry, stored_entry_from_row};
use crate::store::tables::incident::incidents;
use crate::store::tables::incident::timeline::history;
use crate::store::tables::workspace::users;
use crate::store::{ChangeTarget, RecordedEntry, Store, changes};

impl Store {
    /// Returns how often entries were edited, by ID. Entries that were not are left out.
    pub async fn edit_counts(
        &self,
        viewer: Viewer,
        incident: IncidentId,
        entries: Vec<i64>,
    ) -> Result<HashMap<i64, i64>> {
        self.read_pool
            .run(move |tx| {
                incidents::find_visible_incident(tx, &viewer, incident)?;
                let mut counts = HashMap::new();
                for entry in entries {
                    counts.insert(entry, history::count_edits(tx, entry)?);
                }
                counts.retain(|_, count| *count > 0);
                Ok(counts)
            })
            .await
    }

    /// Returns an entry with its earlier versions, and the names of the users who wrote them.
    pub async fn entry_history(
        &self,
        viewer: Viewer,
        incident: IncidentId,
        entry: i64,
    ) -> Result<(RecordedEntry, UserNames)> {
        self.read_pool
            .run(move |tx| {
                incidents::find_visible_incident(tx, &viewer, incident)?;
                let stored = find_entry(tx, incident, entry)?;
                let earlier = history::versions_of_entry(tx, entry)?;
                let activity = stored.entry.activity();
                let editors = earlier.iter().filter_map(|it| it.edited_by.as_ref());
                let mentioned = activity.mentioned_users().into_iter().chain(editors);
                let names = users::user_names(tx, mentioned)?;
                Ok((RecordedEntry { stored, earlier }, names))
            })
            .await
    }

    /// Returns an entry that may have been removed.
    pub async fn removable_entry(
        &self,
        viewer: Viewer,
        incident: IncidentId,
        entry: i64,
    ) -> Result<RemovableEntry> {
        self.read_pool
            .run(move |tx| {
                incidents::find_visible_incident(tx, &viewer, incident)?;
                find_removable(tx, incident, entry)
            })
            .await
    }

    /// Changes an entry that may have been removed. Idempotent.
    pub async fn change_removable_entry(
        &self,
        target: ChangeTarget,
        entry: i64,
        decide: impl FnOnce(&Incident, &RemovableEntry) -> Decision + Send + 'static,
    ) -> Result<Incident> {
        self.write_thread
            .run(move |tx| {
                let before = incidents::find_visible_incident(tx, &target.viewer, target.id)?;
                let change = changes::change_once(tx, before, &target.key, |it, _| {
                    Ok(decide(it, &find_removable(tx, target.id, entry)?)?)
                })?;
                Ok(change.after)
            })
            .await
    }
}

fn find_removable(tx: &Connection, incident: IncidentId, entry: i64) -> Result<RemovableEntry> {
    let selected = tx
        .prepare_cached(&format!(
            "SELECT {COLUMNS}, removed_at, removed_by FROM timeline
              WHERE id = :entry AND incident_id = :incident"
        ))?
        .query_row(
            named_params! { ":entry": entry, ":incident": incident.number() },
            removable_from_row,
        )
        .optional()?;
    selected.ok_or(Error::NotFound("timeline entry"))
}

fn removable_from_row(row: &Row<'_>) -> rusqlite::Result<RemovableEntry> {
    let removed_at: Option<String> = row.get("removed_at")?;
    let removed_by: Option<String> = row.get("removed_by")?;
    Ok(RemovableEntry {
        stored: stored_entry_from_row(row)?,
        state: match removed_at {
            Some(_) => RemovalState::Removed(removed_by.map(UserId)),
            None => RemovalState::OnTimeline,
        },
    })
}
