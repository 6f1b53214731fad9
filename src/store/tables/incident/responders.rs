//! The table `responders`.

use rusqlite::{Connection, named_params};

use crate::domain::{IncidentId, Responder, UserId};
use crate::error::Result;
use crate::store::db::sql_types::{parse_column, parse_optional_column};

/// Stores the responders of an incident that differ from `before`.
pub fn upsert_responders(
    tx: &Connection,
    incident: IncidentId,
    before: &[Responder],
    now: &[Responder],
) -> Result<()> {
    for gone in before
        .iter()
        .filter(|it| now.iter().all(|here| here.user != it.user))
    {
        tx.prepare_cached(
            "DELETE FROM responders WHERE incident_id = :incident AND user_id = :user",
        )?
        .execute(named_params! {
            ":incident": incident.number(),
            ":user": gone.user.as_str(),
        })?;
    }
    for (position, responder) in (0_i64..).zip(now) {
        if before.contains(responder) {
            continue;
        }
        tx.prepare_cached(
            "INSERT INTO responders (incident_id, user_id, position, joined_at, last_active_at)
             VALUES (:incident, :user, :position, :joined_at, :last_active_at)
             ON CONFLICT (incident_id, user_id) DO UPDATE SET last_active_at = excluded.last_active_at",
        )?
        .execute(named_params! {
            ":incident": incident.number(),
            ":user": responder.user.as_str(),
            ":position": position,
            ":joined_at": responder.joined_at.to_string(),
            ":last_active_at": responder.last_active_at.map(String::from),
        })?;
    }
    Ok(())
}

/// Returns the responders of an incident in the order of joining.
pub fn responders_of(tx: &Connection, incident: IncidentId) -> Result<Vec<Responder>> {
    let responders = tx
        .prepare_cached(
            "SELECT user_id, joined_at, last_active_at
               FROM responders WHERE incident_id = :incident ORDER BY position",
        )?
        .query_map(named_params! { ":incident": incident.number() }, |row| {
            Ok(Responder {
                user: UserId(row.get("user_id")?),
                joined_at: parse_column(row, "joined_at")?,
                last_active_at: parse_optional_column(row, "last_active_at")?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(responders)
}
