//! Durations of an incident, such as time to resolve. Ongoing ones last until now.

use chrono::Duration;
use serde_json::{Map, Value, json};

use crate::domain::text::format_duration;
use crate::domain::{Status, Timestamp, status_durations};
use crate::store::IncidentRecord;

/// Returns all durations in whole seconds, for JSON; `null` if one has not ended, or never started.
pub fn in_seconds(record: &IncidentRecord, now: Timestamp) -> Value {
    let seconds = |duration: Option<Duration>| json!(duration.map(|it| it.num_seconds()));
    let mut object: Map<String, Value> = record
        .incident
        .durations(now)
        .iter()
        .map(|named| (named.key.to_owned(), seconds(named.duration)))
        .collect();
    let in_status = status_times(record, now);
    let in_status = in_status.map(|(status, time)| (status.to_string(), seconds(Some(time))));
    object.insert("in_status".to_owned(), Map::from_iter(in_status).into());
    object.into()
}

/// Returns the known durations as text, for Markdown. The time since the incident was closed is omitted.
pub fn as_text(record: &IncidentRecord, now: Timestamp) -> Vec<String> {
    let durations = record.incident.durations(now).into_iter();
    let durations = durations.filter_map(|named| Some((named.label, named.duration?)));
    let in_status = status_times(record, now)
        .into_iter()
        .filter(|(status, time)| status.is_open() && !time.is_zero())
        .map(|(status, time)| (status.label(), time));
    durations
        .chain(in_status)
        .map(|(label, duration)| format!("{label}: {}", format_duration(duration)))
        .collect()
}

/// Returns the time that the incident spent in each status, from its timeline.
fn status_times(record: &IncidentRecord, now: Timestamp) -> [(Status, Duration); 4] {
    let timeline = record.timeline.iter();
    let timeline = timeline.map(|recorded| &recorded.stored.entry);
    status_durations(&record.incident, timeline, now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::incident;
    use crate::domain::{FieldChange, Impact, StoredEntry, TimelineEntry, TimelineEvent};
    use crate::store::RecordedEntry;

    /// Returns an incident that was stable after 40 minutes and resolved after 72, and the time 28 minutes later.
    fn resolved_incident() -> (IncidentRecord, Timestamp) {
        let mut incident = incident("Checkout");
        let declared = incident.declared_at;
        let after = |minutes| declared.plus(Duration::minutes(minutes));
        let change = |minutes, from, to| {
            let changes = vec![FieldChange::Status { from, to }];
            let entry =
                TimelineEntry::automatic(TimelineEvent::Updated { changes }, after(minutes));
            RecordedEntry {
                stored: StoredEntry {
                    id: minutes,
                    entry,
                    is_important: false,
                },
                earlier: Vec::new(),
            }
        };
        incident.resolved_at = Some(after(72));
        incident.impacts = vec![Impact {
            number: 1,
            description: String::new(),
            started_at: after(-5),
            ended_at: Some(after(72)),
        }];
        let record = IncidentRecord {
            incident,
            timeline: vec![
                change(40, Status::Active, Status::Stable),
                change(72, Status::Stable, Status::Resolved),
            ],
            schedule: Vec::new(),
            notifications: Vec::new(),
            postmortem: None,
            changes: Vec::new(),
        };
        (record, after(100))
    }

    #[test]
    fn time_in_closed_status_is_exported_only_in_seconds() {
        let (record, now) = resolved_incident();
        assert_eq!(
            as_text(&record, now),
            [
                "Customer impact: 1 hour 17 min",
                "Time to detect: 5 min",
                "Time to internal response: less than a second",
                "Time to repair: 1 hour 12 min",
                "Time to resolve: 1 hour 12 min",
                "ACTIVE: 40 min",
                "STABLE: 32 min",
            ]
        );
        assert_eq!(
            in_seconds(&record, now),
            json!({
                "customer_impact": 4_620, "time_to_detect": 300, "time_to_internal_response": 0,
                "time_to_repair": 4_320, "time_to_resolve": 4_320,
                "in_status": { "active": 2_400, "stable": 1_920, "resolved": 1_680, "completed": 0 },
            })
        );
    }

    #[test]
    fn unfinished_duration_is_null_and_current_status_lasts_until_now() {
        let record = IncidentRecord {
            schedule: Vec::new(),
            notifications: Vec::new(),
            postmortem: None,
            changes: Vec::new(),
            incident: incident("Checkout"),
            timeline: Vec::new(),
        };
        let now = record.incident.declared_at.plus(Duration::minutes(10));
        assert_eq!(
            as_text(&record, now),
            [
                "Time to internal response: less than a second",
                "ACTIVE: 10 min",
            ]
        );
        assert_eq!(in_seconds(&record, now)["time_to_resolve"], Value::Null);
    }
}
