//! Durations of an incident, such as time to resolve. Ongoing ones last until now.

use chrono::Duration;
use muster_commands::Status;
use serde_json::{Map, Value, json};

use crate::domain::{Timestamp, time_in_each_status};
use crate::slack::text::duration::format_duration;
use crate::store::IncidentRecord;

/// A duration with its names.
struct NamedDuration {
    /// The key in JSON.
    key: &'static str,
    /// The label in Markdown.
    label: &'static str,
    /// The duration; `None` if it has not ended, or never started.
    duration: Option<Duration>,
}

/// Returns all durations in whole seconds, for JSON; `null` if one has not ended, or never started.
pub fn in_seconds(recorded: &IncidentRecord, now: Timestamp) -> Value {
    let seconds = |length: &NamedDuration| json!(length.duration.map(|took| took.num_seconds()));
    let lengths = durations(recorded, now);
    let mut object: Map<String, Value> = lengths
        .iter()
        .map(|length| (length.key.to_owned(), seconds(length)))
        .collect();
    let spent = status_times(recorded, now);
    let spent = spent.map(|(status, spent)| (status.to_string(), json!(spent.num_seconds())));
    object.insert("in_status".to_owned(), Map::from_iter(spent).into());
    object.into()
}

/// Returns the known durations as text, for Markdown. The time since the incident was closed is omitted.
pub fn as_text(recorded: &IncidentRecord, now: Timestamp) -> Vec<String> {
    let lengths = durations(recorded, now).into_iter();
    let lengths = lengths.filter_map(|length| Some((length.label, length.duration?)));
    let spent = status_times(recorded, now).into_iter();
    let spent = spent
        .filter(|(status, spent)| status.is_open() && !spent.is_zero())
        .map(|(status, spent)| (status.label(), spent));
    lengths
        .chain(spent)
        .map(|(label, took)| format!("{label}: {}", format_duration(took)))
        .collect()
}

fn durations(recorded: &IncidentRecord, now: Timestamp) -> [NamedDuration; 5] {
    let incident = &recorded.incident;
    let length = |key, label, took| NamedDuration {
        key,
        label,
        duration: took,
    };
    [
        length(
            "customer_impact",
            "Customer impact",
            incident.customer_impact_duration(now),
        ),
        length(
            "time_to_detect",
            "Time to detect",
            incident.time_to_detect(),
        ),
        length(
            "time_to_internal_response",
            "Time to internal response",
            Some(incident.time_to_internal_response()),
        ),
        length(
            "time_to_repair",
            "Time to repair",
            incident.time_to_repair(),
        ),
        length(
            "time_to_resolve",
            "Time to resolve",
            incident.time_to_resolve(),
        ),
    ]
}

/// Returns the time that the incident spent in each status, from its timeline.
fn status_times(recorded: &IncidentRecord, now: Timestamp) -> [(Status, Duration); 4] {
    let timeline = recorded.timeline.iter();
    let changes = timeline.filter_map(|entry| Some((entry.happened_at, entry.event.new_status()?)));
    let changes: Vec<_> = changes.collect();
    time_in_each_status(recorded.incident.declared_at, &changes, now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::incident;
    use crate::domain::{FieldChange, Impact, TimelineEntry, TimelineEvent};

    #[test]
    fn time_in_closed_status_is_exported_only_in_seconds() {
        let mut incident = incident("Checkout");
        let after = |minutes| incident.declared_at.plus(Duration::minutes(minutes));
        let change = |minutes, from, to| {
            let changes = vec![FieldChange::Status { from, to }];
            TimelineEntry::automatic(TimelineEvent::Updated { changes }, after(minutes))
        };
        let timeline = vec![
            change(40, Status::Active, Status::Stable),
            change(72, Status::Stable, Status::Resolved),
        ];
        let (now, resolved, started) = (after(100), after(72), after(-5));
        incident.resolved_at = Some(resolved);
        incident.impacts = vec![Impact {
            number: 1,
            description: String::new(),
            started_at: started,
            ended_at: Some(resolved),
        }];
        let recorded = IncidentRecord {
            incident,
            timeline,
            reminders: Vec::new(),
        };
        assert_eq!(
            as_text(&recorded, now),
            [
                "Customer impact: 1 hour 17 minutes",
                "Time to detect: 5 minutes",
                "Time to internal response: less than a second",
                "Time to repair: 1 hour 12 minutes",
                "Time to resolve: 1 hour 12 minutes",
                "ACTIVE: 40 minutes",
                "STABLE: 32 minutes",
            ]
        );
        assert_eq!(
            in_seconds(&recorded, now),
            json!({
                "customer_impact": 4_620, "time_to_detect": 300, "time_to_internal_response": 0,
                "time_to_repair": 4_320, "time_to_resolve": 4_320,
                "in_status": { "active": 2_400, "stable": 1_920, "resolved": 1_680, "completed": 0 },
            })
        );
    }

    #[test]
    fn unfinished_duration_is_null_and_current_status_lasts_until_now() {
        let recorded = IncidentRecord {
            reminders: Vec::new(),
            incident: incident("Checkout"),
            timeline: Vec::new(),
        };
        let now = recorded.incident.declared_at.plus(Duration::minutes(10));
        assert_eq!(
            as_text(&recorded, now),
            [
                "Time to internal response: less than a second",
                "ACTIVE: 10 minutes",
            ]
        );
        assert_eq!(in_seconds(&recorded, now)["time_to_resolve"], Value::Null);
    }
}
