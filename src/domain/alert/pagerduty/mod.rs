//! Events in the format of PagerDuty's Events API v2, developer.pagerduty.com/docs/events-api-v2.

mod change;

use serde_json::Value;

use crate::alert::body::{Object, as_text, object, parse};
use crate::alert::{Alert, AlertBatch, AlertError, AlertLink, AlertStatus};

pub use change::{ChangeEvent, PagerDutyChange, read_pagerduty_change};

/// The longest deduplication key. PagerDuty: 255.
const LONGEST_KEY: usize = 255;

/// An event, and the key that the answer contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PagerDutyEvent {
    /// The deduplication key.
    pub key: String,
    /// The alert.
    pub batch: AlertBatch,
}

/// Reads an event. `new_key` is the deduplication key of one that has none.
///
/// # Errors
/// Returns an [`AlertError`] that names the member that is missing or wrong.
pub fn read_pagerduty(body: &[u8], new_key: &str) -> Result<PagerDutyEvent, AlertError> {
    let value = parse(body)?;
    let event = object(&value, "The body")?;
    let status = status_of(event)?;
    let key = key_of(event, status, new_key)?;
    let mut alert = Alert {
        key: key.clone(),
        status,
        title: key.clone(),
        ..Alert::default()
    };
    match event.object("payload") {
        Some(payload) => add_payload(&mut alert, payload)?,
        None if status == AlertStatus::Firing => {
            return Err(AlertError("payload is missing.".to_owned()));
        }
        None => {}
    }
    alert.links = event.list("links").iter().filter_map(link).collect();
    alert.links.extend(event.link("client_url", "Source"));
    let images = event.list("images").iter().filter_map(Value::as_object);
    alert.image = images.map(Object).find_map(|image| image.text("src"));
    Ok(PagerDutyEvent {
        key,
        batch: AlertBatch::from(alert).limited()?,
    })
}

fn status_of(event: Object<'_>) -> Result<AlertStatus, AlertError> {
    match event.text("event_action").as_deref() {
        Some("trigger") => Ok(AlertStatus::Firing),
        Some("acknowledge") => Ok(AlertStatus::Acknowledged),
        Some("resolve") => Ok(AlertStatus::Resolved),
        Some(_) | None => Err(AlertError(
            "event_action must be trigger, acknowledge or resolve.".to_owned(),
        )),
    }
}

/// Returns the deduplication key. A trigger without one gets the new key.
fn key_of(event: Object<'_>, status: AlertStatus, new_key: &str) -> Result<String, AlertError> {
    let key = event.text("dedup_key");
    if status != AlertStatus::Firing && key.is_none() {
        return Err(AlertError(
            "dedup_key is missing; only a trigger may omit it.".to_owned(),
        ));
    }
    let key = key.unwrap_or_else(|| new_key.to_owned());
    match key.chars().count() > LONGEST_KEY {
        true => Err(AlertError(format!(
            "dedup_key has more than {LONGEST_KEY} characters."
        ))),
        false => Ok(key),
    }
}

fn add_payload(alert: &mut Alert, payload: Object<'_>) -> Result<(), AlertError> {
    let required = |name: &str| {
        let missing = || AlertError(format!("payload.{name} is missing."));
        payload.text(name).ok_or_else(missing)
    };
    alert.title = required("summary")?;
    alert.severity = required("severity")?;
    alert.labels = payload.labels("custom_details");
    alert
        .labels
        .insert("source".to_owned(), required("source")?);
    for name in ["component", "group", "class"] {
        let value = payload.text(name);
        alert
            .labels
            .extend(value.map(|value| (name.to_owned(), value)));
    }
    // Details of any form are kept as text, because senders put the members of a group there.
    if let Some(Value::String(details)) = payload.0.get("custom_details") {
        alert.description.clone_from(details);
    }
    alert.started_at = payload.time("timestamp");
    Ok(())
}

fn link(value: &Value) -> Option<AlertLink> {
    let link = Object(value.as_object()?);
    Some(AlertLink {
        name: link
            .0
            .get("text")
            .and_then(as_text)
            .unwrap_or_else(|| "Link".to_owned()),
        url: link.text("href")?,
    })
}
