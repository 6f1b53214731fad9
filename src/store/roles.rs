//! The table `roles`: who has which role in an incident.

use muster_commands::{IncidentId, PersonId};
use rusqlite::{Connection, named_params};

use crate::domain::Holding;
use crate::error::Result;

/// Stores who has which role now, if it differs from `before`.
pub fn keep(
    tx: &Connection,
    incident: IncidentId,
    before: &[Holding],
    now: &[Holding],
) -> Result<()> {
    if before == now {
        return Ok(());
    }
    tx.prepare_cached("DELETE FROM roles WHERE incident_id = :incident")?
        .execute(named_params! { ":incident": incident.number() })?;
    for (position, holding) in (0_i64..).zip(now) {
        tx.prepare_cached(
            "INSERT INTO roles (incident_id, role, person, position, given_at)
             VALUES (:incident, :role, :person, :position, :given_at)",
        )?
        .execute(named_params! {
            ":incident": incident.number(),
            ":role": holding.role,
            ":person": holding.person.as_str(),
            ":position": position,
            ":given_at": holding.given_at,
        })?;
    }
    Ok(())
}

/// Gives who has which role, in the order in which they were given.
pub fn of(tx: &Connection, incident: IncidentId) -> Result<Vec<Holding>> {
    let holdings = tx
        .prepare_cached(
            "SELECT role, person, given_at
               FROM roles WHERE incident_id = :incident ORDER BY position",
        )?
        .query_map(named_params! { ":incident": incident.number() }, |row| {
            Ok(Holding {
                role: row.get("role")?,
                person: PersonId(row.get("person")?),
                given_at: row.get("given_at")?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(holdings)
}
