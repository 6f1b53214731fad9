//! Datadog's webhooks, with the body template that the handbook gives.
//!
//! A variable that Datadog cannot fill in arrives as its own name, such as `$HOSTNAME`; it counts as missing.

use std::collections::BTreeMap;

use crate::alert::body::{Object, key_of, object, parse};
use crate::alert::{Alert, AlertBatch, AlertError, AlertStatus};

/// Reads a request of Datadog.
///
/// # Errors
/// Returns an [`AlertError`] if the body is not made by the template.
pub fn read_datadog(body: &[u8]) -> Result<AlertBatch, AlertError> {
    let value = parse(body)?;
    let request = object(&value, "The body")?;
    let text = |name: &str| request.text(name).filter(|text| !text.starts_with('$'));
    let Some(monitor) = text("monitor") else {
        return Err(AlertError(
            "The body has no \"monitor\". Copy the template of the webhook from the handbook."
                .to_owned(),
        ));
    };
    let scope = text("scope").unwrap_or_default();
    let labels = tags(request);
    let alert = Alert {
        key: key_of([monitor.as_str(), scope.as_str()]),
        occurrence: text("cycle"),
        status: match text("transition").as_deref() {
            Some("Recovered") => AlertStatus::Resolved,
            Some(_) | None => AlertStatus::Firing,
        },
        title: text("title").unwrap_or_default(),
        description: text("text").unwrap_or_default(),
        severity: text("priority").unwrap_or_default(),
        links: request.link("link", "Monitor").into_iter().collect(),
        image: text("image"),
        group: text("aggregate"),
        started_at: request.time("date"),
        ended_at: None,
        labels,
    };
    AlertBatch::from(alert).limited()
}

/// Returns the tags as labels: `service:checkout,canary`. A tag without a value has an empty one.
fn tags(request: Object<'_>) -> BTreeMap<String, String> {
    let tags = request.text("tags").filter(|tags| !tags.starts_with('$'));
    let tags = tags.unwrap_or_default();
    let tags = tags.split(',').map(str::trim).filter(|tag| !tag.is_empty());
    tags.map(|tag| {
        let (name, value) = tag.split_once(':').unwrap_or((tag, ""));
        (name.to_owned(), value.to_owned())
    })
    .collect()
}
