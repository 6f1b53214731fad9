//! The table `change_events`: the changes that tools report.

use rusqlite::{Connection, Row, named_params};

use crate::domain::alert::ChangeEvent;
use crate::domain::{Incident, Timestamp};
use crate::error::Result;
use crate::store::db::sql_types::{json_column, parse_column};

/// The most changes of an incident, the newest ones.
const MAX_CHANGES: i64 = 50;

/// A change that a tool reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportedChange {
    /// The name of the source of alerts that sent it.
    pub source: String,
    /// The change.
    pub event: ChangeEvent,
}

/// Stores a change.
pub(crate) fn insert(
    tx: &Connection,
    source: i64,
    event: &ChangeEvent,
    now: Timestamp,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO change_events (source_id, summary, origin, details, links, happened_at, received_at)
         VALUES (:source, :summary, :origin, :details, :links, :happened_at, :now)",
    )?
    .execute(named_params! {
        ":source": source,
        ":summary": event.summary,
        ":origin": event.origin,
        ":details": serde_json::to_string(&event.details)?,
        ":links": serde_json::to_string(&event.links)?,
        ":happened_at": event.happened_at.to_string(),
        ":now": now.to_string(),
    })?;
    Ok(())
}

/// Returns the last changes of the time of an incident, the newest first.
pub(crate) fn changes_of(tx: &Connection, incident: &Incident) -> Result<Vec<ReportedChange>> {
    let from = incident.changes_since();
    let until = incident.resolved_at.map(String::from);
    let changes = tx
        .prepare_cached(
            "SELECT summary, origin, details, links, happened_at,
                    (SELECT name FROM alert_sources WHERE id = source_id) AS source_name
               FROM change_events
              WHERE happened_at >= :from AND (:until IS NULL OR happened_at <= :until)
              ORDER BY happened_at DESC, id DESC LIMIT :limit",
        )?
        .query_map(
            named_params! {
                ":from": from.to_string(), ":until": until, ":limit": MAX_CHANGES,
            },
            from_row,
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(changes)
}

/// Deletes changes that were received before a timestamp.
pub(crate) fn delete_expired(tx: &Connection, timestamp: Timestamp) -> Result<()> {
    tx.prepare_cached("DELETE FROM change_events WHERE received_at < :before")?
        .execute(named_params! { ":before": timestamp.to_string() })?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<ReportedChange> {
    Ok(ReportedChange {
        source: row.get("source_name")?,
        event: ChangeEvent {
            summary: row.get("summary")?,
            origin: row.get("origin")?,
            happened_at: parse_column(row, "happened_at")?,
            details: json_column(row, "details")?,
            links: json_column(row, "links")?,
        },
    })
}
