//! The notifications of an incident in the export.

use serde_json::{Value, json};

use crate::cli::export::markdown::format_time;
use crate::domain::notification::{
    Notification, NotificationAuthor, NotificationTarget, NotificationText, SentNotification,
    TargetOutcome,
};
use crate::domain::text::markdown::escape_inline;
use crate::domain::{UserId, UserNames};
use crate::store::IncidentRecord;

/// Returns a notification with its targets as JSON.
pub fn as_json(sent: &SentNotification, names: &UserNames) -> Value {
    let SentNotification {
        notification,
        targets,
    } = sent;
    let Notification {
        number,
        author,
        template,
        text,
        recipients,
        changes,
        sent_at,
    } = notification;
    let user = |id: &UserId| json!({ "id": id, "name": names.get(id) });
    let (author, rule) = match author {
        NotificationAuthor::User(id) => (Some(user(id)), None),
        NotificationAuthor::Rule(rule) => (None, Some(rule)),
    };
    json!({
        "number": number,
        "author": author,
        "rule": rule,
        "template": template,
        "subject": text.as_ref().map(|text| &text.subject),
        "body": text.as_ref().map(|text| &text.body),
        "recipients": recipients,
        "changes": changes,
        "sent_at": sent_at,
        "targets": targets.iter().map(|it| target(it, names)).collect::<Vec<_>>(),
    })
}

fn target(target: &NotificationTarget, names: &UserNames) -> Value {
    let NotificationTarget {
        position: _,
        recipient,
        user,
        destination,
        outcome,
    } = target;
    let TargetOutcome {
        state,
        detail,
        delivery_id: _,
        at,
    } = outcome;
    json!({
        "recipient": recipient,
        "user": user.as_ref().map(|id| json!({ "id": id, "name": names.get(id) })),
        "destination": destination,
        "state": state.as_str(),
        "detail": detail,
        "at": at,
    })
}

/// Returns the notifications as list items of Markdown, in the order in which they were sent.
pub fn as_text(record: &IncidentRecord, names: &UserNames) -> Vec<String> {
    let item = |sent: &SentNotification| list_item(sent, names);
    record.notifications.iter().rev().map(item).collect()
}

fn list_item(sent: &SentNotification, names: &UserNames) -> String {
    let name = |id: &UserId| names.get(id).unwrap_or(id.as_str()).to_owned();
    let notification = &sent.notification;
    let author = match &notification.author {
        NotificationAuthor::User(user) => name(user),
        NotificationAuthor::Rule(rule) => format!("rule “{rule}”"),
    };
    let targets = sent.targets.iter().map(|target| {
        let label = match &target.user {
            Some(user) => name(user),
            None => target.recipient.description(),
        };
        let state = target.outcome.state.as_str();
        match target.outcome.detail.as_str() {
            "" => format!("{label} ({state})"),
            detail => format!("{label} ({state}: {detail})"),
        }
    });
    let targets = targets.collect::<Vec<_>>().join(", ");
    let at = format_time(notification.sent_at);
    let mut item = format!(
        "{at}, {} to {}",
        escape_inline(&author),
        escape_inline(&targets)
    );
    if let Some(NotificationText { subject, body }) = &notification.text {
        item.push_str(&format!(": **{}**\n", escape_inline(subject)));
        for row in body.lines() {
            item.push_str(&format!("\n  > {row}"));
        }
    }
    item
}
