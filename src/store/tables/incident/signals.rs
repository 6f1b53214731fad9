//! The table `signals`.

use rusqlite::{Connection, named_params};

use crate::domain::{IncidentId, Signal};
use crate::error::Result;

/// Inserts the signals after the first `known` ones, which are stored. Signals are never removed.
pub fn insert_signals(
    tx: &Connection,
    incident: IncidentId,
    signals: &[Signal],
    known: usize,
) -> Result<()> {
    for (position, signal) in (1_i64..).zip(signals).skip(known) {
        tx.prepare_cached(
            "INSERT INTO signals (incident_id, position, name, url)
             VALUES (:incident, :position, :name, :url)",
        )?
        .execute(named_params! {
            ":incident": incident.number(), ":position": position, ":name": signal.name,
            ":url": signal.url,
        })?;
    }
    Ok(())
}

/// Returns the signals of an incident in their original order.
pub fn signals_of(tx: &Connection, incident: IncidentId) -> Result<Vec<Signal>> {
    let signals = tx
        .prepare_cached(
            "SELECT name, url FROM signals WHERE incident_id = :incident ORDER BY position",
        )?
        .query_map(named_params! { ":incident": incident.number() }, |row| {
            Ok(Signal {
                name: row.get("name")?,
                url: row.get("url")?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(signals)
}
