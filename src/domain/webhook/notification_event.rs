//! The body of a webhook: the incident as the API returns it, and what changed.

use serde_json::{Value, json};

use crate::api::{DocumentContext, incident_resource};
use crate::notification::{Notification, NotificationAuthor};
use crate::{Incident, Timestamp};

/// The type of the events of notifications.
const NOTIFICATION_EVENT: &str = "incident.notification";

/// The type of the event that an admin sends to test a webhook.
const TEST_EVENT: &str = "webhook.test";

/// The inputs of an event besides the incident and the notification.
#[derive(Clone, Copy, Debug)]
pub struct EventContext<'a> {
    /// The inputs of the document.
    pub document: DocumentContext<'a>,
    /// The URL of the incident's page; `None` if the pages have no address.
    pub page_url: Option<&'a str>,
}

/// Returns the event that reports a notification.
pub fn notification_event(
    incident: &Incident,
    notification: &Notification,
    ctx: &EventContext<'_>,
) -> Value {
    let (user, rule) = match &notification.author {
        NotificationAuthor::User(user) => (Some(user), None),
        NotificationAuthor::Rule(rule) => (None, Some(rule)),
    };
    let text = notification.text.as_ref();
    let user = user.map(|user| json!({ "handle": user, "name": ctx.document.users.name(user) }));
    json!({
        "type": NOTIFICATION_EVENT,
        "timestamp": notification.sent_at,
        "data": {
            "incident": incident_resource(incident, &ctx.document),
            "url": ctx.page_url,
            "changes": notification.changes,
            "notification": {
                "number": notification.number,
                "sent_by": user,
                "rule": rule,
                "subject": text.map(|text| &text.subject),
                "body": text.map(|text| &text.body),
            },
        },
    })
}

/// Returns the event that an admin sends to test a webhook.
pub fn test_event(webhook: &str, now: Timestamp) -> Value {
    json!({ "type": TEST_EVENT, "timestamp": now, "data": { "webhook": webhook } })
}
