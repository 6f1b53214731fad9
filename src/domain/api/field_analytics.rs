//! How long an incident had each status and each severity.

use chrono::Duration;
use serde_json::{Map, Value, json};

use super::object::object;
use crate::{FieldChange, Incident, Timestamp};

/// A change of a field, with its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatedChange {
    /// When it happened.
    pub at: Timestamp,
    /// The change.
    pub change: FieldChange,
}

/// A period in which a field had one value.
struct FieldPeriod {
    value: &'static str,
    from: Timestamp,
    /// Its end; `None` while it lasts.
    to: Option<Timestamp>,
}

/// Returns the periods of the statuses and of the severities. `history` are the changes of these fields, in order.
pub(super) fn field_analytics(
    incident: &Incident,
    history: &[DatedChange],
    now: Timestamp,
) -> Value {
    let statuses = history.iter().filter_map(|it| match &it.change {
        FieldChange::Status { from, to } => Some((it.at, from.as_str(), to.as_str())),
        FieldChange::Title { .. }
        | FieldChange::Severity { .. }
        | FieldChange::Commander { .. }
        | FieldChange::DetectionMethod { .. }
        | FieldChange::DetectedAt { .. }
        | FieldChange::Summary { .. }
        | FieldChange::RootCause { .. }
        | FieldChange::Configured { .. } => None,
    });
    let severities = history.iter().filter_map(|it| match &it.change {
        FieldChange::Severity { from, to } => Some((it.at, from.as_str(), to.as_str())),
        FieldChange::Title { .. }
        | FieldChange::Status { .. }
        | FieldChange::Commander { .. }
        | FieldChange::DetectionMethod { .. }
        | FieldChange::DetectedAt { .. }
        | FieldChange::Summary { .. }
        | FieldChange::RootCause { .. }
        | FieldChange::Configured { .. } => None,
    });
    let since = incident.declared_at;
    let statuses = periods(incident.status.as_str(), since, statuses);
    let severities = periods(incident.severity.as_str(), since, severities);
    object([
        ("state", document(&statuses, now)),
        ("severity", document(&severities, now)),
    ])
}

/// Returns the periods. `current` is the value of an incident without changes.
fn periods(
    current: &'static str,
    declared_at: Timestamp,
    changes: impl Iterator<Item = (Timestamp, &'static str, &'static str)>,
) -> Vec<FieldPeriod> {
    let mut changes = changes.peekable();
    let first = changes.peek().map_or(current, |(_, from, _)| from);
    let mut periods = vec![FieldPeriod {
        value: first,
        from: declared_at,
        to: None,
    }];
    for (at, _, value) in changes {
        // A change may be dated before the one that precedes it.
        let from = periods.last().map_or(at, |last| at.max(last.from));
        if let Some(last) = periods.last_mut() {
            last.to = Some(from);
        }
        let to = None;
        periods.push(FieldPeriod { value, from, to });
    }
    periods.retain(|it| it.to != Some(it.from));
    periods
}

fn document(periods: &[FieldPeriod], now: Timestamp) -> Value {
    let mut values = Map::new();
    for value in periods.iter().map(|it| it.value) {
        let periods = || periods.iter().filter(|it| it.value == value);
        let lengths = periods().map(|it| it.to.unwrap_or(now).duration_since(it.from));
        let duration: i64 = lengths
            .map(|length| length.max(Duration::zero()).num_seconds())
            .sum();
        let spans = periods().map(|it| {
            json!({ "start": it.from.epoch_seconds(), "end": it.to.map(Timestamp::epoch_seconds) })
        });
        let spans = Value::Array(spans.collect());
        let document = object([("duration", json!(duration)), ("spans", spans)]);
        values.insert(value.to_owned(), document);
    }
    Value::Object(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::incident;
    use crate::{Severity, Status};

    #[test]
    fn each_value_has_its_periods_and_their_length() {
        let mut incident = incident("Checkout is slow");
        let at = |minutes| incident.declared_at.plus(Duration::minutes(minutes));
        let second = |minutes| at(minutes).epoch_seconds();
        let status = |minutes, from, to| DatedChange {
            at: at(minutes),
            change: FieldChange::Status { from, to },
        };
        let severity = FieldChange::Severity {
            from: Severity::Unknown,
            to: Severity::Sev2,
        };
        let history = [
            status(10, Status::Active, Status::Stable),
            DatedChange {
                at: at(5),
                change: severity,
            },
            status(15, Status::Stable, Status::Active),
            status(12, Status::Active, Status::Resolved),
        ];
        let now = at(60);
        incident.status = Status::Resolved;
        let analytics = field_analytics(&incident, &history, now);
        let span =
            |from: i64, to: Option<i64>| json!({ "start": second(from), "end": to.map(second) });
        let state = json!({
            "active": { "duration": 600, "spans": [span(0, Some(10))] },
            "stable": { "duration": 300, "spans": [span(10, Some(15))] },
            "resolved": { "duration": 2_700, "spans": [span(15, None)] },
        });
        assert_eq!(analytics["state"], state);
        let severity = json!({
            "UNKNOWN": { "duration": 300, "spans": [span(0, Some(5))] },
            "SEV-2": { "duration": 3_300, "spans": [span(5, None)] },
        });
        assert_eq!(analytics["severity"], severity);
    }

    #[test]
    fn incident_without_changes_has_its_values_since_the_declaration() {
        let incident = incident("Checkout is slow");
        let now = incident.declared_at.plus(Duration::seconds(-5));
        let analytics = field_analytics(&incident, &[], now);
        assert_eq!(analytics["state"]["active"]["duration"], 0);
        let spans = &analytics["state"]["active"]["spans"];
        assert_eq!(spans[0]["end"], Value::Null);
    }
}
