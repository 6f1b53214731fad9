//! The tables `notifications` and `notification_targets`.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::IncidentId;
use crate::domain::UserId;
use crate::domain::notification::{
    Notification, NotificationAuthor, NotificationChange, NotificationTarget, NotificationText,
    SentNotification, TargetOutcome,
};
use crate::error::Result;
use crate::store::db::sql_types::{json_column, parse_column};
use crate::store::tables::notification::notification_drafts;
use crate::store::tables::workspace::webhooks;

/// Stores changes of the notifications of an incident.
pub fn apply_changes(
    tx: &Connection,
    incident: IncidentId,
    changes: &[NotificationChange],
) -> Result<()> {
    for change in changes {
        match change {
            NotificationChange::Sent(notification) => {
                insert_notification(tx, incident, notification)?;
            }
            NotificationChange::Rendered { number, text } => {
                set_text(tx, incident, *number, text)?;
            }
            NotificationChange::TargetsAdded { number, targets } => {
                for target in targets {
                    insert_target(tx, incident, *number, target)?;
                }
            }
            NotificationChange::TargetChanged {
                number,
                position,
                outcome,
            } => set_outcome(tx, incident, (*number, *position), outcome)?,
            NotificationChange::WebhookGone { name, at } => {
                webhooks::switch_off_gone(tx, name, *at)?;
            }
            NotificationChange::DraftSaved(draft) => {
                notification_drafts::save(tx, incident, draft)?;
            }
            NotificationChange::DraftRemoved { id } => {
                notification_drafts::delete(tx, incident, *id)?;
            }
        }
    }
    Ok(())
}

fn insert_notification(
    tx: &Connection,
    incident: IncidentId,
    notification: &Notification,
) -> Result<()> {
    let (author, rule) = match &notification.author {
        NotificationAuthor::User(user) => (Some(user.as_str()), None),
        NotificationAuthor::Rule(rule) => (None, Some(rule.as_str())),
    };
    let text = notification.text.as_ref();
    tx.prepare_cached(
        "INSERT INTO notifications (incident_id, number, author, rule, template, subject, body, recipients,
                                    changes, sent_at)
         VALUES (:incident, :number, :author, :rule, :template, :subject, :body, :recipients, :changes, :sent_at)",
    )?
    .execute(named_params! {
        ":incident": incident.number(),
        ":number": notification.number,
        ":author": author,
        ":rule": rule,
        ":template": notification.template,
        ":subject": text.map(|text| text.subject.as_str()),
        ":body": text.map(|text| text.body.as_str()),
        ":recipients": serde_json::to_string(&notification.recipients)?,
        ":changes": serde_json::to_string(&notification.changes)?,
        ":sent_at": notification.sent_at.to_string(),
    })?;
    Ok(())
}

fn set_text(
    tx: &Connection,
    incident: IncidentId,
    number: i64,
    text: &NotificationText,
) -> Result<()> {
    tx.prepare_cached(
        "UPDATE notifications SET subject = :subject, body = :body
          WHERE incident_id = :incident AND number = :number",
    )?
    .execute(named_params! {
        ":incident": incident.number(), ":number": number, ":subject": text.subject, ":body": text.body,
    })?;
    Ok(())
}

fn insert_target(
    tx: &Connection,
    incident: IncidentId,
    number: i64,
    target: &NotificationTarget,
) -> Result<()> {
    let TargetOutcome {
        state,
        detail,
        delivery_id,
        at,
    } = &target.outcome;
    tx.prepare_cached(
        "INSERT INTO notification_targets (incident_id, notification, position, recipient, user_id, destination,
                                           state, detail, delivery_id, changed_at)
         VALUES (:incident, :notification, :position, :recipient, :user, :destination, :state, :detail,
                 :delivery_id, :at)",
    )?
    .execute(named_params! {
        ":incident": incident.number(),
        ":notification": number,
        ":position": target.position,
        ":recipient": serde_json::to_string(&target.recipient)?,
        ":user": target.user.as_ref().map(UserId::as_str),
        ":destination": serde_json::to_string(&target.destination)?,
        ":state": state.as_str(),
        ":detail": detail,
        ":delivery_id": delivery_id,
        ":at": at.to_string(),
    })?;
    Ok(())
}

fn set_outcome(
    tx: &Connection,
    incident: IncidentId,
    (number, position): (i64, i64),
    outcome: &TargetOutcome,
) -> Result<()> {
    tx.prepare_cached(
        "UPDATE notification_targets
            SET state = :state, detail = :detail, delivery_id = :delivery_id, changed_at = :at
          WHERE incident_id = :incident AND notification = :notification AND position = :position",
    )?
    .execute(named_params! {
        ":incident": incident.number(),
        ":notification": number,
        ":position": position,
        ":state": outcome.state.as_str(),
        ":detail": outcome.detail,
        ":delivery_id": outcome.delivery_id,
        ":at": outcome.at.to_string(),
    })?;
    Ok(())
}

fn find_notification(
    tx: &Connection,
    incident: IncidentId,
    number: i64,
) -> Result<Option<Notification>> {
    let notification = tx
        .prepare_cached(
            "SELECT number, author, rule, template, subject, body, recipients, changes, sent_at
               FROM notifications WHERE incident_id = :incident AND number = :number",
        )?
        .query_row(
            named_params! { ":incident": incident.number(), ":number": number },
            notification_from_row,
        )
        .optional()?;
    Ok(notification)
}

/// Returns a notification with its targets; `None` if there is none with this number.
pub fn find_sent(
    tx: &Connection,
    incident: IncidentId,
    number: i64,
) -> Result<Option<SentNotification>> {
    let Some(notification) = find_notification(tx, incident, number)? else {
        return Ok(None);
    };
    let targets = targets_of(tx, incident, number)?;
    Ok(Some(SentNotification {
        notification,
        targets,
    }))
}

/// Returns the notifications of an incident, the newest first, at most `limit`.
fn notifications_of(
    tx: &Connection,
    incident: IncidentId,
    limit: i64,
) -> Result<Vec<Notification>> {
    let notifications = tx
        .prepare_cached(
            "SELECT number, author, rule, template, subject, body, recipients, changes, sent_at
               FROM notifications WHERE incident_id = :incident ORDER BY number DESC LIMIT :limit",
        )?
        .query_map(
            named_params! { ":incident": incident.number(), ":limit": limit },
            notification_from_row,
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(notifications)
}

/// Returns all notifications of an incident with their targets, the newest first.
pub fn all_sent(tx: &Connection, incident: IncidentId) -> Result<Vec<SentNotification>> {
    sent_notifications(tx, incident, i64::MAX)
}

/// Returns the notifications of an incident with their targets, the newest first, at most `limit`.
pub fn sent_notifications(
    tx: &Connection,
    incident: IncidentId,
    limit: i64,
) -> Result<Vec<SentNotification>> {
    let notifications = notifications_of(tx, incident, limit)?.into_iter();
    let sent = notifications.map(|notification| {
        let targets = targets_of(tx, incident, notification.number)?;
        Ok(SentNotification {
            notification,
            targets,
        })
    });
    sent.collect()
}

/// Returns the targets of a notification, in order.
fn targets_of(
    tx: &Connection,
    incident: IncidentId,
    number: i64,
) -> Result<Vec<NotificationTarget>> {
    let targets = tx
        .prepare_cached(
            "SELECT position, recipient, user_id, destination, state, detail, delivery_id, changed_at
               FROM notification_targets
              WHERE incident_id = :incident AND notification = :notification ORDER BY position",
        )?
        .query_map(
            named_params! { ":incident": incident.number(), ":notification": number },
            target_from_row,
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(targets)
}

fn notification_from_row(row: &Row<'_>) -> rusqlite::Result<Notification> {
    let author: Option<String> = row.get("author")?;
    let rule: Option<String> = row.get("rule")?;
    let subject: Option<String> = row.get("subject")?;
    let body: Option<String> = row.get("body")?;
    Ok(Notification {
        number: row.get("number")?,
        author: match author {
            Some(author) => NotificationAuthor::User(author.into()),
            None => NotificationAuthor::Rule(rule.unwrap_or_default()),
        },
        template: row.get("template")?,
        text: subject
            .zip(body)
            .map(|(subject, body)| NotificationText { subject, body }),
        recipients: json_column(row, "recipients")?,
        changes: json_column(row, "changes")?,
        sent_at: parse_column(row, "sent_at")?,
    })
}

fn target_from_row(row: &Row<'_>) -> rusqlite::Result<NotificationTarget> {
    Ok(NotificationTarget {
        position: row.get("position")?,
        recipient: json_column(row, "recipient")?,
        user: row.get::<_, Option<String>>("user_id")?.map(UserId),
        destination: json_column(row, "destination")?,
        outcome: TargetOutcome {
            state: parse_column(row, "state")?,
            detail: row.get("detail")?,
            delivery_id: row.get("delivery_id")?,
            at: parse_column(row, "changed_at")?,
        },
    })
}
