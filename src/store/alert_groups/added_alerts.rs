//! Alerts by their titles, as they are added to an incident.

use rusqlite::{Connection, named_params};

use crate::domain::alert::group::{AddedAlerts, AlertOrigin};
use crate::domain::alert::{SourceIdentity, StoredAlert};
use crate::domain::text::truncate;
use crate::domain::{IncidentId, LONGEST_NAME, Signal, Timestamp};
use crate::error::Result;
use crate::store::db::sql_types::parse_column;
use crate::store::tables::alert_groups::members;
use crate::store::tables::alerts::alerts;

/// The most alerts of a group that are read when it is added to an incident. All of them are counted.
const MAX_READ: i64 = 500;

/// Returns alerts by their titles, in their order. `incident` is the one that they are added to; `None` if it is being
/// declared.
pub(super) fn added_alerts(
    tx: &Connection,
    incident: Option<IncidentId>,
    new: &[&StoredAlert],
) -> Result<Vec<AddedAlerts>> {
    let first_new = new.iter().map(|alert| alert.id).min().unwrap_or_default();
    let mut added: Vec<AddedAlerts> = Vec::new();
    for alert in new {
        let title = &alert.report.title;
        if let Some(known) = added.iter_mut().find(|known| known.title == *title) {
            known.count += 1;
            continue;
        }
        let is_known = match incident {
            Some(incident) => members::has_title(tx, incident, title, first_new)?,
            None => false,
        };
        let link = alert.report.links.first();
        added.push(AddedAlerts {
            title: title.clone(),
            source: alert.source.name.clone(),
            severity: alert.report.severity.clone(),
            count: 1,
            is_new_title: !is_known,
            link: link.map(|link| Signal {
                name: truncate(title, LONGEST_NAME),
                url: link.url.clone(),
            }),
        });
    }
    Ok(added)
}

/// Returns the facts of a group from which an incident is declared, or which is added to one.
pub(super) fn origin_of(
    tx: &Connection,
    group: i64,
    incident: Option<IncidentId>,
) -> Result<AlertOrigin> {
    let alerts = alerts_of(tx, group, MAX_READ)?;
    let detected_at: Timestamp = tx
        .prepare_cached(
            "SELECT min(started_at) FROM alert_group_members JOIN alerts ON alerts.id = alert_id
              WHERE group_id = :group",
        )?
        .query_row(named_params! { ":group": group }, |row| {
            parse_column(row, 0)
        })?;
    let alerts: Vec<&StoredAlert> = alerts.iter().collect();
    Ok(AlertOrigin {
        detected_at,
        alerts: added_alerts(tx, incident, &alerts)?,
    })
}

/// Returns the first alerts of a group.
pub(super) fn alerts_of(tx: &Connection, group: i64, limit: i64) -> Result<Vec<StoredAlert>> {
    let columns = alerts::COLUMNS;
    let alerts = tx
        .prepare_cached(&format!(
            "SELECT {columns}, (SELECT name FROM alert_sources WHERE id = source_id) AS source_name,
                    (SELECT kind FROM alert_sources WHERE id = source_id) AS source_kind
               FROM alerts
              WHERE id IN (SELECT alert_id FROM alert_group_members WHERE group_id = :group
                            ORDER BY alert_id LIMIT :limit)
              ORDER BY id"
        ))?
        .query_map(named_params! { ":group": group, ":limit": limit }, |row| {
            let source = SourceIdentity {
                id: row.get("source_id")?,
                kind: parse_column(row, "source_kind")?,
                name: row.get("source_name")?,
            };
            alerts::alert_from_row(row, &source)
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(alerts)
}
