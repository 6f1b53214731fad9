//! Alerts by their titles, as they are added to an incident.

use rusqlite::{Connection, named_params};

use crate::domain::alert::StoredAlert;
use crate::domain::alert::group::{AddedAlerts, AlertAddition, AlertOrigin, MAX_ADDED_TITLES};
use crate::domain::text::truncate;
use crate::domain::{IncidentId, LONGEST_NAME, Signal, Timestamp};
use crate::error::Result;
use crate::store::db::sql_types::parse_column;
use crate::store::tables::alert_groups::members;
use crate::store::tables::alerts::alerts;

/// The most alerts of a group that are read when it is added to an incident. All of them are counted.
const MAX_READ: i64 = 500;

/// The most severities of a group of which the worst is taken.
const MAX_SEVERITIES: i64 = 50;

/// Returns alerts by their titles, in their order. `incident` is the one that they are added to; `None` if it is being
/// declared.
pub(super) fn added_alerts(
    tx: &Connection,
    incident: Option<IncidentId>,
    new: &[&StoredAlert],
) -> Result<AlertAddition> {
    let first_new = new.iter().map(|alert| alert.id).min().unwrap_or_default();
    let mut added = AlertAddition::default();
    for alert in new {
        let title = &alert.report.title;
        if let Some(known) = added.named.iter_mut().find(|known| known.title == *title) {
            known.count += 1;
            continue;
        }
        if added.named.len() == MAX_ADDED_TITLES {
            added.more += 1;
            continue;
        }
        let is_known = match incident {
            Some(incident) => members::has_title(tx, incident, title, first_new)?,
            None => false,
        };
        added.named.push(AddedAlerts {
            is_new_title: !is_known,
            ..named_alert(alert)
        });
    }
    Ok(added)
}

/// Returns an alert as the first one with a new title.
fn named_alert(alert: &StoredAlert) -> AddedAlerts {
    let title = &alert.report.title;
    let link = alert.report.links.first();
    AddedAlerts {
        title: title.clone(),
        source: alert.source.name.clone(),
        severity: alert.report.severity.clone(),
        count: 1,
        is_new_title: true,
        link: link.map(|link| Signal {
            name: truncate(title, LONGEST_NAME),
            url: link.url.clone(),
        }),
    }
}

/// Returns the facts of a group from which an incident is declared, or which is added to one.
pub(super) fn origin_of(
    tx: &Connection,
    group: i64,
    incident: Option<IncidentId>,
) -> Result<AlertOrigin> {
    let read = alerts_of(tx, group, MAX_READ)?;
    let (detected_at, total): (Timestamp, u32) = tx
        .prepare_cached(
            "SELECT min(started_at), count(*) FROM alert_group_members JOIN alerts ON alerts.id = alert_id
              WHERE group_id = :group",
        )?
        .query_row(named_params! { ":group": group }, |row| {
            Ok((parse_column(row, 0)?, row.get(1)?))
        })?;
    let read_count = u32::try_from(read.len()).unwrap_or(u32::MAX);
    let mut alerts = added_alerts(tx, incident, &read.iter().collect::<Vec<_>>())?;
    alerts.more += total.saturating_sub(read_count);
    Ok(AlertOrigin {
        detected_at,
        alerts,
    })
}

/// Returns the different severities of the alerts of a group, in the senders' own words.
pub(super) fn severities_of(tx: &Connection, group: i64) -> Result<Vec<String>> {
    let severities = tx
        .prepare_cached(
            "SELECT DISTINCT severity FROM alert_group_members JOIN alerts ON alerts.id = alert_id
              WHERE group_id = :group LIMIT :limit",
        )?
        .query_map(
            named_params! { ":group": group, ":limit": MAX_SEVERITIES },
            |row| row.get(0),
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(severities)
}

/// Returns the first alerts of a group.
pub(super) fn alerts_of(tx: &Connection, group: i64, limit: i64) -> Result<Vec<StoredAlert>> {
    let (columns, source) = (alerts::COLUMNS, alerts::SOURCE_COLUMNS);
    let alerts = tx
        .prepare_cached(&format!(
            "SELECT {columns}, {source} FROM alerts
              WHERE id IN (SELECT alert_id FROM alert_group_members WHERE group_id = :group
                            ORDER BY alert_id LIMIT :limit)
              ORDER BY id"
        ))?
        .query_map(
            named_params! { ":group": group, ":limit": limit },
            alerts::alert_with_source,
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(alerts)
}
