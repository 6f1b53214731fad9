//! The earlier versions of timeline entries, and the timeline as exported with them.

use std::collections::HashMap;

use rusqlite::{Connection, Row, named_params};

use crate::domain::{IncidentId, StoredEntry, TimelineEvent, Timestamp, UserId};
use crate::error::Result;
use crate::store::db::sql_types::{json_column, parse_column, parse_optional_column};
use crate::store::tables::incident::timeline;

/// A timeline entry with its earlier versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedEntry {
    /// The entry as it is now.
    pub stored: StoredEntry,
    /// The earlier versions, oldest first.
    pub earlier: Vec<EarlierVersion>,
}

/// An earlier version of a timeline entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlierVersion {
    /// The event before the edit.
    pub event: TimelineEvent,
    /// When it happened, before the edit; `None` if the edit did not change that.
    pub happened_at: Option<Timestamp>,
    /// When the entry was edited.
    pub edited_at: Timestamp,
    /// The user who edited it; `None` if the Slack message was edited.
    pub edited_by: Option<UserId>,
}

/// Returns the timeline of an incident, ordered by the time at which each entry happened.
pub fn recorded_entries(tx: &Connection, incident: IncidentId) -> Result<Vec<RecordedEntry>> {
    let mut earlier = earlier_versions(tx, incident)?;
    let entries: Vec<StoredEntry> = tx
        .prepare_cached(
            "SELECT id, important, author, author_app, event, happened_at, recorded_at, recorded_by, source,
                    message_channel, message_ts, permalink, message_edited_ts
               FROM timeline WHERE incident_id = :incident AND removed_at IS NULL
              ORDER BY happened_at, id",
        )?
        .query_map(named_params! { ":incident": incident.number() }, |row| {
            Ok(StoredEntry {
                id: row.get("id")?,
                entry: timeline::from_row(row)?,
                is_important: row.get("important")?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    let entries = entries.into_iter().map(|stored| RecordedEntry {
        earlier: earlier.remove(&stored.id).unwrap_or_default(),
        stored,
    });
    Ok(entries.collect())
}

/// Returns the earlier versions by the ID of their entry, oldest first.
fn earlier_versions(
    tx: &Connection,
    incident: IncidentId,
) -> Result<HashMap<i64, Vec<EarlierVersion>>> {
    let mut select = tx.prepare_cached(
        "SELECT entry_id, previous_event, edited_at, timeline_edits.happened_at, edited_by
           FROM timeline_edits JOIN timeline ON timeline.id = entry_id
          WHERE incident_id = :incident ORDER BY timeline_edits.id",
    )?;
    let mut rows = select.query(named_params! { ":incident": incident.number() })?;
    let mut versions: HashMap<i64, Vec<EarlierVersion>> = HashMap::new();
    while let Some(row) = rows.next()? {
        versions
            .entry(row.get("entry_id")?)
            .or_default()
            .push(version_from_row(row)?);
    }
    Ok(versions)
}

/// Returns the earlier versions of an entry, oldest first.
pub(crate) fn versions_of_entry(tx: &Connection, entry: i64) -> Result<Vec<EarlierVersion>> {
    let versions = tx
        .prepare_cached(
            "SELECT previous_event, edited_at, happened_at, edited_by
               FROM timeline_edits WHERE entry_id = :entry ORDER BY id",
        )?
        .query_map(named_params! { ":entry": entry }, version_from_row)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(versions)
}

/// Returns how often an entry was edited.
pub(crate) fn count_edits(tx: &Connection, entry: i64) -> Result<i64> {
    let count = tx
        .prepare_cached("SELECT COUNT(*) FROM timeline_edits WHERE entry_id = :entry")?
        .query_row(named_params! { ":entry": entry }, |row| row.get(0))?;
    Ok(count)
}

fn version_from_row(row: &Row<'_>) -> rusqlite::Result<EarlierVersion> {
    Ok(EarlierVersion {
        event: json_column(row, "previous_event")?,
        happened_at: parse_optional_column(row, "happened_at")?,
        edited_at: parse_column(row, "edited_at")?,
        edited_by: row.get::<_, Option<String>>("edited_by")?.map(UserId),
    })
}
