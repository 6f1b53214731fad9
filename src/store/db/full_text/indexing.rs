//! Notes changed texts, and indexes them.

use rusqlite::{Connection, OptionalExtension, named_params};

use super::{ENTRY_BITS, spaced};
use crate::domain::{Incident, IncidentId, TimelineEvent};
use crate::error::Result;
use crate::store::db::sql_types::json_column;

/// The full-text tables.
const TABLES: [&str; 2] = ["incident_text", "timeline_text"];

/// The entry of the noted texts of an incident itself. IDs of entries start at 1.
const NO_ENTRY: i64 = 0;

/// Notes the texts of an incident, if they differ from those of `before`.
pub(crate) fn note_incident(
    tx: &Connection,
    before: Option<&Incident>,
    incident: &Incident,
) -> Result<()> {
    if before.map(texts_of) == Some(texts_of(incident)) {
        return Ok(());
    }
    note(tx, incident.id, NO_ENTRY)
}

/// Notes a new entry of a timeline.
pub(crate) fn note_new_entry(
    tx: &Connection,
    incident: IncidentId,
    entry: i64,
    event: &TimelineEvent,
) -> Result<()> {
    match event.searchable_text() {
        Some(_) => note(tx, incident, entry),
        None => Ok(()),
    }
}

/// Notes an entry that was edited, removed or restored.
pub(crate) fn note_entry(tx: &Connection, entry: i64) -> Result<()> {
    let incident = tx
        .prepare_cached("SELECT incident_id FROM timeline WHERE id = :entry")?
        .query_row(named_params! { ":entry": entry }, |row| row.get(0))
        .optional()?;
    match incident {
        Some(incident) => note(tx, IncidentId(incident), entry),
        None => Ok(()),
    }
}

fn note(tx: &Connection, incident: IncidentId, entry: i64) -> Result<()> {
    tx.prepare_cached("INSERT OR IGNORE INTO unindexed_texts VALUES (:incident, :entry)")?
        .execute(named_params! { ":incident": incident.number(), ":entry": entry })?;
    Ok(())
}

/// Returns whether there are noted texts.
pub(crate) fn has_noted(tx: &Connection) -> Result<bool> {
    let has_noted = tx
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM unindexed_texts)")?
        .query_row([], |row| row.get(0))?;
    Ok(has_noted)
}

/// Indexes at most `limit` of the noted texts, those of the newest incidents first. Returns their number.
pub(crate) fn index_noted(tx: &Connection, limit: usize) -> Result<usize> {
    let noted: Vec<(i64, i64)> = tx
        .prepare_cached(
            "SELECT incident_id, entry_id FROM unindexed_texts
              ORDER BY incident_id DESC, entry_id DESC LIMIT :limit",
        )?
        .query_map(
            named_params! { ":limit": i64::try_from(limit).unwrap_or(i64::MAX) },
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?
        .collect::<rusqlite::Result<_>>()?;
    for (incident, entry) in &noted {
        match *entry {
            NO_ENTRY => reindex_incident(tx, IncidentId(*incident))?,
            entry => reindex_entry(tx, entry)?,
        }
        tx.prepare_cached(
            "DELETE FROM unindexed_texts WHERE incident_id = :incident AND entry_id = :entry",
        )?
        .execute(named_params! { ":incident": incident, ":entry": entry })?;
    }
    Ok(noted.len())
}

fn texts_of(incident: &Incident) -> [&str; 4] {
    let channel = incident.channel.as_ref();
    [
        &incident.title,
        &incident.summary,
        &incident.root_cause,
        channel.map_or("", |channel| &channel.name),
    ]
}

fn reindex_incident(tx: &Connection, incident: IncidentId) -> Result<()> {
    let texts: Option<[String; 4]> = tx
        .prepare_cached(
            "SELECT title, summary, root_cause, COALESCE(channel_name, '')
               FROM incidents WHERE id = :id",
        )?
        .query_row(named_params! { ":id": incident.number() }, |row| {
            Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?])
        })
        .optional()?;
    match &texts {
        Some(texts) => write_incident(tx, incident, texts.each_ref().map(String::as_str)),
        None => Ok(()),
    }
}

fn write_incident(tx: &Connection, incident: IncidentId, texts: [&str; 4]) -> Result<()> {
    let [title, summary, root_cause, channel_name] = texts;
    tx.prepare_cached(
        "INSERT OR REPLACE INTO incident_text (rowid, title, summary, root_cause, channel_name)
         VALUES (:id, :title, :summary, :root_cause, :channel_name)",
    )?
    .execute(named_params! {
        ":id": incident.number(), ":title": spaced(title), ":summary": spaced(summary),
        ":root_cause": spaced(root_cause), ":channel_name": spaced(channel_name),
    })?;
    Ok(())
}

fn index_entry(
    tx: &Connection,
    incident: IncidentId,
    entry: i64,
    event: &TimelineEvent,
) -> Result<()> {
    let Some(text) = event.searchable_text() else {
        return Ok(());
    };
    tx.prepare_cached("INSERT INTO timeline_text (rowid, text) VALUES (:id, :text)")?
        .execute(named_params! { ":id": entry_row_id(incident, entry), ":text": spaced(&text) })?;
    Ok(())
}

/// Indexes an entry, again if it was edited or restored.
fn reindex_entry(tx: &Connection, entry: i64) -> Result<()> {
    let stored: Option<(i64, bool, TimelineEvent)> = tx
        .prepare_cached(
            "SELECT incident_id, removed_at IS NOT NULL AS is_removed, event
               FROM timeline WHERE id = :entry",
        )?
        .query_row(named_params! { ":entry": entry }, |row| {
            Ok((row.get(0)?, row.get(1)?, json_column(row, "event")?))
        })
        .optional()?;
    let Some((incident, is_removed, event)) = stored else {
        return Ok(());
    };
    let incident = IncidentId(incident);
    tx.prepare_cached("DELETE FROM timeline_text WHERE rowid = :id")?
        .execute(named_params! { ":id": entry_row_id(incident, entry) })?;
    if is_removed {
        return Ok(());
    }
    index_entry(tx, incident, entry, &event)
}

fn entry_row_id(incident: IncidentId, entry: i64) -> i64 {
    (incident.number() << ENTRY_BITS) + entry
}

/// Drops the tables, if they exist. A migration fills them again with [`rebuild`].
pub(crate) fn drop_tables(tx: &Connection) -> Result<()> {
    for table in TABLES {
        tx.execute_batch(&format!("DROP TABLE IF EXISTS {table}"))?;
    }
    Ok(())
}

/// Fills the empty tables from the incidents and timelines.
pub(crate) fn rebuild(tx: &Connection) -> Result<()> {
    let mut statement = tx.prepare(
        "SELECT id, title, summary, root_cause, COALESCE(channel_name, '') FROM incidents ORDER BY id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let text = |column| row.get_ref(column)?.as_str().map_err(rusqlite::Error::from);
        write_incident(
            tx,
            IncidentId(row.get(0)?),
            [text(1)?, text(2)?, text(3)?, text(4)?],
        )?;
    }
    let mut statement =
        tx.prepare("SELECT id, incident_id, event FROM timeline WHERE removed_at IS NULL ORDER BY incident_id, id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let event = json_column(row, "event")?;
        index_entry(tx, IncidentId(row.get(1)?), row.get(0)?, &event)?;
    }
    Ok(())
}
