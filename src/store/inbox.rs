//! The table `inbox`: what we already did.

use muster_commands::IncidentId;
use rusqlite::{Connection, OptionalExtension, named_params};

use crate::domain::Moment;
use crate::error::Result;

/// What an earlier arrival of the same request did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before {
    /// The incident that it was about, if about one.
    pub incident: Option<IncidentId>,
}

/// Gives what was done when this key came before, if it did.
pub fn find(tx: &Connection, key: &str) -> Result<Option<Before>> {
    let found = tx
        .prepare_cached("SELECT incident_id FROM inbox WHERE key = :key")?
        .query_row(named_params! { ":key": key }, |row| {
            row.get::<_, Option<i64>>("incident_id")
        })
        .optional()?;
    Ok(found.map(|incident| Before {
        incident: incident.map(IncidentId),
    }))
}

/// Notes that the request of this key is done.
pub fn insert(tx: &Connection, key: &str, incident: Option<IncidentId>, now: Moment) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO inbox (key, incident_id, done_at) VALUES (:key, :incident, :now)",
    )?
    .execute(named_params! {
        ":key": key, ":incident": incident.map(IncidentId::number), ":now": now,
    })?;
    Ok(())
}

/// Forgets what was done before a moment.
pub fn forget_before(tx: &Connection, moment: Moment) -> Result<()> {
    tx.prepare_cached("DELETE FROM inbox WHERE done_at < :moment")?
        .execute(named_params! { ":moment": moment })?;
    Ok(())
}
