//! Lists of open and closed incidents, page by page.

use std::ops::ControlFlow;

use muster_commands::list::ListFilter;
use rusqlite::{Connection, Row};

use crate::domain::Viewer;
use crate::error::Result;
use crate::store::queries::home::{self, Page};
use crate::store::queries::incident_list::{self, PageRange};
use crate::store::{IncidentSummary, Store};

/// Number of incidents per page. Slack: a message has at most 50 blocks, and each incident takes two.
const INCIDENTS_PER_PAGE: i64 = 10;

/// Selects the closed incidents, the last resolved first.
pub(crate) const RESOLVED: &str = "INDEXED BY incidents_resolved
    WHERE resolved_at IS NOT NULL ORDER BY resolved_at DESC, id DESC";

/// Selects all incidents, the newest first.
const NEWEST_FIRST: &str = "NOT INDEXED ORDER BY id DESC";

/// Selects all incidents, open ones first: by status and severity, then the last resolved first.
const OPEN_FIRST: &str = "NOT INDEXED
    ORDER BY resolved_at IS NOT NULL, resolved_at DESC, status, severity_rank, id DESC";

impl Store {
    /// Returns a page of the incidents that match the filter and that the viewer may see. Pages are counted
    /// from 0; a page after the last one is the last.
    pub async fn list_incidents(
        &self,
        viewer: Viewer,
        filter: ListFilter,
        page: i64,
    ) -> Result<Page<IncidentSummary>> {
        self.read_pool
            .run(move |tx| {
                home::load_page(page, INCIDENTS_PER_PAGE, |range| {
                    filtered_list(tx, &viewer, &filter, range)
                })
            })
            .await
    }
}

/// Returns a range of the incidents that match the filter, and their total number.
fn filtered_list(
    tx: &Connection,
    viewer: &Viewer,
    filter: &ListFilter,
    range: PageRange,
) -> Result<(Vec<IncidentSummary>, i64)> {
    match filter {
        ListFilter::Open => incident_list::open_incidents_page(tx, viewer, range),
        ListFilter::Resolved => visible_page(tx, viewer, RESOLVED, range, |_| Ok(true)),
        ListFilter::AnyStatus => visible_page(tx, viewer, NEWEST_FIRST, range, |_| Ok(true)),
        ListFilter::Mine => match viewer.user_id() {
            Some(user) => home::incidents_of_user(tx, user, range),
            None => Ok((Vec::new(), 0)),
        },
        ListFilter::Words(words) => {
            // SQLite ignores case for ASCII letters only.
            let words = words.to_lowercase();
            visible_page(tx, viewer, OPEN_FIRST, range, |row| {
                let title: String = row.get("title")?;
                Ok(title.to_lowercase().contains(&words))
            })
        }
    }
}

/// Returns a range of the matching incidents that the viewer may see, and their total number. `clause` is
/// the SQL that selects and orders them.
fn visible_page(
    tx: &Connection,
    viewer: &Viewer,
    clause: &str,
    range: PageRange,
    is_match: impl Fn(&Row<'_>) -> rusqlite::Result<bool>,
) -> Result<(Vec<IncidentSummary>, i64)> {
    let positions = range.offset..range.offset.saturating_add(range.limit);
    let (mut incidents, mut total) = (Vec::new(), 0);
    incident_list::for_each_visible_row(tx, viewer, clause, |row| {
        if is_match(row)? {
            if positions.contains(&total) {
                incidents.push(incident_list::summary_from_row(row)?);
            }
            total += 1;
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok((incidents, total))
}
