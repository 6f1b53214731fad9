//! Timeline entries that were recorded since a user opened a page.

use muster_commands::timeline::Page;
use rusqlite::{Connection, named_params};

use crate::domain::Viewer;
use crate::error::Result;
use crate::store::Store;
use crate::store::queries::timeline_page::filter_sql;
use crate::store::tables::incident::incidents;

/// The entries that a user has not since yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NewEntries {
    /// How many entries there are.
    pub count: i64,
    /// The ID of the last recorded entry, of whatever incident.
    pub last: i64,
}

impl Store {
    /// Counts the entries that were recorded after the entry `since`, with the filter of a page. Counts none without
    /// it.
    pub async fn new_entries(
        &self,
        viewer: Viewer,
        page: Page,
        since: Option<i64>,
    ) -> Result<NewEntries> {
        self.read_pool
            .run(move |tx| {
                incidents::find_visible_incident(tx, &viewer, page.incident)?;
                Ok(NewEntries {
                    count: since.map_or(Ok(0), |since| count_after(tx, page, since))?,
                    last: last_entry(tx)?,
                })
            })
            .await
    }
}

fn count_after(tx: &Connection, page: Page, since: i64) -> Result<i64> {
    let filter = filter_sql(page.filter);
    let mut count = tx.prepare_cached(&format!(
        "SELECT COUNT(*) FROM timeline INDEXED BY {filter}
                incident_id = :incident AND removed_at IS NULL AND id > :since"
    ))?;
    let values = named_params! { ":incident": page.incident.number(), ":since": since };
    Ok(count.query_row(values, |row| row.get(0))?)
}

fn last_entry(tx: &Connection) -> Result<i64> {
    let mut last = tx.prepare_cached("SELECT COALESCE(MAX(id), 0) FROM timeline")?;
    Ok(last.query_row([], |row| row.get(0))?)
}
