//! Ranges of a timeline for the API, the oldest entry first.

use rusqlite::{Connection, Row, named_params};

use crate::domain::api::{KnownUsers, TimelineCell};
use crate::domain::{Activity, EntryKind, IncidentId, Timestamp, Viewer};
use crate::error::Result;
use crate::store::Store;
use crate::store::db::sql_types::parse_optional_column;
use crate::store::queries::timeline_entry::{self, COLUMNS, stored_entry_from_row};
use crate::store::tables::incident::incidents;
use crate::store::tables::workspace::users;

/// A range of a timeline.
#[derive(Clone, Debug)]
pub struct TimelineRange {
    /// The incident.
    pub incident: IncidentId,
    /// The kinds of entries; empty: all kinds.
    pub kinds: Vec<EntryKind>,
    /// Whether the entries are marked as important; `None`: both.
    pub is_important: Option<bool>,
    /// How many entries are skipped.
    pub offset: usize,
    /// The maximum number of entries.
    pub size: usize,
}

/// Timeline entries, and the users that they name.
#[derive(Clone, Debug)]
pub struct TimelineCells {
    /// The entries.
    pub cells: Vec<TimelineCell>,
    /// The users, if they have been fetched.
    pub users: KnownUsers,
}

impl Store {
    /// Returns a range of a timeline. `Error::NotFound` also means that the viewer may not see the incident.
    pub async fn timeline_cells(
        &self,
        viewer: Viewer,
        range: TimelineRange,
    ) -> Result<TimelineCells> {
        self.read_pool
            .run(move |tx| {
                incidents::find_visible_incident(tx, &viewer, range.incident)?;
                let cells = select_cells(tx, &range)?;
                let activities = cells.iter().map(|cell| cell.stored.entry.activity());
                let activities: Vec<Activity> = activities.collect();
                let named = activities.iter().flat_map(Activity::mentioned_users);
                let users = users::known_users(tx, named)?;
                Ok(TimelineCells { cells, users })
            })
            .await
    }
}

/// Returns an entry of an incident's timeline. `Error::NotFound` also means that it was removed.
pub(crate) fn find_cell(
    tx: &Connection,
    incident: IncidentId,
    entry: i64,
) -> Result<TimelineCells> {
    let stored = timeline_entry::find_entry(tx, incident, entry)?;
    let edited_at: Option<Timestamp> = tx
        .prepare_cached(
            "SELECT max(edited_at) AS edited_at FROM timeline_edits WHERE entry_id = :entry",
        )?
        .query_row(named_params! { ":entry": entry }, |row| {
            parse_optional_column(row, "edited_at")
        })?;
    let activity = stored.entry.activity();
    let users = users::known_users(tx, activity.mentioned_users())?;
    let cell = TimelineCell {
        modified_at: edited_at.unwrap_or(stored.entry.recorded_at),
        stored,
    };
    Ok(TimelineCells {
        cells: vec![cell],
        users,
    })
}

fn select_cells(tx: &Connection, range: &TimelineRange) -> Result<Vec<TimelineCell>> {
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let mut statement = tx.prepare_cached(&range_sql(range))?;
    let cells = statement.query_map(
        named_params! {
            ":incident": range.incident.number(),
            ":offset": number(range.offset),
            ":limit": number(range.size),
        },
        cell_from_row,
    )?;
    Ok(cells.collect::<rusqlite::Result<_>>()?)
}

fn range_sql(range: &TimelineRange) -> String {
    let (index, important) = match range.is_important {
        Some(true) => ("timeline_important", "AND important = 1"),
        Some(false) => ("timeline_of_incident", "AND important = 0"),
        None => ("timeline_of_incident", ""),
    };
    let kinds = range.kinds.iter();
    let kinds: Vec<_> = kinds.map(|it| format!("'{}'", it.as_str())).collect();
    let kinds = match kinds.as_slice() {
        [] => String::new(),
        kinds => format!("AND kind IN ({})", kinds.join(", ")),
    };
    format!(
        "SELECT {COLUMNS}, (SELECT max(edited_at) FROM timeline_edits WHERE entry_id = timeline.id) AS edited_at
           FROM timeline INDEXED BY {index}
          WHERE incident_id = :incident AND removed_at IS NULL {important} {kinds}
          ORDER BY happened_at, id LIMIT :limit OFFSET :offset"
    )
}

fn cell_from_row(row: &Row<'_>) -> rusqlite::Result<TimelineCell> {
    let stored = stored_entry_from_row(row)?;
    let edited_at = parse_optional_column(row, "edited_at")?;
    Ok(TimelineCell {
        modified_at: edited_at.unwrap_or(stored.entry.recorded_at),
        stored,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_range_comes_from_an_index_in_order() {
        let tx = Connection::open_in_memory().unwrap();
        tx.execute_batch(include_str!("../../../schema.sql"))
            .unwrap();
        for (is_important, index) in [
            (None, "timeline_of_incident"),
            (Some(false), "timeline_of_incident"),
            (Some(true), "timeline_important"),
        ] {
            let range = TimelineRange {
                incident: IncidentId(7),
                kinds: vec![EntryKind::Note, EntryKind::Message],
                is_important,
                offset: 20,
                size: 10,
            };
            let sql = format!("EXPLAIN QUERY PLAN {}", range_sql(&range));
            let mut explain = tx.prepare(&sql).unwrap();
            let values = named_params! { ":incident": 7, ":offset": 20, ":limit": 10 };
            let steps = explain.query_map(values, |row| row.get::<_, String>("detail"));
            let steps: Vec<String> = steps.unwrap().map(std::result::Result::unwrap).collect();
            let search = format!("SEARCH timeline USING INDEX {index} (incident_id=?)");
            assert_eq!(steps[0], search);
            assert!(!steps.iter().any(|step| step.contains("TEMP")), "{steps:?}");
        }
    }
}
