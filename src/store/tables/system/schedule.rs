//! The table `schedule`: everything that is due later.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::{
    ChannelState, Incident, IncidentId, ScheduleChange, ScheduleEntry, ScheduleKind, Severity,
    Timestamp,
};
use crate::error::Result;
use crate::store::db::sql_types::{parse_column, parse_optional_column};

/// An entry of an incident, with the fields of the incident that rescheduling it depends on.
pub struct IncidentEntry {
    pub entry: ScheduleEntry,
    pub incident: IncidentId,
    pub severity: Severity,
    pub channel_state: ChannelState,
    /// When the latest status update promised the next one.
    pub promised_update_at: Option<Timestamp>,
}

/// Returns the entries of an incident.
pub fn entries_of(tx: &Connection, incident: IncidentId) -> Result<Vec<ScheduleEntry>> {
    let entries = tx
        .prepare_cached(
            "SELECT kind, key, since, base_at, due_at, stopped
               FROM schedule WHERE incident_id = :incident",
        )?
        .query_map(named_params! { ":incident": incident.number() }, from_row)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(entries)
}

/// Returns the entries of a kind, those of the newest incidents first.
pub fn entries_of_kind(tx: &Connection, kind: ScheduleKind) -> Result<Vec<IncidentEntry>> {
    let entries = tx
        .prepare_cached(
            "SELECT schedule.kind, key, since, base_at, due_at, stopped, incident_id, severity, channel_state,
                    next_update_at
               FROM schedule JOIN incidents ON incidents.id = schedule.incident_id
              WHERE schedule.kind = :kind ORDER BY incident_id DESC",
        )?
        .query_map(named_params! { ":kind": kind.as_str() }, |row| {
            Ok(IncidentEntry {
                entry: from_row(row)?,
                incident: IncidentId(row.get("incident_id")?),
                severity: parse_column(row, "severity")?,
                channel_state: parse_column(row, "channel_state")?,
                promised_update_at: parse_optional_column(row, "next_update_at")?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(entries)
}

/// Returns when the next status update is due, or `None` if none is expected.
pub fn next_update_at(tx: &Connection, incident: &Incident) -> Result<Option<Timestamp>> {
    let due_at = tx
        .prepare_cached("SELECT due_at FROM schedule WHERE kind = :kind AND key = :key")?
        .query_row(
            named_params! {
                ":kind": ScheduleKind::UpdateReminder.as_str(),
                ":key": ScheduleEntry::key_of(incident),
            },
            |row| parse_optional_column(row, "due_at"),
        )
        .optional()?;
    Ok(due_at.flatten())
}

/// Returns the earliest due time of a kind after a timestamp.
pub fn next_due_at(
    tx: &Connection,
    kind: ScheduleKind,
    after: Timestamp,
) -> Result<Option<Timestamp>> {
    let next = tx
        .prepare_cached(
            "SELECT min(due_at) AS next FROM schedule WHERE kind = :kind AND due_at > :after",
        )?
        .query_row(
            named_params! { ":kind": kind.as_str(), ":after": after.to_string() },
            |row| parse_optional_column(row, "next"),
        )?;
    Ok(next)
}

/// Returns up to `limit` due entries of incidents of a kind, the earliest first.
pub fn due_entries(
    tx: &Connection,
    kind: ScheduleKind,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(IncidentId, ScheduleEntry)>> {
    let due = tx
        .prepare_cached(
            "SELECT kind, key, since, base_at, due_at, stopped, incident_id
               FROM schedule
              WHERE kind = :kind AND due_at <= :now ORDER BY due_at LIMIT :limit",
        )?
        .query_map(
            named_params! { ":kind": kind.as_str(), ":now": now.to_string(), ":limit": limit },
            |row| Ok((IncidentId(row.get("incident_id")?), from_row(row)?)),
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(due)
}

/// Stores the changes of an incident's entries.
pub fn apply_changes(
    tx: &Connection,
    incident: IncidentId,
    changes: &[ScheduleChange],
) -> Result<()> {
    for change in changes {
        match change {
            ScheduleChange::Set(entry) => upsert_entry(tx, Some(incident), entry)?,
            ScheduleChange::Remove(kind, key) => delete_entry(tx, *kind, key)?,
        }
    }
    Ok(())
}

/// Stores an entry; `incident` is `None` for a Home view.
pub fn upsert_entry(
    tx: &Connection,
    incident: Option<IncidentId>,
    entry: &ScheduleEntry,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO schedule (kind, key, incident_id, since, base_at, due_at, stopped)
         VALUES (:kind, :key, :incident, :since, :base_at, :due_at, :stopped)
         ON CONFLICT (kind, key) DO UPDATE
            SET since = excluded.since, base_at = excluded.base_at, due_at = excluded.due_at,
                stopped = excluded.stopped",
    )?
    .execute(named_params! {
        ":kind": entry.kind.as_str(),
        ":key": entry.key,
        ":incident": incident.map(IncidentId::number),
        ":since": entry.since.to_string(),
        ":base_at": entry.base_at.map(String::from),
        ":due_at": entry.due_at.map(String::from),
        ":stopped": entry.is_stopped,
    })?;
    Ok(())
}

/// Deletes all entries of an incident.
pub fn delete_entries_of(tx: &Connection, incident: IncidentId) -> Result<()> {
    tx.prepare_cached("DELETE FROM schedule WHERE incident_id = :incident")?
        .execute(named_params! { ":incident": incident.number() })?;
    Ok(())
}

/// Deletes an entry.
pub fn delete_entry(tx: &Connection, kind: ScheduleKind, key: &str) -> Result<()> {
    tx.prepare_cached("DELETE FROM schedule WHERE kind = :kind AND key = :key")?
        .execute(named_params! { ":kind": kind.as_str(), ":key": key })?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<ScheduleEntry> {
    Ok(ScheduleEntry {
        kind: parse_column(row, "kind")?,
        key: row.get("key")?,
        since: parse_column(row, "since")?,
        base_at: parse_optional_column(row, "base_at")?,
        due_at: parse_optional_column(row, "due_at")?,
        is_stopped: row.get("stopped")?,
    })
}
