//! The tables `postmortem_sections` and `postmortem_revisions`.

use rusqlite::{Connection, Row, named_params};

use crate::domain::postmortem::{
    PostmortemChange, PostmortemDocument, RemovedSection, Revision, Section,
};
use crate::domain::{IncidentId, Timestamp, UserId};
use crate::error::Result;
use crate::store::db::sql_types::parse_column;
use crate::store::tables::postmortem::postmortem_exports;

/// Stores changes of the sections and the exports of a postmortem.
pub fn apply_changes(
    tx: &Connection,
    incident: IncidentId,
    changes: &[PostmortemChange],
    at: Timestamp,
) -> Result<()> {
    for change in changes {
        match change {
            PostmortemChange::SectionSaved(section) => save_section(tx, incident, section)?,
            PostmortemChange::SectionRemoved { number } => {
                remove_section(tx, incident, *number, at)?;
            }
            PostmortemChange::SectionsOrdered(order) => order_sections(tx, incident, order)?,
            PostmortemChange::SectionFrozen { number, text } => {
                set_frozen(tx, incident, *number, text.as_deref())?;
            }
            PostmortemChange::ExportRequested { .. }
            | PostmortemChange::ExportDone { .. }
            | PostmortemChange::ExportFailed { .. }
            | PostmortemChange::ExportRetried { .. } => {
                postmortem_exports::apply_change(tx, incident, change, at)?;
            }
        }
    }
    Ok(())
}

/// Returns the sections of a postmortem, in their order, and its exports.
pub fn document_of(tx: &Connection, incident: IncidentId) -> Result<PostmortemDocument> {
    let sections = tx
        .prepare_cached(
            "SELECT number, heading, body, frozen, revision, edited_at, edited_by FROM postmortem_sections
              WHERE incident_id = :incident AND removed_at IS NULL ORDER BY position, number",
        )?
        .query_map(named_params! { ":incident": incident.number() }, section_from_row)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(PostmortemDocument {
        sections,
        exports: postmortem_exports::exports_of(tx, incident)?,
    })
}

/// Returns the revisions of a section, the newest first.
pub fn revisions_of(tx: &Connection, incident: IncidentId, section: i64) -> Result<Vec<Revision>> {
    let revisions = tx
        .prepare_cached(
            "SELECT section, revision, heading, body, edited_at, edited_by FROM postmortem_revisions
              WHERE incident_id = :incident AND section = :section ORDER BY revision DESC",
        )?
        .query_map(
            named_params! { ":incident": incident.number(), ":section": section },
            revision_from_row,
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(revisions)
}

/// Returns the sections that were removed, the latest first.
pub fn removed_sections_of(tx: &Connection, incident: IncidentId) -> Result<Vec<RemovedSection>> {
    let sections = tx
        .prepare_cached(
            "SELECT number, heading, revision, removed_at FROM postmortem_sections
              WHERE incident_id = :incident AND removed_at IS NOT NULL ORDER BY removed_at DESC, number",
        )?
        .query_map(named_params! { ":incident": incident.number() }, |row| {
            Ok(RemovedSection {
                number: row.get("number")?,
                heading: row.get("heading")?,
                revision: row.get("revision")?,
                removed_at: parse_column(row, "removed_at")?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(sections)
}

/// Returns the revisions of all sections, the oldest first; also those of removed sections.
pub fn all_revisions(tx: &Connection, incident: IncidentId) -> Result<Vec<Revision>> {
    let revisions = tx
        .prepare_cached(
            "SELECT section, revision, heading, body, edited_at, edited_by FROM postmortem_revisions
              WHERE incident_id = :incident ORDER BY section, revision",
        )?
        .query_map(named_params! { ":incident": incident.number() }, revision_from_row)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(revisions)
}

fn save_section(tx: &Connection, incident: IncidentId, section: &Section) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO postmortem_sections (incident_id, number, position, heading, body, revision, edited_at,
                                          edited_by)
         SELECT :incident, :number, coalesce(max(position), 0) + 1, :heading, :body, :revision, :edited_at,
                :edited_by
           FROM postmortem_sections WHERE incident_id = :incident
         ON CONFLICT (incident_id, number) DO UPDATE
            SET heading = excluded.heading, body = excluded.body, revision = excluded.revision,
                edited_at = excluded.edited_at, edited_by = excluded.edited_by, removed_at = NULL",
    )?
    .execute(named_params! {
        ":incident": incident.number(),
        ":number": section.number,
        ":heading": section.heading,
        ":body": section.body,
        ":revision": section.revision,
        ":edited_at": section.edited_at.to_string(),
        ":edited_by": section.edited_by.as_str(),
    })?;
    tx.prepare_cached(
        "INSERT INTO postmortem_revisions (incident_id, section, revision, heading, body, edited_at, edited_by)
         VALUES (:incident, :section, :revision, :heading, :body, :edited_at, :edited_by)",
    )?
    .execute(named_params! {
        ":incident": incident.number(),
        ":section": section.number,
        ":revision": section.revision,
        ":heading": section.heading,
        ":body": section.body,
        ":edited_at": section.edited_at.to_string(),
        ":edited_by": section.edited_by.as_str(),
    })?;
    Ok(())
}

fn remove_section(tx: &Connection, incident: IncidentId, number: i64, at: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "UPDATE postmortem_sections SET removed_at = :at WHERE incident_id = :incident AND number = :number",
    )?
    .execute(named_params! {
        ":incident": incident.number(), ":number": number, ":at": at.to_string(),
    })?;
    Ok(())
}

fn order_sections(tx: &Connection, incident: IncidentId, order: &[i64]) -> Result<()> {
    let mut statement = tx.prepare_cached(
        "UPDATE postmortem_sections SET position = :position WHERE incident_id = :incident AND number = :number",
    )?;
    for (number, position) in order.iter().zip(1_i64..) {
        statement.execute(named_params! {
            ":incident": incident.number(), ":number": number, ":position": position,
        })?;
    }
    Ok(())
}

fn set_frozen(
    tx: &Connection,
    incident: IncidentId,
    number: i64,
    text: Option<&str>,
) -> Result<()> {
    tx.prepare_cached(
        "UPDATE postmortem_sections SET frozen = :text WHERE incident_id = :incident AND number = :number",
    )?
    .execute(named_params! { ":incident": incident.number(), ":number": number, ":text": text })?;
    Ok(())
}

fn section_from_row(row: &Row<'_>) -> rusqlite::Result<Section> {
    Ok(Section {
        number: row.get("number")?,
        heading: row.get("heading")?,
        body: row.get("body")?,
        frozen: row.get("frozen")?,
        revision: row.get("revision")?,
        edited_at: parse_column(row, "edited_at")?,
        edited_by: UserId(row.get("edited_by")?),
    })
}

fn revision_from_row(row: &Row<'_>) -> rusqlite::Result<Revision> {
    Ok(Revision {
        section: row.get("section")?,
        revision: row.get("revision")?,
        heading: row.get("heading")?,
        body: row.get("body")?,
        edited_at: parse_column(row, "edited_at")?,
        edited_by: UserId(row.get("edited_by")?),
    })
}
