//! The table `alert_deliveries`.

use rusqlite::{Connection, named_params};

use crate::domain::Timestamp;
use crate::error::Result;

/// Records the ID of a delivery. Returns whether it is new.
pub(crate) fn record(
    tx: &Connection,
    source: i64,
    delivery_id: &str,
    now: Timestamp,
) -> Result<bool> {
    let added = tx
        .prepare_cached(
            "INSERT INTO alert_deliveries (source_id, delivery_id, received_at)
             VALUES (:source, :delivery, :now) ON CONFLICT DO NOTHING",
        )?
        .execute(named_params! {
            ":source": source, ":delivery": delivery_id, ":now": now.to_string(),
        })?;
    Ok(added > 0)
}

/// Deletes IDs that were received before a timestamp.
pub(crate) fn delete_expired(tx: &Connection, timestamp: Timestamp) -> Result<()> {
    tx.prepare_cached("DELETE FROM alert_deliveries WHERE received_at < :before")?
        .execute(named_params! { ":before": timestamp.to_string() })?;
    Ok(())
}
