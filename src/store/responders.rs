//! The table `responders`.

use muster_commands::{IncidentId, PersonId};
use rusqlite::{Connection, named_params};

use crate::domain::Responder;
use crate::error::Result;

/// Stores the responders of an incident that differ from those `before`.
pub fn keep(
    tx: &Connection,
    incident: IncidentId,
    before: &[Responder],
    now: &[Responder],
) -> Result<()> {
    for gone in before
        .iter()
        .filter(|it| now.iter().all(|here| here.person != it.person))
    {
        tx.prepare_cached(
            "DELETE FROM responders WHERE incident_id = :incident AND person = :person",
        )?
        .execute(named_params! {
            ":incident": incident.number(),
            ":person": gone.person.as_str(),
        })?;
    }
    for (position, responder) in (0_i64..).zip(now) {
        if before.contains(responder) {
            continue;
        }
        tx.prepare_cached(
            "INSERT INTO responders (incident_id, person, position, joined_at, acted_at)
             VALUES (:incident, :person, :position, :joined_at, :acted_at)
             ON CONFLICT (incident_id, person) DO UPDATE SET acted_at = excluded.acted_at",
        )?
        .execute(named_params! {
            ":incident": incident.number(),
            ":person": responder.person.as_str(),
            ":position": position,
            ":joined_at": responder.joined_at,
            ":acted_at": responder.acted_at,
        })?;
    }
    Ok(())
}

/// Gives the responders of an incident, in the order in which they came.
pub fn of(tx: &Connection, incident: IncidentId) -> Result<Vec<Responder>> {
    let responders = tx
        .prepare_cached(
            "SELECT person, joined_at, acted_at
               FROM responders WHERE incident_id = :incident ORDER BY position",
        )?
        .query_map(named_params! { ":incident": incident.number() }, |row| {
            Ok(Responder {
                person: PersonId(row.get("person")?),
                joined_at: row.get("joined_at")?,
                acted_at: row.get("acted_at")?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(responders)
}
