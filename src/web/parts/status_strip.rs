//! The status strip: the statuses of an incident over time, and its impacts under them.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::domain::{Incident, Status, Timestamp};

/// The width of the strip in units of the drawing.
const WIDTH: i64 = 1_000;

/// The narrowest part that is still visible.
const NARROWEST: i64 = 4;

/// The status strip of an incident.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "parts/status_strip.html", config = "src/web/askama.toml")]
pub(crate) struct StatusStrip {
    statuses: Vec<StripPart>,
    impacts: Vec<StripPart>,
    /// The strip in words.
    description: String,
}

impl HtmlSafe for StatusStrip {}

#[derive(Clone, Debug, PartialEq, Eq)]
struct StripPart {
    /// The name of the status; empty for an impact.
    status: &'static str,
    label: String,
    x: i64,
    width: i64,
}

/// The period that the strip shows.
#[derive(Clone, Copy)]
struct Period {
    start: i64,
    length: i64,
}

impl Period {
    fn part(self, status: &'static str, label: String, from: i64, to: i64) -> StripPart {
        let position = |at: i64| {
            let offset = (at - self.start).clamp(0, self.length);
            offset * WIDTH / self.length
        };
        let x = position(from).min(WIDTH - NARROWEST);
        StripPart {
            status,
            label,
            x,
            width: (position(to) - x).max(NARROWEST),
        }
    }
}

impl StatusStrip {
    /// Returns the strip from the first impact or the declaration until the incident was resolved, or now.
    pub(crate) fn new(
        incident: &Incident,
        changes: &[(Timestamp, Status)],
        now: Timestamp,
    ) -> Self {
        let now = incident.resolved_at.unwrap_or(now).epoch_millis();
        let declared = incident.declared_at.epoch_millis();
        let starts = incident.impacts.iter();
        let starts = starts.map(|impact| impact.started_at.epoch_millis());
        let start = starts.chain([declared]).min().unwrap_or(declared);
        let period = Period {
            start,
            length: (now - start).max(1),
        };
        let mut statuses = Vec::new();
        let (mut since, mut status) = (declared, Status::Active);
        for (at, next) in changes {
            let at = at.epoch_millis().min(now);
            statuses.push(period.part(status.as_str(), status.label().to_owned(), since, at));
            (since, status) = (at, *next);
        }
        if status.is_open() {
            statuses.push(period.part(status.as_str(), status.label().to_owned(), since, now));
        }
        let impacts = incident.impacts.iter().map(|impact| {
            let ended = impact.ended_at.map_or(now, Timestamp::epoch_millis);
            let label = match impact.description.as_str() {
                "" => "Customers affected".to_owned(),
                description => description.to_owned(),
            };
            period.part("", label, impact.started_at.epoch_millis(), ended)
        });
        let labels: Vec<_> = statuses.iter().map(|part| part.label.as_str()).collect();
        Self {
            description: format!("Statuses so far: {}", labels.join(", ")),
            impacts: impacts.collect(),
            statuses,
        }
    }
}
