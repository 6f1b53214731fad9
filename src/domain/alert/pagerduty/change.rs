//! Change events: what was deployed or configured, developer.pagerduty.com/docs/send-change-event.

use std::collections::BTreeMap;

use chrono::Duration;

use crate::alert::body::{key_of, object, parse};
use crate::alert::limits::{limited_labels, limited_links, one_line};
use crate::alert::recording::is_plausible;
use crate::alert::{AlertError, AlertLink};
use crate::text::truncate;
use crate::{Incident, Timestamp};

/// The longest summary and source. PagerDuty: 1,024.
const LONGEST_SUMMARY: usize = 1_024;

/// Within this many seconds, a change without a time is a repeated delivery of the same one.
const REPEATED_WITHIN: i64 = 600;

/// How long before the impact of an incident a change may have caused it.
const BEFORE_IMPACT: Duration = Duration::hours(1);

/// A change that a tool reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeEvent {
    /// The summary, in one line of plain text.
    pub summary: String,
    /// The system that was changed; may be empty.
    pub origin: String,
    /// When it happened: when it was received, if the tool names no time or its clock is off.
    pub happened_at: Timestamp,
    /// Details by their names.
    pub details: BTreeMap<String, String>,
    /// The links.
    pub links: Vec<AlertLink>,
}

/// A change event, and the ID by which a repeated delivery is recognized.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PagerDutyChange {
    /// The change.
    pub event: ChangeEvent,
    /// The ID. Without a time of its own, the same change is another one after some minutes.
    pub delivery_id: String,
}

/// Reads a change event that was received at a time.
///
/// # Errors
/// Returns an [`AlertError`] that names the member that is missing or wrong.
pub fn read_pagerduty_change(
    body: &[u8],
    received_at: Timestamp,
) -> Result<PagerDutyChange, AlertError> {
    let value = parse(body)?;
    let event = object(&value, "The body")?;
    let missing = |name: &str| AlertError(format!("{name} is missing."));
    let payload = event.object("payload").ok_or_else(|| missing("payload"))?;
    let summary = payload.text("summary");
    let summary = summary.ok_or_else(|| missing("payload.summary"))?;
    let happened_at = payload.time("timestamp");
    if happened_at.is_none() && payload.text("timestamp").is_some() {
        return Err(AlertError(
            "payload.timestamp must be a time such as 2026-11-23T14:05:00Z.".to_owned(),
        ));
    }
    let mut details = payload.labels("custom_details");
    let text = payload.text("custom_details");
    details.extend(text.map(|text| ("details".to_owned(), text)));
    let links = event.list("links").iter().filter_map(super::link);
    let event = ChangeEvent {
        summary: truncate(&one_line(&summary), LONGEST_SUMMARY),
        origin: truncate(
            &one_line(&payload.text("source").unwrap_or_default()),
            LONGEST_SUMMARY,
        ),
        happened_at: happened_at
            .filter(|at| is_plausible(*at, received_at))
            .unwrap_or(received_at),
        details: limited_labels(details),
        links: limited_links(links.collect()),
    };
    let time = match happened_at {
        Some(at) => at.epoch_millis(),
        None => received_at.epoch_seconds() / REPEATED_WITHIN,
    };
    Ok(PagerDutyChange {
        delivery_id: delivery_id(&event, time),
        event,
    })
}

fn delivery_id(event: &ChangeEvent, time: i64) -> String {
    let time = time.to_string();
    let details = event.details.iter();
    let details = details.flat_map(|(name, value)| [name.as_str(), value.as_str()]);
    let links = event.links.iter().map(|link| link.url.as_str());
    let parts = [event.summary.as_str(), event.origin.as_str(), time.as_str()];
    format!(
        "change {}",
        key_of(parts.into_iter().chain(details).chain(links))
    )
}

impl Incident {
    /// Returns since when changes may have caused the incident: an hour before the first impact or the declaration,
    /// whichever was first.
    pub fn changes_since(&self) -> Timestamp {
        let impacts = self.impacts.iter().map(|impact| impact.started_at);
        let starts = impacts.chain([self.declared_at]);
        let first = starts.min().unwrap_or(self.declared_at);
        first.plus(-BEFORE_IMPACT)
    }
}
