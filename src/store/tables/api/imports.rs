//! The table `imports`: which incidents of another tool were imported.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::domain::{ImportSource, IncidentId};
use crate::error::Result;

/// Returns the incident that was imported with this ID of the other tool.
pub(crate) fn find_import(
    tx: &Connection,
    source: ImportSource,
    external_id: &str,
) -> Result<Option<IncidentId>> {
    let number = tx
        .prepare_cached(
            "SELECT incident_id FROM imports WHERE source = :source AND external_id = :external_id",
        )?
        .query_row(
            named_params! { ":source": source.as_str(), ":external_id": external_id },
            |row| row.get(0),
        )
        .optional()?;
    Ok(number.map(IncidentId))
}

/// Records that an incident was imported.
pub(crate) fn insert_import(
    tx: &Connection,
    source: ImportSource,
    external_id: &str,
    incident: IncidentId,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO imports (source, external_id, incident_id)
         VALUES (:source, :external_id, :incident)",
    )?
    .execute(named_params! {
        ":source": source.as_str(),
        ":external_id": external_id,
        ":incident": incident.number(),
    })?;
    Ok(())
}
