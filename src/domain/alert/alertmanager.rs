//! The webhooks of Prometheus Alertmanager (version 4) and of Grafana, which have one shape.
//!
//! Each request repeats all alerts of a group, also those that were resolved since; their order means nothing.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::alert::body::{Object, key_of, key_of_labels, object, parse};
use crate::alert::{Alert, AlertBatch, AlertError, AlertLink, AlertStatus};

/// Where a link of an alert is.
#[derive(Clone, Copy)]
enum LinkOrigin {
    /// In an annotation.
    Annotation(&'static str),
    /// In a member of the alert.
    Member(&'static str),
}

/// The links of an alert, and their texts. The first one becomes the signal of an incident, so graphs come first.
const LINKS: [(LinkOrigin, &str); 6] = [
    (LinkOrigin::Member("panelURL"), "Panel"),
    (LinkOrigin::Member("dashboardURL"), "Dashboard"),
    (LinkOrigin::Annotation("dashboard_url"), "Dashboard"),
    (LinkOrigin::Member("generatorURL"), "Query"),
    (LinkOrigin::Annotation("runbook_url"), "Runbook"),
    (LinkOrigin::Member("silenceURL"), "Silence"),
];

/// Reads a request of Alertmanager or Grafana.
///
/// # Errors
/// Returns an [`AlertError`] if the body has no list of alerts.
pub fn read_alertmanager(body: &[u8]) -> Result<AlertBatch, AlertError> {
    let value = parse(body)?;
    let request = object(&value, "The body")?;
    let Some(Value::Array(alerts)) = request.0.get("alerts") else {
        return Err(AlertError(
            "The body has no list \"alerts\". Send the body of Alertmanager's or Grafana's webhook, without a \
             template of your own."
                .to_owned(),
        ));
    };
    let group = request.text("groupKey");
    let mut batch = AlertBatch::default();
    for alert in alerts {
        let alert = object(alert, "Each element of \"alerts\"")?;
        batch.alerts.push(read_alert(alert, request, group.clone()));
    }
    let omitted = request.0.get("truncatedAlerts").and_then(Value::as_u64);
    batch.omitted = omitted.unwrap_or_default();
    batch.limited()
}

fn read_alert(alert: Object<'_>, request: Object<'_>, group: Option<String>) -> Alert {
    let labels = alert.labels("labels");
    let annotations = alert.labels("annotations");
    let annotation = |names: &[&str]| first(&annotations, names);
    let title = annotation(&["summary", "title"]).or_else(|| labels.get("alertname").cloned());
    let key = alert.text("fingerprint").unwrap_or_else(|| {
        // Without labels, only the title tells two alerts apart.
        match (labels.is_empty(), &title) {
            (true, Some(title)) => key_of([title.as_str()]),
            (true, None) | (false, _) => key_of_labels(&labels),
        }
    });
    let started_at = alert.time("startsAt");
    let links = LINKS.iter().filter_map(|(origin, text)| match origin {
        LinkOrigin::Annotation(name) => link(text, annotations.get(*name)?),
        LinkOrigin::Member(name) => alert.link(name, text),
    });
    let links = links.chain(request.link("externalURL", "Alerts"));
    Alert {
        occurrence: started_at.map(|at| format!("{key} {at}")),
        key,
        status: match alert.text("status").as_deref() {
            Some("resolved") => AlertStatus::Resolved,
            Some(_) | None => AlertStatus::Firing,
        },
        title: title.unwrap_or_default(),
        description: annotation(&["description", "message"]).unwrap_or_default(),
        severity: labels.get("severity").cloned().unwrap_or_default(),
        links: links.collect(),
        image: alert.text("imageURL"),
        group,
        started_at,
        ended_at: alert.time("endsAt"),
        labels,
    }
}

fn first(texts: &BTreeMap<String, String>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| texts.get(*name)).cloned()
}

fn link(name: &str, url: &str) -> Option<AlertLink> {
    Some(AlertLink {
        name: name.to_owned(),
        url: url.to_owned(),
    })
}
