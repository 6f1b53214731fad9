//! Derives the effects of changed alerts on incidents, in the transaction that stores the alerts.

use rusqlite::Connection;

use crate::domain::Timestamp;
use crate::domain::alert::AlertChange;
use crate::error::Result;
use crate::store::alert_groups;

/// Applies the alert rules to the changes of a request, in the order in which they were reported.
pub(crate) fn route(tx: &Connection, changes: &[AlertChange], now: Timestamp) -> Result<()> {
    alert_groups::route_changes(tx, changes, now)
}
