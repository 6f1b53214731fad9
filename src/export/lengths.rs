//! How long things took of an incident, as far as they are over or go on until now.

use chrono::Duration;
use muster_commands::Status;
use serde_json::{Map, Value, json};

use crate::domain::{Moment, time_in_each};
use crate::slack::cards::how_long;
use crate::store::Recorded;

/// How long one thing took.
struct Length {
    /// What it is called by programs.
    key: &'static str,
    /// What it is called by people.
    label: &'static str,
    /// How long it took; `None` if it is not over, or never was.
    took: Option<Duration>,
}

/// Gives all lengths in whole seconds, for programs; `null` is what is not over, or never was.
pub fn in_seconds(recorded: &Recorded, now: Moment) -> Value {
    let seconds = |length: &Length| json!(length.took.map(|took| took.num_seconds()));
    let lengths = lengths(recorded, now);
    let mut object: Map<String, Value> = lengths
        .iter()
        .map(|length| (length.key.to_owned(), seconds(length)))
        .collect();
    let spent = in_each_status(recorded, now);
    let spent = spent.map(|(status, spent)| (status.to_string(), json!(spent.num_seconds())));
    object.insert("in_status".to_owned(), Map::from_iter(spent).into());
    object.into()
}

/// Gives the lengths that there are in words, for people. How long it has been over is none of them.
pub fn in_words(recorded: &Recorded, now: Moment) -> Vec<String> {
    let lengths = lengths(recorded, now).into_iter();
    let lengths = lengths.filter_map(|length| Some((length.label, length.took?)));
    let spent = in_each_status(recorded, now).into_iter();
    let spent = spent
        .filter(|(status, spent)| status.is_open() && !spent.is_zero())
        .map(|(status, spent)| (status.shown(), spent));
    lengths
        .chain(spent)
        .map(|(label, took)| format!("{label}: {}", how_long(took)))
        .collect()
}

fn lengths(recorded: &Recorded, now: Moment) -> [Length; 5] {
    let incident = &recorded.incident;
    let length = |key, label, took| Length { key, label, took };
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

/// Gives how long the incident had each status, from what its timeline says of it.
fn in_each_status(recorded: &Recorded, now: Moment) -> [(Status, Duration); 4] {
    let timeline = recorded.timeline.iter();
    let changes = timeline.filter_map(|entry| Some((entry.happened_at, entry.what.status()?)));
    let changes: Vec<_> = changes.collect();
    time_in_each(recorded.incident.declared_at, &changes, now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sample::incident;
    use crate::domain::{Entry, FieldChange, Impact, What};

    #[test]
    fn each_status_lasted_until_the_next_and_how_long_it_is_over_is_told_to_programs_alone() {
        let mut incident = incident("Checkout");
        let after = |minutes| incident.declared_at.after(Duration::minutes(minutes));
        let change = |minutes, from, to| {
            let changes = vec![FieldChange::Status { from, to }];
            Entry::noticed(What::Changed { changes }, after(minutes))
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
        let recorded = Recorded {
            incident,
            timeline,
            reminders: Vec::new(),
        };
        assert_eq!(
            in_words(&recorded, now),
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
    fn what_is_not_over_has_no_length_and_what_goes_on_lasts_until_now() {
        let recorded = Recorded {
            reminders: Vec::new(),
            incident: incident("Checkout"),
            timeline: Vec::new(),
        };
        let now = recorded.incident.declared_at.after(Duration::minutes(10));
        assert_eq!(
            in_words(&recorded, now),
            [
                "Time to internal response: less than a second",
                "ACTIVE: 10 minutes",
            ]
        );
        assert_eq!(in_seconds(&recorded, now)["time_to_resolve"], Value::Null);
    }
}
