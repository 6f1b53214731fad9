//! Derives the effects of changed alerts on incidents, in the transaction that stores the alerts.

use rusqlite::Connection;

use crate::domain::Timestamp;
use crate::domain::alert::AlertChange;
use crate::error::Result;
use crate::store::alert_groups;

/// Applies the alert rules to the changes of a request, in the order in which they were reported.
/// `omitted` is the number of alerts that the source left out of the request.
pub(crate) fn route(
    tx: &Connection,
    changes: &[AlertChange],
    omitted: u64,
    now: Timestamp,
) -> Result<()> {
    alert_groups::route_changes(tx, changes, omitted, now)
}
