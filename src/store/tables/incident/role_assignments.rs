//! The table `role_assignments`: the roles other than commander.

use rusqlite::{Connection, named_params};

use crate::domain::{IncidentId, RoleAssignment, UserId};
use crate::error::Result;
use crate::store::db::sql_types::parse_column;

/// Replaces the role assignments of an incident if they differ from `before`.
pub fn replace_role_assignments(
    tx: &Connection,
    incident: IncidentId,
    before: &[RoleAssignment],
    now: &[RoleAssignment],
) -> Result<()> {
    if before == now {
        return Ok(());
    }
    tx.prepare_cached("DELETE FROM role_assignments WHERE incident_id = :incident")?
        .execute(named_params! { ":incident": incident.number() })?;
    for (position, holding) in (0_i64..).zip(now) {
        tx.prepare_cached(
            "INSERT INTO role_assignments (incident_id, role, user_id, position, assigned_at)
             VALUES (:incident, :role, :user, :position, :assigned_at)",
        )?
        .execute(named_params! {
            ":incident": incident.number(),
            ":role": holding.role,
            ":user": holding.user.as_str(),
            ":position": position,
            ":assigned_at": holding.assigned_at.to_string(),
        })?;
    }
    Ok(())
}

/// Returns the role assignments of an incident in the order of assignment.
pub fn role_assignments_of(tx: &Connection, incident: IncidentId) -> Result<Vec<RoleAssignment>> {
    let holdings = tx
        .prepare_cached(
            "SELECT role, user_id, assigned_at
               FROM role_assignments WHERE incident_id = :incident ORDER BY position",
        )?
        .query_map(named_params! { ":incident": incident.number() }, |row| {
            Ok(RoleAssignment {
                role: row.get("role")?,
                user: UserId(row.get("user_id")?),
                assigned_at: parse_column(row, "assigned_at")?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(holdings)
}
