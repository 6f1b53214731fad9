//! Loads the facts that a postmortem is filled in with.

use std::collections::HashMap;

use rusqlite::{Connection, named_params};

use crate::domain::postmortem::{PostmortemSource, QuoteState, SourceEntry};
use crate::domain::{Incident, IncidentId, User, UserContact, UserId, Viewer};
use crate::error::Result;
use crate::store::queries::timeline_entry::{COLUMNS, stored_entry_from_row};
use crate::store::tables::incident::{notifications, postmortem_sections};
use crate::store::tables::workspace::{settings, users};

/// Loads the facts of an incident and its postmortem. Other incidents are included as the viewer may see them.
pub(crate) fn load(
    tx: &Connection,
    _viewer: &Viewer,
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
        similar: Vec::new(),
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

fn entries_of(tx: &Connection, incident: IncidentId) -> Result<Vec<SourceEntry>> {
    let entries = tx
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM timeline
              WHERE incident_id = :incident AND removed_at IS NULL ORDER BY happened_at, id"
        ))?
        .query_map(named_params! { ":incident": incident.number() }, |row| {
            Ok(SourceEntry {
                stored: stored_entry_from_row(row)?,
                state: QuoteState::Unchanged,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(entries)
}
