//! Alerts as generic JSON: one object or a list of them, in our own spelling or in GoAlert's.

use serde_json::Value;

use crate::alert::body::{Object, key_of, key_of_labels, object, parse};
use crate::alert::{Alert, AlertBatch, AlertError, AlertStatus};

/// The values of a status that mean that an alert is resolved.
const RESOLVED: [&str; 7] = [
    "ok",
    "resolved",
    "recovered",
    "up",
    "closed",
    "close",
    "normal",
];

/// Returns the meaning of a status. An unknown one fires, because a lost alert is worse than a
/// superfluous one.
pub(super) fn status_of(status: &str) -> AlertStatus {
    let status = status.trim().to_ascii_lowercase();
    match RESOLVED.contains(&status.as_str()) {
        true => AlertStatus::Resolved,
        false => AlertStatus::Firing,
    }
}

/// Reads alerts as generic JSON.
///
/// # Errors
/// Returns an [`AlertError`] that names the alert without a title.
pub fn read_generic(body: &[u8]) -> Result<AlertBatch, AlertError> {
    let value = parse(body)?;
    let items = match &value {
        Value::Array(items) => items.as_slice(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            std::slice::from_ref(&value)
        }
    };
    let mut batch = AlertBatch::default();
    for (index, item) in items.iter().enumerate() {
        let alert = object(item, "The body, or each element of its list,")?;
        batch.alerts.push(read_alert(alert, index)?);
    }
    batch.limited()
}

fn read_alert(alert: Object<'_>, index: usize) -> Result<Alert, AlertError> {
    let Some(title) = alert.first_text(&["title", "summary"]) else {
        return Err(AlertError(format!(
            "Alert {} has no \"title\". Nothing was stored.",
            index + 1
        )));
    };
    let labels = alert.labels("labels");
    let key = alert.first_text(&["key", "dedup"]).unwrap_or_else(|| {
        let of_labels = key_of_labels(&labels);
        key_of([title.as_str(), of_labels.as_str()])
    });
    let status = alert.first_text(&["status", "action"]);
    Ok(Alert {
        key,
        status: status_of(&status.unwrap_or_default()),
        title,
        description: alert
            .first_text(&["description", "details"])
            .unwrap_or_default(),
        severity: alert.text("severity").unwrap_or_default(),
        labels,
        links: alert.link("url", "Source").into_iter().collect(),
        group: alert.text("group"),
        started_at: alert.time("started_at"),
        ended_at: alert.time("ended_at"),
        ..Alert::default()
    })
}
