//! The webhooks of Sentry's integration platform, docs.sentry.io/organization/integrations/integration-platform.

use crate::alert::body::{Object, object, parse};
use crate::alert::{Alert, AlertBatch, AlertError, AlertStatus};

/// Reads a request of Sentry. `resource` is the header `Sentry-Hook-Resource`. A resource that is no alert has none.
///
/// # Errors
/// Returns an [`AlertError`] if the body lacks the object that the resource names.
pub fn read_sentry(resource: &str, body: &[u8]) -> Result<AlertBatch, AlertError> {
    let value = parse(body)?;
    let request = object(&value, "The body")?;
    let action = request.text("action").unwrap_or_default();
    let member = match resource {
        "event_alert" => "event",
        "issue" => "issue",
        "metric_alert" => "metric_alert",
        _ => return Ok(AlertBatch::default()),
    };
    let data = request.object("data");
    let subject = data.and_then(|data| data.object(member));
    let (Some(data), Some(subject)) = (data, subject) else {
        return Err(AlertError(format!(
            "The body has no data.{member}, which a request about {resource} must have."
        )));
    };
    let alert = match resource {
        "metric_alert" => metric_alert(data, subject),
        "event_alert" => event_alert(data, subject),
        _ => issue(subject),
    };
    let status = status_of(&action);
    AlertBatch::from(Alert { status, ..alert }).limited()
}

fn status_of(action: &str) -> AlertStatus {
    match action {
        "resolved" | "archived" | "ignored" => AlertStatus::Resolved,
        "assigned" => AlertStatus::Acknowledged,
        _ => AlertStatus::Firing,
    }
}

/// Returns the key of an issue: the same for the alert about one of its events and for the issue itself, so that
/// resolving the issue ends the alert.
fn issue_key(id: Option<String>) -> String {
    format!("issue {}", id.unwrap_or_default())
}

fn event_alert(data: Object<'_>, event: Object<'_>) -> Alert {
    Alert {
        key: issue_key(event.text("issue_id")),
        title: event.text("title").unwrap_or_default(),
        description: data.text("triggered_rule").unwrap_or_default(),
        severity: event.text("level").unwrap_or_default(),
        links: event.link("web_url", "Issue").into_iter().collect(),
        labels: [("culprit", event.text("culprit"))]
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect(),
        started_at: event.time("datetime"),
        ..Alert::default()
    }
}

fn issue(issue: Object<'_>) -> Alert {
    let project = issue.object("project").and_then(|it| it.text("slug"));
    let labels = [("culprit", issue.text("culprit")), ("project", project)];
    let link = issue
        .link("permalink", "Issue")
        .or_else(|| issue.link("web_url", "Issue"));
    Alert {
        key: issue_key(issue.text("id")),
        title: issue.text("title").unwrap_or_default(),
        severity: issue.text("level").unwrap_or_default(),
        links: link.into_iter().collect(),
        labels: labels
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect(),
        started_at: issue.time("firstSeen"),
        ..Alert::default()
    }
}

fn metric_alert(data: Object<'_>, alert: Object<'_>) -> Alert {
    Alert {
        key: format!("metric alert {}", alert.text("id").unwrap_or_default()),
        title: data.text("description_title").unwrap_or_default(),
        description: data.text("description_text").unwrap_or_default(),
        links: data.link("web_url", "Alert").into_iter().collect(),
        started_at: alert.time("date_started"),
        ..Alert::default()
    }
}
