//! The table `inbox`: idempotency keys of processed requests.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::domain::{IncidentId, Timestamp};
use crate::error::Result;

/// The result of a processed request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProcessedRequest {
    /// The incident of the request; `None` if it concerned none.
    pub incident: Option<IncidentId>,
}

/// Returns the processed request of a key.
pub fn find_request(tx: &Connection, key: &str) -> Result<Option<ProcessedRequest>> {
    let row = tx
        .prepare_cached("SELECT incident_id FROM inbox WHERE key = :key")?
        .query_row(named_params! { ":key": key }, |row| {
            row.get::<_, Option<i64>>("incident_id")
        })
        .optional()?;
    Ok(row.map(|incident| ProcessedRequest {
        incident: incident.map(IncidentId),
    }))
}

/// Records that the request with this key has been processed.
pub fn insert_request(
    tx: &Connection,
    key: &str,
    incident: Option<IncidentId>,
    now: Timestamp,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO inbox (key, incident_id, processed_at) VALUES (:key, :incident, :now)",
    )?
    .execute(named_params! {
        ":key": key, ":incident": incident.map(IncidentId::number), ":now": now.to_string(),
    })?;
    Ok(())
}

/// Deletes keys that were processed before a timestamp.
pub fn delete_expired(tx: &Connection, timestamp: Timestamp) -> Result<()> {
    tx.prepare_cached("DELETE FROM inbox WHERE processed_at < :before")?
        .execute(named_params! { ":before": timestamp.to_string() })?;
    Ok(())
}
