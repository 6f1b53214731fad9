//! The table `related_alert_groups`: the groups that looked related to an incident when it was declared.

use rusqlite::{Connection, named_params};

use crate::domain::{IncidentId, Timestamp};
use crate::error::Result;
use crate::store::db::sql_types::parse_column;

/// An open group, as it is compared with an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OpenGroup {
    pub(crate) id: i64,
    pub(crate) rule: String,
    pub(crate) title: String,
    pub(crate) service: String,
    pub(crate) last_alert_at: Timestamp,
}

/// Returns groups without an incident that are not ignored and had an alert after a time, the newest first.
pub(crate) fn open_groups(tx: &Connection, after: Timestamp, limit: i64) -> Result<Vec<OpenGroup>> {
    let groups = tx
        .prepare_cached(
            "SELECT id, rule, title, service, last_alert_at FROM alert_groups INDEXED BY alert_groups_open
              WHERE incident_id IS NULL AND last_alert_at > :after AND stage <> 'ignored'
              ORDER BY last_alert_at DESC LIMIT :limit",
        )?
        .query_map(
            named_params! { ":after": after.to_string(), ":limit": limit },
            |row| {
                Ok(OpenGroup {
                    id: row.get("id")?,
                    rule: row.get("rule")?,
                    title: row.get("title")?,
                    service: row.get("service")?,
                    last_alert_at: parse_column(row, "last_alert_at")?,
                })
            },
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(groups)
}

/// Stores that groups look related to an incident.
pub(crate) fn insert(tx: &Connection, incident: IncidentId, groups: &[i64]) -> Result<()> {
    for group in groups {
        tx.prepare_cached(
            "INSERT INTO related_alert_groups (incident_id, group_id) VALUES (:incident, :group)",
        )?
        .execute(named_params! { ":incident": incident.number(), ":group": group })?;
    }
    Ok(())
}

/// Returns the groups that look related to an incident, the newest first.
pub(crate) fn groups_of(tx: &Connection, incident: IncidentId) -> Result<Vec<i64>> {
    let groups = tx
        .prepare_cached(
            "SELECT group_id FROM related_alert_groups WHERE incident_id = :incident ORDER BY group_id DESC",
        )?
        .query_map(named_params! { ":incident": incident.number() }, |row| {
            row.get(0)
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(groups)
}
