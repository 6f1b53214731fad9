//! Tests of notification rules.

mod firing;
mod holding;
mod live;
mod properties;
mod settings;

use serde_json::json;

use crate::notification::{NotificationRule, RuleTrigger};
use crate::{Severity, Timestamp};

/// Returns a rule that notifies `#exec` of incidents with this severity.
fn rule(severity: Severity, trigger: RuleTrigger) -> NotificationRule {
    serde_json::from_value(json!({
        "name": "Executives",
        "when": trigger,
        "conditions": [{ "field": "severity", "values": [severity] }],
        "recipients": ["#exec"],
    }))
    .unwrap()
}

/// Returns a time in minutes after the declaration.
fn minutes(minutes: i64) -> Timestamp {
    let declared = Timestamp::from_epoch_seconds(1_795_447_205);
    declared.plus(chrono::Duration::minutes(minutes))
}
