//! The table `impacts`.

use rusqlite::{Connection, named_params};

use crate::domain::{Impact, IncidentId};
use crate::error::Result;
use crate::store::db::sql_types::{parse_column, parse_optional_column};

/// Stores the impacts of an incident that differ from `before`, and deletes removed ones.
pub fn upsert_impacts(
    tx: &Connection,
    incident: IncidentId,
    before: &[Impact],
    now: &[Impact],
) -> Result<()> {
    let is_removed = |known: &&Impact| now.iter().all(|it| it.number != known.number);
    for removed in before.iter().filter(is_removed) {
        tx.prepare_cached(
            "DELETE FROM impacts WHERE incident_id = :incident AND number = :number",
        )?
        .execute(named_params! { ":incident": incident.number(), ":number": removed.number })?;
    }
    for impact in now.iter().filter(|impact| !before.contains(impact)) {
        tx.prepare_cached(
            "INSERT INTO impacts (incident_id, number, description, started_at, ended_at)
             VALUES (:incident, :number, :description, :started_at, :ended_at)
             ON CONFLICT (incident_id, number) DO UPDATE
                SET description = excluded.description,
                    started_at = excluded.started_at,
                    ended_at = excluded.ended_at",
        )?
        .execute(named_params! {
            ":incident": incident.number(),
            ":number": impact.number,
            ":description": impact.description,
            ":started_at": impact.started_at.to_string(),
            ":ended_at": impact.ended_at.map(String::from),
        })?;
    }
    Ok(())
}

/// Returns the impacts of an incident by number.
pub fn impacts_of(tx: &Connection, incident: IncidentId) -> Result<Vec<Impact>> {
    let impacts = tx
        .prepare_cached(
            "SELECT number, description, started_at, ended_at
               FROM impacts WHERE incident_id = :incident ORDER BY number",
        )?
        .query_map(named_params! { ":incident": incident.number() }, |row| {
            Ok(Impact {
                number: row.get("number")?,
                description: row.get("description")?,
                started_at: parse_column(row, "started_at")?,
                ended_at: parse_optional_column(row, "ended_at")?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(impacts)
}
