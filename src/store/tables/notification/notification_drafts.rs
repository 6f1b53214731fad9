//! The table `notification_drafts`.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::notification::{NotificationDraft, NotificationText};
use crate::domain::{IncidentId, UserId};
use crate::error::{Error, Result};
use crate::store::db::sql_types::parse_column;

/// The rejection of a change of a draft that does not exist any more.
const GONE: &str = "This draft was sent or deleted meanwhile.";

/// Inserts a draft, or updates the one with its ID.
pub fn save(tx: &Connection, incident: IncidentId, draft: &NotificationDraft) -> Result<()> {
    let NotificationDraft {
        id,
        author,
        recipients,
        template,
        text,
        made,
        updated_at,
    } = draft;
    let statement = match id {
        None => {
            "INSERT INTO notification_drafts (id, incident_id, author, recipients, template, subject, body,
                                              made_subject, made_body, updated_at)
             VALUES (:id, :incident, :author, :recipients, :template, :subject, :body, :made_subject, :made_body,
                     :updated_at)"
        }
        Some(_) => {
            "UPDATE notification_drafts
                SET author = coalesce(author, :author), recipients = :recipients, template = :template, subject = :subject, body = :body,
                    made_subject = :made_subject, made_body = :made_body, updated_at = :updated_at
              WHERE incident_id = :incident AND id = :id"
        }
    };
    let written = tx.prepare_cached(statement)?.execute(named_params! {
        ":id": id,
        ":incident": incident.number(),
        ":author": author.as_str(),
        ":recipients": recipients,
        ":template": template,
        ":subject": text.subject,
        ":body": text.body,
        ":made_subject": made.subject,
        ":made_body": made.body,
        ":updated_at": updated_at.to_string(),
    })?;
    require(written)
}

/// Deletes a draft.
pub fn delete(tx: &Connection, incident: IncidentId, id: i64) -> Result<()> {
    let written = tx
        .prepare_cached(
            "DELETE FROM notification_drafts WHERE incident_id = :incident AND id = :id",
        )?
        .execute(named_params! { ":incident": incident.number(), ":id": id })?;
    require(written)
}

fn require(written: usize) -> Result<()> {
    match written {
        0 => Err(Error::Rejected(GONE.to_owned())),
        _ => Ok(()),
    }
}

/// Returns the drafts of an incident, the latest first.
pub fn drafts_of(tx: &Connection, incident: IncidentId) -> Result<Vec<NotificationDraft>> {
    let drafts = tx
        .prepare_cached(
            "SELECT id, author, recipients, template, subject, body, made_subject, made_body, updated_at
               FROM notification_drafts WHERE incident_id = :incident ORDER BY updated_at DESC, id DESC",
        )?
        .query_map(named_params! { ":incident": incident.number() }, from_row)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(drafts)
}

/// Returns a draft; `None` if there is none with this ID.
pub fn find(tx: &Connection, incident: IncidentId, id: i64) -> Result<Option<NotificationDraft>> {
    let draft = tx
        .prepare_cached(
            "SELECT id, author, recipients, template, subject, body, made_subject, made_body, updated_at
               FROM notification_drafts WHERE incident_id = :incident AND id = :id",
        )?
        .query_row(
            named_params! { ":incident": incident.number(), ":id": id },
            from_row,
        )
        .optional()?;
    Ok(draft)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<NotificationDraft> {
    Ok(NotificationDraft {
        id: row.get("id")?,
        author: UserId(row.get("author")?),
        recipients: row.get("recipients")?,
        template: row.get("template")?,
        text: NotificationText {
            subject: row.get("subject")?,
            body: row.get("body")?,
        },
        made: NotificationText {
            subject: row.get("made_subject")?,
            body: row.get("made_body")?,
        },
        updated_at: parse_column(row, "updated_at")?,
    })
}
