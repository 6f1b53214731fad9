//! The table `integration_metadata`.

use rusqlite::{Connection, Row, named_params};

use crate::domain::{IncidentId, Integration, UserId};
use crate::error::Result;
use crate::store::db::sql_types::{json_column, parse_column, parse_optional_column};

/// Stores the integrations of an incident that differ from `before`.
pub fn upsert_integrations(
    tx: &Connection,
    incident: IncidentId,
    before: &[Integration],
    now: &[Integration],
) -> Result<()> {
    for integration in now.iter().filter(|it| !before.contains(it)) {
        tx.prepare_cached(
            "INSERT INTO integration_metadata (incident_id, number, kind, metadata, is_edited, created_at, created_by,
                                               modified_at, modified_by, removed_at)
             VALUES (:incident, :number, :kind, :metadata, :is_edited, :created_at, :created_by,
                     :modified_at, :modified_by, :removed_at)
             ON CONFLICT (incident_id, number) DO UPDATE
                SET kind = excluded.kind, metadata = excluded.metadata, is_edited = excluded.is_edited,
                    modified_at = excluded.modified_at, modified_by = excluded.modified_by,
                    removed_at = excluded.removed_at",
        )?
        .execute(named_params! {
            ":incident": incident.number(),
            ":number": integration.number,
            ":kind": integration.kind.as_str(),
            ":metadata": integration.metadata.to_string(),
            ":is_edited": integration.is_edited,
            ":created_at": integration.created_at.to_string(),
            ":created_by": integration.created_by.as_ref().map(UserId::as_str),
            ":modified_at": integration.modified_at.to_string(),
            ":modified_by": integration.modified_by.as_ref().map(UserId::as_str),
            ":removed_at": integration.removed_at.map(String::from),
        })?;
    }
    Ok(())
}

/// Returns the integrations of an incident by number, including removed ones.
pub fn integrations_of(tx: &Connection, incident: IncidentId) -> Result<Vec<Integration>> {
    let integrations = tx
        .prepare_cached(
            "SELECT number, kind, metadata, is_edited, created_at, created_by, modified_at, modified_by, removed_at
               FROM integration_metadata WHERE incident_id = :incident ORDER BY number",
        )?
        .query_map(named_params! { ":incident": incident.number() }, from_row)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(integrations)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Integration> {
    let user =
        |name: &str| -> rusqlite::Result<_> { Ok(row.get::<_, Option<String>>(name)?.map(UserId)) };
    Ok(Integration {
        number: row.get("number")?,
        kind: parse_column(row, "kind")?,
        metadata: json_column(row, "metadata")?,
        is_edited: row.get("is_edited")?,
        created_at: parse_column(row, "created_at")?,
        created_by: user("created_by")?,
        modified_at: parse_column(row, "modified_at")?,
        modified_by: user("modified_by")?,
        removed_at: parse_optional_column(row, "removed_at")?,
    })
}
