//! The table `documents`.

use rusqlite::{Connection, named_params};

use crate::domain::{Document, IncidentId, UserId};
use crate::error::Result;
use crate::store::db::sql_types::parse_optional_column;

/// Stores the documents of an incident that differ from `before`.
pub fn upsert_documents(
    tx: &Connection,
    incident: IncidentId,
    before: &[Document],
    now: &[Document],
) -> Result<()> {
    for document in now.iter().filter(|document| !before.contains(document)) {
        tx.prepare_cached(
            "INSERT INTO documents (incident_id, number, title, url, removed_at, modified_at, modified_by)
             VALUES (:incident, :number, :title, :url, :removed_at, :modified_at, :modified_by)
             ON CONFLICT (incident_id, number) DO UPDATE
                SET title = excluded.title, url = excluded.url, removed_at = excluded.removed_at,
                    modified_at = excluded.modified_at, modified_by = excluded.modified_by",
        )?
        .execute(named_params! {
            ":incident": incident.number(),
            ":number": document.number,
            ":title": document.title,
            ":url": document.url,
            ":removed_at": document.removed_at.map(String::from),
            ":modified_at": document.modified_at.map(String::from),
            ":modified_by": document.modified_by.as_ref().map(UserId::as_str),
        })?;
    }
    Ok(())
}

/// Returns the documents of an incident by number.
pub fn documents_of(tx: &Connection, incident: IncidentId) -> Result<Vec<Document>> {
    let documents = tx
        .prepare_cached(
            "SELECT number, title, url, removed_at, modified_at, modified_by
               FROM documents WHERE incident_id = :incident ORDER BY number",
        )?
        .query_map(named_params! { ":incident": incident.number() }, |row| {
            Ok(Document {
                number: row.get("number")?,
                title: row.get("title")?,
                url: row.get("url")?,
                removed_at: parse_optional_column(row, "removed_at")?,
                modified_at: parse_optional_column(row, "modified_at")?,
                modified_by: row.get::<_, Option<String>>("modified_by")?.map(UserId),
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(documents)
}
