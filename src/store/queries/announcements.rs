//! Selects the open incidents whose announcement must be sent.

use muster_commands::IncidentId;
use rusqlite::{Connection, named_params};

use crate::error::Result;

/// Which announcements must be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnnouncementScope {
    /// Those that were never posted.
    Missing,
    /// All of them: posted announcements may show an outdated state.
    AllOpen,
}

/// Returns the open incidents whose announcement must be sent.
pub fn incidents_to_announce(tx: &Connection, cards: AnnouncementScope) -> Result<Vec<IncidentId>> {
    let ids = tx
        .prepare_cached(
            "SELECT id FROM incidents INDEXED BY incidents_open
              WHERE status IN ('active', 'stable') AND channel_state <> 'pending'
                AND (:all OR announcement_ts IS NULL)
              ORDER BY id",
        )?
        .query_map(
            named_params! { ":all": cards == AnnouncementScope::AllOpen },
            |row| row.get(0).map(IncidentId),
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(ids)
}
