//! The table `postmortems`: the attributes of postmortems.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::postmortem::{Postmortem, PostmortemState};
use crate::domain::{IncidentId, UserId};
use crate::error::Result;
use crate::store::db::sql_types::{parse_column, parse_optional_column};

/// Stores the postmortem of an incident, if it differs from `before`.
pub fn save(
    tx: &Connection,
    incident: IncidentId,
    before: Option<&Postmortem>,
    now: Option<&Postmortem>,
) -> Result<()> {
    let Some(postmortem) = now.filter(|_| before != now) else {
        return match (before, now) {
            (Some(_), None) => delete(tx, incident),
            (None | Some(_), _) => Ok(()),
        };
    };
    tx.prepare_cached(
        "INSERT INTO postmortems (incident_id, title, owner, status, timeline, template, created_at, created_by,
                                  completed_at, attached_url, last_section)
         VALUES (:incident, :title, :owner, :status, :timeline, :template, :created_at, :created_by,
                 :completed_at, :attached_url, :last_section)
         ON CONFLICT (incident_id) DO UPDATE
            SET title = excluded.title, owner = excluded.owner, status = excluded.status,
                timeline = excluded.timeline, created_at = excluded.created_at, created_by = excluded.created_by,
                completed_at = excluded.completed_at, attached_url = excluded.attached_url,
                last_section = excluded.last_section",
    )?
    .execute(named_params! {
        ":incident": incident.number(),
        ":title": postmortem.title,
        ":owner": postmortem.owner.as_str(),
        ":status": postmortem.status.as_str(),
        ":timeline": postmortem.timeline.as_str(),
        ":template": postmortem.template,
        ":created_at": postmortem.created_at.to_string(),
        ":created_by": postmortem.created_by.as_str(),
        ":completed_at": postmortem.completed_at.map(String::from),
        ":attached_url": postmortem.attached_url,
        ":last_section": postmortem.last_section,
    })?;
    list(tx, incident, postmortem)
}

/// Deletes the postmortem of an incident, which has no sections.
fn delete(tx: &Connection, incident: IncidentId) -> Result<()> {
    for delete in [
        "DELETE FROM postmortem_exports WHERE incident_id = :incident",
        "DELETE FROM postmortems WHERE incident_id = :incident",
        "UPDATE incidents SET postmortem_state = 'not_started', postmortem_owner = NULL WHERE id = :incident",
    ] {
        tx.prepare_cached(delete)?
            .execute(named_params! { ":incident": incident.number() })?;
    }
    Ok(())
}

/// Stores the columns of the incident that the list of postmortems reads.
fn list(tx: &Connection, incident: IncidentId, postmortem: &Postmortem) -> Result<()> {
    tx.prepare_cached(
        "UPDATE incidents SET postmortem_state = :state, postmortem_owner = :owner
          WHERE id = :id AND (postmortem_state <> :state OR coalesce(postmortem_owner, '') <> :owner)",
    )?
    .execute(named_params! {
        ":id": incident.number(),
        ":state": PostmortemState::of_postmortem(Some(postmortem)).as_str(),
        ":owner": postmortem.owner.as_str(),
    })?;
    Ok(())
}

/// Returns the postmortem of an incident, if it has one.
pub fn find(tx: &Connection, incident: IncidentId) -> Result<Option<Postmortem>> {
    let postmortem = tx
        .prepare_cached(
            "SELECT title, owner, status, timeline, template, created_at, created_by, completed_at, attached_url,
                    last_section
               FROM postmortems WHERE incident_id = :incident",
        )?
        .query_row(named_params! { ":incident": incident.number() }, from_row)
        .optional()?;
    Ok(postmortem)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Postmortem> {
    Ok(Postmortem {
        title: row.get("title")?,
        owner: UserId(row.get("owner")?),
        status: parse_column(row, "status")?,
        timeline: parse_column(row, "timeline")?,
        template: row.get("template")?,
        created_at: parse_column(row, "created_at")?,
        created_by: UserId(row.get("created_by")?),
        completed_at: parse_optional_column(row, "completed_at")?,
        attached_url: row.get("attached_url")?,
        last_section: row.get("last_section")?,
    })
}
