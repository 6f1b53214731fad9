//! Tests of the replay of a rule.

use std::collections::BTreeMap;

use super::{PastAlert, ReplayOutcome, replay};
use crate::Timestamp;
use crate::alert::rule::{AlertAction, AlertFacts, AlertRule};

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_epoch_seconds(1_795_447_200 + minutes * 60)
}

/// Returns an alert with the minutes at which it fired and ended.
fn alert<'a>(
    key: &'a str,
    labels: &'a BTreeMap<String, String>,
    fired: i64,
    ended: Option<i64>,
) -> PastAlert<'a> {
    PastAlert {
        facts: AlertFacts {
            source_id: 1,
            source: "prom-eu",
            key,
            title: key,
            severity: "critical",
            description: "",
            labels,
            group: None,
        },
        fired_at: at(fired),
        last_received_at: at(fired),
        ended_at: ended.map(at),
    }
}

fn outcomes(rule: &AlertRule, alerts: &[PastAlert<'_>]) -> Vec<ReplayOutcome> {
    let replayed = replay(rule, alerts, at(24 * 60));
    assert_eq!(replayed.group_of.len(), alerts.len());
    let groups = replayed.groups.iter();
    groups.map(|group| group.outcome).collect()
}

fn with_action(action: AlertAction) -> AlertRule {
    AlertRule {
        action,
        ..AlertRule::default()
    }
}

#[test]
fn alert_that_ends_within_the_hold_declares_nothing() {
    let labels = BTreeMap::new();
    let declare = with_action(AlertAction::Declare);
    let alerts = [
        alert("short", &labels, 0, Some(1)),
        alert("long", &labels, 0, Some(3)),
        alert("open", &labels, 24 * 60 - 1, None),
    ];
    let expected = [
        ReplayOutcome::EndedInHold,
        ReplayOutcome::Declared,
        ReplayOutcome::Holding,
    ];
    assert_eq!(outcomes(&declare, &alerts), expected);
    let ignore = with_action(AlertAction::Ignore);
    assert_eq!(outcomes(&ignore, &alerts), [ReplayOutcome::Listed; 3]);
}

#[test]
fn alerts_of_a_service_are_one_group_until_the_window_ends() {
    let labels = BTreeMap::from([("service".to_owned(), "checkout".to_owned())]);
    let suggest = with_action(AlertAction::Suggest);
    let alerts = [
        alert("a", &labels, 0, Some(5)),
        alert("b", &labels, 20, Some(25)),
        alert("c", &labels, 49, Some(50)),
        alert("d", &labels, 79, None),
    ];
    let replayed = replay(&suggest, &alerts, at(100));
    assert_eq!(replayed.group_of, [0, 0, 0, 1]);
    assert_eq!(replayed.groups[0].title, "a");
    assert_eq!(replayed.groups[0].severity, "critical");
    // The incident that the first alert declares is open still.
    let declare = with_action(AlertAction::Declare);
    assert_eq!(outcomes(&declare, &alerts), [ReplayOutcome::Declared]);
    // The alerts were repeated until the last one began.
    let mut repeated = alerts;
    repeated[2].last_received_at = at(60);
    assert_eq!(replay(&suggest, &repeated, at(100)).groups.len(), 1);
}

#[test]
fn threshold_and_limit_apply_as_they_do_to_real_alerts() {
    let none = BTreeMap::new();
    let checkout = BTreeMap::from([("service".to_owned(), "checkout".to_owned())]);
    let rule = AlertRule {
        threshold: 2,
        limit: 1,
        ..AlertRule::default()
    };
    let alerts = [
        alert("a", &checkout, 0, None),
        alert("alone", &none, 1, Some(2)),
        alert("b", &checkout, 2, None),
    ];
    let expected = [ReplayOutcome::Suggested, ReplayOutcome::BelowThreshold];
    assert_eq!(outcomes(&rule, &alerts), expected);
    let rule = AlertRule {
        threshold: 1,
        ..rule
    };
    // A storm ends after ten minutes without a group.
    let alerts = [
        alert("a", &none, 0, None),
        alert("b", &none, 1, None),
        alert("c", &none, 10, None),
        alert("d", &none, 21, None),
    ];
    let expected = [
        ReplayOutcome::Suggested,
        ReplayOutcome::InStorm,
        ReplayOutcome::InStorm,
        ReplayOutcome::Suggested,
    ];
    assert_eq!(outcomes(&rule, &alerts), expected);
}
