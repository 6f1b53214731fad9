//! Events for PagerDuty: developer.pagerduty.com/docs/events-api-v2/trigger-events.

use serde_json::{Value, json};

use super::EventContext;
use crate::notification::Notification;
use crate::text::truncate;
use crate::{Incident, Severity, Status, Timestamp};

/// The longest summary. PagerDuty: 1,024 characters.
const LONGEST_SUMMARY: usize = 1_024;

/// The effect of an event on the alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PagerDutyAction {
    /// Opens the alert, or adds to it.
    Trigger,
    /// Acknowledges it.
    Acknowledge,
    /// Resolves it.
    Resolve,
}

impl PagerDutyAction {
    /// Returns the action for the status of an incident.
    pub fn of_status(status: Status) -> Self {
        match status {
            Status::Active => Self::Trigger,
            Status::Stable => Self::Acknowledge,
            Status::Resolved | Status::Completed => Self::Resolve,
        }
    }

    /// Returns the value of `event_action`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trigger => "trigger",
            Self::Acknowledge => "acknowledge",
            Self::Resolve => "resolve",
        }
    }
}

/// Returns the event for the current state of an incident, without the routing key. All events of an incident have
/// one key, by which PagerDuty recognizes repetitions.
pub fn pagerduty_event(
    incident: &Incident,
    notification: &Notification,
    ctx: &EventContext<'_>,
) -> Value {
    let text = notification.text.as_ref();
    let title = || format!("[{}] {}", incident.id, incident.display_title());
    let summary = text.map_or_else(title, |text| text.subject.clone());
    let page = ctx.page_url;
    let links = page.map(|url| json!([{ "href": url, "text": incident.id.to_string() }]));
    json!({
        "event_action": PagerDutyAction::of_status(incident.status).as_str(),
        "dedup_key": format!("muster-{}-{}", ctx.document.store_id, incident.id.number()),
        "payload": {
            "summary": truncate(&summary, LONGEST_SUMMARY),
            "source": "Muster",
            "severity": severity(incident.severity),
            "component": incident.id.to_string(),
            "custom_details": {
                "severity": incident.severity.as_str(),
                "status": incident.status.as_str(),
                "commander": incident.commander.as_ref().map(|it| ctx.document.users.name(it)),
                "changes": notification.changes,
                "text": text.map(|text| &text.body),
            },
        },
        "client": "Muster",
        "client_url": page,
        "links": links.unwrap_or_else(|| json!([])),
    })
}

/// Returns an event that tests a service, without the routing key.
pub fn pagerduty_test_event(store_id: &str, action: PagerDutyAction, now: Timestamp) -> Value {
    json!({
        "event_action": action.as_str(),
        "dedup_key": format!("muster-{store_id}-test"),
        "payload": {
            "summary": "A test of Muster, which resolves it at once",
            "source": "Muster",
            "severity": "info",
            "timestamp": now,
        },
        "client": "Muster",
    })
}

/// Returns PagerDuty's severity. An unknown one pages like SEV-3: it may turn out to be critical.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Sev0 | Severity::Sev1 | Severity::Sev2 => "critical",
        Severity::Sev3 | Severity::Unknown => "error",
        Severity::Sev4 => "warning",
        Severity::Sev5
        | Severity::Sev6
        | Severity::Sev7
        | Severity::Sev8
        | Severity::Sev9
        | Severity::Sev10 => "info",
    }
}
