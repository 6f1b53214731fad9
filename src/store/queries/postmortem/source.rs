//! Loads the facts that a postmortem is filled in with.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::Duration;
use rusqlite::{Connection, Row, named_params};

use crate::domain::field::SERVICES;
use crate::domain::postmortem::{PostmortemSource, QuoteState, SimilarIncident, SourceEntry};
use crate::domain::{
    Incident, IncidentId, TimelineEvent, Timestamp, User, UserContact, UserId, Viewer,
};
use crate::error::Result;
use crate::store::db::sql_types::{json_column, parse_column};
use crate::store::effective_viewer::effective_viewer;
use crate::store::queries::timeline_entry::{COLUMNS, stored_entry_from_row};
use crate::store::tables::notification::notifications;
use crate::store::tables::postmortem::postmortem_sections;
use crate::store::tables::workspace::{settings, users};

/// The time before an incident in which other incidents are similar.
const SIMILAR_PERIOD: Duration = Duration::days(90);

/// The maximum number of similar incidents.
const MAX_SIMILAR: i64 = 10;

/// Loads the facts of an incident and its postmortem. Other incidents are included as the viewer may see them.
pub(crate) fn load(
    tx: &Connection,
    viewer: &Viewer,
    incident: &Incident,
) -> Result<PostmortemSource> {
    let mut notifications = notifications::all_sent(tx, incident.id)?;
    notifications.reverse();
    Ok(PostmortemSource {
        settings: settings::current_settings(tx)?,
        document: postmortem_sections::document_of(tx, incident.id)?,
        contacts: contacts(tx)?,
        entries: entries_of(tx, incident.id)?,
        notifications,
        similar: similar_incidents(tx, viewer, incident)?,
        incident: incident.clone(),
    })
}

fn contacts(tx: &Connection) -> Result<HashMap<UserId, UserContact>> {
    let contact = |user: User| {
        let contact = UserContact {
            name: user.name,
            handle: user.handle,
            mail_address: String::new(),
        };
        (user.id, contact)
    };
    Ok(users::all_users(tx)?.into_iter().map(contact).collect())
}

/// The messages that were deleted in Slack after they were marked as important.
const DELETED: &str =
    "removed_at IS NOT NULL AND removed_by IS NULL AND important = 1 AND kind = 'message'";

/// The important messages on the timeline.
const IMPORTANT: &str = "removed_at IS NULL AND important = 1 AND kind = 'message'";

/// Returns the entries on the timeline and the important messages that were deleted in Slack, the oldest first.
fn entries_of(tx: &Connection, incident: IncidentId) -> Result<Vec<SourceEntry>> {
    let mut entries = select_entries(tx, incident, "removed_at IS NULL", QuoteState::Unchanged)?;
    let deleted = select_entries(tx, incident, DELETED, QuoteState::Deleted)?;
    if !deleted.is_empty() {
        entries.extend(deleted);
        entries.sort_by_key(|it| (it.stored.entry.happened_at, it.stored.id));
    }
    let mut flagged = versions_when_flagged(tx, incident, IMPORTANT)?;
    flagged.extend(versions_when_flagged(tx, incident, DELETED)?);
    for entry in &mut entries {
        let Some(event) = flagged.remove(&entry.stored.id) else {
            continue;
        };
        if event != entry.stored.entry.event {
            entry.stored.entry.event = event;
            entry.state = match entry.state {
                QuoteState::Unchanged | QuoteState::Edited => QuoteState::Edited,
                QuoteState::Deleted => QuoteState::Deleted,
            };
        }
    }
    Ok(entries)
}

fn select_entries(
    tx: &Connection,
    incident: IncidentId,
    condition: &str,
    state: QuoteState,
) -> Result<Vec<SourceEntry>> {
    let entries = tx
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM timeline
              WHERE incident_id = :incident AND {condition} ORDER BY happened_at, id"
        ))?
        .query_map(named_params! { ":incident": incident.number() }, |row| {
            Ok(SourceEntry {
                stored: stored_entry_from_row(row)?,
                state,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(entries)
}

/// Returns what edited messages said when they were marked as important, by the ID of the entry: the text before the
/// first edit from then on.
fn versions_when_flagged(
    tx: &Connection,
    incident: IncidentId,
    condition: &str,
) -> Result<HashMap<i64, TimelineEvent>> {
    let mut select = tx.prepare_cached(&format!(
        "SELECT entry_id, previous_event FROM timeline_edits
          WHERE entry_id IN (SELECT id FROM timeline WHERE incident_id = :incident AND {condition})
            AND edited_at >= (SELECT flagged_at FROM timeline WHERE id = entry_id)
          ORDER BY timeline_edits.id"
    ))?;
    let mut rows = select.query(named_params! { ":incident": incident.number() })?;
    let mut versions = HashMap::new();
    while let Some(row) = rows.next()? {
        if let Entry::Vacant(version) = versions.entry(row.get("entry_id")?) {
            version.insert(json_column(row, "previous_event")?);
        }
    }
    Ok(versions)
}

/// Returns the newest public incidents of the time before that have a service in common. A document is read by many
/// users, so private incidents are left out; a guest sees none.
fn similar_incidents(
    tx: &Connection,
    viewer: &Viewer,
    incident: &Incident,
) -> Result<Vec<SimilarIncident>> {
    if effective_viewer(tx, viewer)?.is_restricted() {
        return Ok(Vec::new());
    }
    let since = incident.declared_at.plus(-SIMILAR_PERIOD);
    let similar = tx
        .prepare_cached(
            "SELECT DISTINCT id, title, severity, status, declared_at
               FROM field_values AS own
               JOIN field_values AS other ON other.field = own.field AND other.value = own.value
                                         AND other.type <> 'text' AND other.incident_id < own.incident_id
                                         AND other.incident_id >= :first
               JOIN incidents ON id = other.incident_id
              WHERE own.incident_id = :incident AND own.field = :field AND own.type <> 'text'
                AND visibility = 'public' AND kind = 'real'
              ORDER BY declared_at DESC, id DESC LIMIT :limit",
        )?
        .query_map(
            named_params! {
                ":incident": incident.id.number(),
                ":field": SERVICES,
                ":first": first_incident_since(tx, since)?,
                ":limit": MAX_SIMILAR,
            },
            similar_from_row,
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(similar)
}

/// Returns the number of the first incident that was declared at or after a time. Later incidents have higher
/// numbers.
fn first_incident_since(tx: &Connection, since: Timestamp) -> Result<i64> {
    let first = tx
        .prepare_cached(
            "SELECT id FROM incidents WHERE declared_at >= :since ORDER BY declared_at, id LIMIT 1",
        )?
        .query_row(named_params! { ":since": since.to_string() }, |row| {
            row.get(0)
        })?;
    Ok(first)
}

fn similar_from_row(row: &Row<'_>) -> rusqlite::Result<SimilarIncident> {
    Ok(SimilarIncident {
        id: IncidentId(row.get("id")?),
        title: row.get("title")?,
        severity: parse_column(row, "severity")?,
        status: parse_column(row, "status")?,
        declared_at: parse_column(row, "declared_at")?,
    })
}
