//! The durations of an incident with their names and definitions.

use chrono::Duration;

use crate::{Incident, Status, TimelineEntry, Timestamp, time_in_each_status};

/// A duration of an incident, with its name and its definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedDuration {
    /// The name in JSON.
    pub key: &'static str,
    /// The label.
    pub label: &'static str,
    /// The definition, in a few words.
    pub definition: &'static str,
    /// The duration; `None` if it has not ended, or never started.
    pub duration: Option<Duration>,
}

impl Incident {
    /// Returns the durations until `now`.
    pub fn durations(&self, now: Timestamp) -> [NamedDuration; 5] {
        let named = |key, label, definition, duration| NamedDuration {
            key,
            label,
            definition,
            duration,
        };
        [
            named(
                "customer_impact",
                "Customer impact",
                "from the start of the first impact to the end of the last",
                self.customer_impact_duration(now),
            ),
            named(
                "time_to_detect",
                "Time to detect",
                "from the start of the first impact to the detection",
                self.time_to_detect(),
            ),
            named(
                "time_to_internal_response",
                "Time to internal response",
                "from the detection to the declaration",
                Some(self.time_to_internal_response()),
            ),
            named(
                "time_to_repair",
                "Time to repair",
                "from the detection to the end of the last impact",
                self.time_to_repair(),
            ),
            named(
                "time_to_resolve",
                "Time to resolve",
                "from the declaration to the resolution",
                self.time_to_resolve(),
            ),
        ]
    }
}

/// Returns the time that an incident spent in each status until `now`, from the entries of its timeline.
pub fn status_durations<'e>(
    incident: &Incident,
    timeline: impl Iterator<Item = &'e TimelineEntry>,
    now: Timestamp,
) -> [(Status, Duration); 4] {
    let changes = timeline.filter_map(|entry| Some((entry.happened_at, entry.event.new_status()?)));
    let changes: Vec<_> = changes.collect();
    time_in_each_status(incident.declared_at, &changes, now)
}
