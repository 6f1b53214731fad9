//! Pages of a timeline. Each page is read from an index by keyset pagination, so that the length of the
//! timeline does not matter.

use muster_commands::timeline::{EntryFilter, Page, PageCursor, SortOrder};
use rusqlite::{Connection, named_params};

use crate::domain::{
    Activity, FieldChange, IncidentId, Status, StoredEntry, TimelineEntry, Timestamp, UserNames,
    Viewer,
};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::store::queries::field_history;
use crate::store::queries::timeline_entry::{COLUMNS, stored_entry_from_row};
use crate::store::tables::incident::{incidents, timeline};
use crate::store::tables::workspace::users;

/// The entries of a page and the names that it shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimelinePage {
    /// The entries in display order.
    pub entries: Vec<StoredEntry>,
    /// Names of the mentioned users, if they have been fetched.
    pub names: UserNames,
    /// Whether there are entries before this page.
    pub has_before: bool,
    /// Whether there are entries after this page.
    pub has_after: bool,
}

impl Store {
    /// Returns the timeline of an incident, ordered by the time at which each entry happened.
    /// `Error::NotFound` also means that the viewer may not see the incident.
    pub async fn timeline(&self, viewer: Viewer, id: IncidentId) -> Result<Vec<TimelineEntry>> {
        self.read_pool
            .run(move |tx| {
                incidents::find_visible_incident(tx, &viewer, id)?;
                timeline::timeline_of(tx, id)
            })
            .await
    }

    /// Returns the number of entries of a timeline, but at most `limit`: counting takes as long as there are
    /// entries.
    pub async fn timeline_length(&self, viewer: Viewer, id: IncidentId, limit: i64) -> Result<i64> {
        self.read_pool
            .run(move |tx| {
                incidents::find_visible_incident(tx, &viewer, id)?;
                let mut count = tx.prepare_cached(
                    "SELECT COUNT(*) FROM (
                        SELECT 1 FROM timeline INDEXED BY timeline_of_incident
                         WHERE incident_id = :incident AND removed_at IS NULL LIMIT :limit)",
                )?;
                let values = named_params! { ":incident": id.number(), ":limit": limit };
                Ok(count.query_row(values, |row| row.get(0))?)
            })
            .await
    }

    /// Returns a page with at most `limit` entries.
    pub async fn timeline_page(
        &self,
        viewer: Viewer,
        page: Page,
        limit: usize,
    ) -> Result<TimelinePage> {
        self.read_pool
            .run(move |tx| {
                incidents::find_visible_incident(tx, &viewer, page.incident)?;
                let mut selected = load_page(tx, page, limit)?;
                let lines: Vec<_> = selected
                    .entries
                    .iter()
                    .map(|entry| entry.entry.activity())
                    .collect();
                let named = lines.iter().flat_map(Activity::mentioned_users);
                selected.names = users::user_names(tx, named)?;
                Ok(selected)
            })
            .await
    }

    /// Returns the status changes of an incident with their times, in order.
    pub async fn status_changes(
        &self,
        viewer: Viewer,
        id: IncidentId,
    ) -> Result<Vec<(Timestamp, Status)>> {
        self.read_pool
            .run(move |tx| {
                incidents::find_visible_incident(tx, &viewer, id)?;
                let history = field_history::history_of(tx, id)?.into_iter();
                let changes = history.filter_map(|it| match it.change {
                    FieldChange::Status { to, .. } => Some((it.at, to)),
                    FieldChange::Title { .. }
                    | FieldChange::Severity { .. }
                    | FieldChange::Commander { .. }
                    | FieldChange::DetectionMethod { .. }
                    | FieldChange::DetectedAt { .. }
                    | FieldChange::Summary { .. }
                    | FieldChange::RootCause { .. }
                    | FieldChange::Configured { .. } => None,
                });
                Ok(changes.collect())
            })
            .await
    }
}

fn load_page(tx: &Connection, page: Page, limit: usize) -> Result<TimelinePage> {
    let backwards = matches!(page.cursor, PageCursor::Before(..));
    let mut entries = select_entries(tx, page, limit + 1)?;
    let has_more = entries.len() > limit;
    entries.truncate(limit);
    if backwards {
        entries.reverse();
    }
    let neighbour = |reach: fn(i64, i64) -> PageCursor, entry: Option<&StoredEntry>| match entry {
        Some(entry) => {
            let page = page.with_cursor(reach(entry.entry.happened_at.epoch_millis(), entry.id));
            Ok::<_, Error>(!select_entries(tx, page, 1)?.is_empty())
        }
        None => Ok(false),
    };
    let (has_before, has_after) = match page.cursor {
        PageCursor::First => (false, has_more),
        PageCursor::After(..) | PageCursor::StartingAt(..) => {
            (neighbour(PageCursor::Before, entries.first())?, has_more)
        }
        PageCursor::Before(..) => (has_more, neighbour(PageCursor::After, entries.last())?),
    };
    Ok(TimelinePage {
        entries,
        names: UserNames::default(),
        has_before,
        has_after,
    })
}

/// Returns the entries next to the cursor, in its direction.
fn select_entries(tx: &Connection, page: Page, limit: usize) -> Result<Vec<StoredEntry>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let incident = page.incident.number();
    let mut statement = tx.prepare_cached(&page_sql(page))?;
    let rows = match page.cursor {
        PageCursor::First => statement.query_map(
            named_params! { ":incident": incident, ":limit": limit },
            stored_entry_from_row,
        )?,
        PageCursor::After(at, id) | PageCursor::Before(at, id) | PageCursor::StartingAt(at, id) => {
            let at = Timestamp::from_epoch_millis(at);
            statement.query_map(
                named_params! { ":incident": incident, ":limit": limit, ":at": at.to_string(), ":id": id },
                stored_entry_from_row,
            )?
        }
    };
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn page_sql(page: Page) -> String {
    let ascends =
        (page.order == SortOrder::OldestFirst) != matches!(page.cursor, PageCursor::Before(..));
    let (sign, order) = if ascends { (">", "ASC") } else { ("<", "DESC") };
    let start = match page.cursor {
        PageCursor::First => String::new(),
        PageCursor::After(..) | PageCursor::Before(..) => {
            format!("AND (happened_at, id) {sign} (:at, :id)")
        }
        PageCursor::StartingAt(..) => format!("AND (happened_at, id) {sign}= (:at, :id)"),
    };
    let only = filter_sql(page.filter);
    format!(
        "SELECT {COLUMNS} FROM timeline INDEXED BY {only}
                incident_id = :incident AND removed_at IS NULL {start}
          ORDER BY happened_at {order}, id {order} LIMIT :limit"
    )
}

/// Returns the index of a filter, and its condition.
pub(super) fn filter_sql(filter: EntryFilter) -> String {
    match filter {
        EntryFilter::Unfiltered => "timeline_of_incident WHERE".to_owned(),
        EntryFilter::Important => "timeline_important WHERE important = 1 AND".to_owned(),
        EntryFilter::Kinds(kinds) => {
            let names: Vec<_> = kinds
                .iter()
                .map(|kind| format!("'{}'", kind.as_str()))
                .collect();
            format!(
                "timeline_of_incident WHERE kind IN ({}) AND",
                names.join(", ")
            )
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::EntryKind;

    /// Returns the steps by which SQLite selects a page.
    fn query_plan(tx: &Connection, page: Page) -> Vec<String> {
        let values = [
            (":incident", "7"),
            (":limit", "11"),
            (":at", "''"),
            (":id", "6"),
        ];
        let sql = values.iter().fold(page_sql(page), |sql, (name, value)| {
            sql.replace(name, value)
        });
        tx.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .unwrap()
            .query_map([], |row| row.get("detail"))
            .unwrap()
            .collect::<rusqlite::Result<_>>()
            .unwrap()
    }

    #[test]
    fn every_page_query_uses_an_index_without_sorting() {
        let tx = Connection::open_in_memory().unwrap();
        tx.execute_batch(include_str!("../../../schema.sql"))
            .unwrap();
        for order in [SortOrder::NewestFirst, SortOrder::OldestFirst] {
            for only in [
                EntryFilter::Unfiltered,
                EntryFilter::Important,
                EntryFilter::Kinds(&[EntryKind::Note, EntryKind::StatusUpdate]),
            ] {
                for reach in [
                    PageCursor::First,
                    PageCursor::After(5, 6),
                    PageCursor::Before(5, 6),
                    PageCursor::StartingAt(5, 6),
                ] {
                    let page = Page {
                        incident: IncidentId(7),
                        order,
                        filter: only,
                        cursor: reach,
                    };
                    let plan = query_plan(&tx, page);
                    let index = match only {
                        EntryFilter::Unfiltered | EntryFilter::Kinds(_) => {
                            "INDEX timeline_of_incident (incident_id=?"
                        }
                        EntryFilter::Important => "INDEX timeline_important (incident_id=?",
                    };
                    assert!(
                        plan.len() == 1 && plan[0].contains(index),
                        "{page:?}: {plan:?}"
                    );
                }
            }
        }
    }
}
