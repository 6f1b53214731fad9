//! The table `signals`.

use rusqlite::{Connection, named_params};

use crate::domain::IncidentId;
use crate::error::Result;

/// Inserts the signals of a new incident.
pub fn insert_signals(tx: &Connection, incident: IncidentId, urls: &[String]) -> Result<()> {
    for (position, url) in (1_i64..).zip(urls) {
        tx.prepare_cached(
            "INSERT INTO signals (incident_id, position, url) VALUES (:incident, :position, :url)",
        )?
        .execute(named_params! {
            ":incident": incident.number(), ":position": position, ":url": url,
        })?;
    }
    Ok(())
}

/// Returns the signals of an incident in their original order.
pub fn signals_of(tx: &Connection, incident: IncidentId) -> Result<Vec<String>> {
    let urls = tx
        .prepare_cached("SELECT url FROM signals WHERE incident_id = :incident ORDER BY position")?
        .query_map(named_params! { ":incident": incident.number() }, |row| {
            row.get("url")
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(urls)
}
