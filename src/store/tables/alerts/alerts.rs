//! The table `alerts`.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::Timestamp;
use crate::domain::alert::{Alert, AlertStatus, SourceIdentity, StoredAlert};
use crate::error::Result;
use crate::store::db::sql_types::{json_column, parse_column, parse_optional_column};

/// The columns of the source of an alert, which [`alert_with_source`] reads.
pub(crate) const SOURCE_COLUMNS: &str = "(SELECT name FROM alert_sources WHERE id = source_id) AS source_name, \
     (SELECT kind FROM alert_sources WHERE id = source_id) AS source_kind";

/// The columns of an alert.
pub(crate) const COLUMNS: &str = "id, source_id, key, occurrence, title, description, severity, labels, links, \
     image, sender_group, reported_started_at, reported_ended_at, started_at, ended_at, is_clock_off, \
     acknowledged_at, received_at, last_received_at, count";

/// Adds an alert, or changes the one with its ID.
const SAVE: &str =
    "INSERT INTO alerts (id, source_id, key, occurrence, status, title, description, severity, labels, links,
                             image, sender_group, reported_started_at, reported_ended_at, started_at, ended_at,
                             is_clock_off, acknowledged_at, received_at, last_received_at, count)
         VALUES (nullif(:id, 0), :source, :key, :occurrence, :status, :title, :description, :severity, :labels,
                 :links, :image, :group, :reported_start, :reported_end, :started_at, :ended_at,
                 :is_clock_off, :acknowledged_at, :received_at, :last_received_at, :count)
         ON CONFLICT (id) DO UPDATE
            SET occurrence = excluded.occurrence, status = excluded.status, title = excluded.title,
                description = excluded.description, severity = excluded.severity, labels = excluded.labels,
                links = excluded.links, image = excluded.image, sender_group = excluded.sender_group,
                reported_started_at = excluded.reported_started_at,
                reported_ended_at = excluded.reported_ended_at, ended_at = excluded.ended_at,
                acknowledged_at = excluded.acknowledged_at, last_received_at = excluded.last_received_at,
                count = excluded.count";

/// Returns the last alert of a source with a key, open or not.
pub(crate) fn find_latest(
    tx: &Connection,
    source: &SourceIdentity,
    key: &str,
) -> Result<Option<StoredAlert>> {
    let alert = tx
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM alerts WHERE source_id = :source AND key = :key
              ORDER BY id DESC LIMIT 1"
        ))?
        .query_row(named_params! { ":source": source.id, ":key": key }, |row| {
            alert_from_row(row, source)
        })
        .optional()?;
    Ok(alert)
}

/// Adds an alert and sets its ID, or stores a changed one.
pub(crate) fn save(tx: &Connection, alert: &mut StoredAlert) -> Result<()> {
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let report = &alert.report;
    tx.prepare_cached(SAVE)?.execute(named_params! {
        ":id": alert.id,
        ":source": alert.source.id,
        ":key": report.key,
        ":occurrence": report.occurrence,
        ":status": status_name(alert),
        ":title": report.title,
        ":description": report.description,
        ":severity": report.severity,
        ":labels": serde_json::to_string(&report.labels)?,
        ":links": serde_json::to_string(&report.links)?,
        ":image": report.image,
        ":group": report.group,
        ":reported_start": time(report.started_at),
        ":reported_end": time(report.ended_at),
        ":started_at": alert.started_at.to_string(),
        ":ended_at": time(alert.ended_at),
        ":is_clock_off": alert.is_clock_off,
        ":acknowledged_at": time(alert.acknowledged_at),
        ":received_at": alert.received_at.to_string(),
        ":last_received_at": alert.last_received_at.to_string(),
        ":count": i64::try_from(alert.count).unwrap_or(i64::MAX),
    })?;
    if alert.id == 0 {
        alert.id = tx.last_insert_rowid();
    }
    Ok(())
}

fn status_name(alert: &StoredAlert) -> &'static str {
    match alert.is_open() {
        true => "firing",
        false => "resolved",
    }
}

/// Reads the alert of a row with [`COLUMNS`] and [`SOURCE_COLUMNS`].
pub(crate) fn alert_with_source(row: &Row<'_>) -> rusqlite::Result<StoredAlert> {
    let source = SourceIdentity {
        id: row.get("source_id")?,
        kind: parse_column(row, "source_kind")?,
        name: row.get("source_name")?,
    };
    alert_from_row(row, &source)
}

/// Reads the alert of a row with [`COLUMNS`].
fn alert_from_row(row: &Row<'_>, source: &SourceIdentity) -> rusqlite::Result<StoredAlert> {
    let ended_at: Option<Timestamp> = parse_optional_column(row, "ended_at")?;
    Ok(StoredAlert {
        id: row.get("id")?,
        source: source.clone(),
        report: report_from_row(row, ended_at)?,
        started_at: parse_column(row, "started_at")?,
        ended_at,
        is_clock_off: row.get("is_clock_off")?,
        acknowledged_at: parse_optional_column(row, "acknowledged_at")?,
        received_at: parse_column(row, "received_at")?,
        last_received_at: parse_column(row, "last_received_at")?,
        count: u64::try_from(row.get::<_, i64>("count")?).unwrap_or_default(),
    })
}

fn report_from_row(row: &Row<'_>, ended_at: Option<Timestamp>) -> rusqlite::Result<Alert> {
    Ok(Alert {
        key: row.get("key")?,
        occurrence: row.get("occurrence")?,
        status: match ended_at {
            Some(_) => AlertStatus::Resolved,
            None => AlertStatus::Firing,
        },
        title: row.get("title")?,
        description: row.get("description")?,
        severity: row.get("severity")?,
        labels: json_column(row, "labels")?,
        links: json_column(row, "links")?,
        image: row.get("image")?,
        group: row.get("sender_group")?,
        started_at: parse_optional_column(row, "reported_started_at")?,
        ended_at: parse_optional_column(row, "reported_ended_at")?,
    })
}
