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
    // An event has the ID of its issue, so that resolving the issue ends the alert about the event.
    let (member, id_name, kind) = match resource {
        "event_alert" => ("event", "issue_id", "issue"),
        "issue" => ("issue", "id", "issue"),
        "metric_alert" => ("metric_alert", "id", "metric alert"),
        _ => return Ok(AlertBatch::default()),
    };
    let missing = |name: &str| {
        AlertError(format!(
            "The body has no data.{name}, which a request about {resource} must have."
        ))
    };
    let data = request.object("data").ok_or_else(|| missing(member))?;
    let subject = data.object(member).ok_or_else(|| missing(member))?;
    let id = subject.text(id_name);
    let id = id.ok_or_else(|| missing(&format!("{member}.{id_name}")))?;
    let alert = match resource {
        "metric_alert" => metric_alert(data, subject),
        "event_alert" => event_alert(data, subject),
        _ => issue(subject),
    };
    AlertBatch::from(Alert {
        key: format!("{kind} {id}"),
        status: status_of(&action),
        ..alert
    })
    .limited()
}

fn status_of(action: &str) -> AlertStatus {
    match action {
        "resolved" | "archived" | "ignored" => AlertStatus::Resolved,
        "assigned" => AlertStatus::Acknowledged,
        _ => AlertStatus::Firing,
    }
}

fn event_alert(data: Object<'_>, event: Object<'_>) -> Alert {
    Alert {
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
        title: data.text("description_title").unwrap_or_default(),
        description: data.text("description_text").unwrap_or_default(),
        links: data.link("web_url", "Alert").into_iter().collect(),
        started_at: alert.time("date_started"),
        ..Alert::default()
    }
}
