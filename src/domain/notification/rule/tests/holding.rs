//! Notifications that are held back: only if still so after, and at most every.

use super::live::{Action, Live, request};
use super::{minutes, rule};
use crate::notification::{NotificationRule, RuleField, RuleTrigger};
use crate::{Severity, Status, Visibility};

fn sev2() -> NotificationRule {
    rule(Severity::Sev2, RuleTrigger::DeclaredOrUpdated)
}

fn at_most_every(minutes: u32) -> NotificationRule {
    NotificationRule {
        conditions: Vec::new(),
        renotify_on: vec![RuleField::Title, RuleField::Severity, RuleField::Status],
        at_most_every_minutes: minutes,
        ..sev2()
    }
}

fn sent(live: &Live) -> Vec<i64> {
    let sent = live.sent_at().into_iter();
    sent.map(|at| at.duration_since(minutes(0)).num_minutes())
        .collect()
}

#[test]
fn false_alarm_is_not_notified() {
    let rule = NotificationRule {
        delay_minutes: 10,
        ..sev2()
    };
    let mut live = Live::declare(&rule, request(Severity::Sev2), minutes(0));
    live.act(&Action::SetSeverity(Severity::Sev4), minutes(5));
    live.advance(minutes(60));
    assert!(live.sent.is_empty());
    // The delay starts again.
    live.act(&Action::SetSeverity(Severity::Sev2), minutes(61));
    live.act(&Action::SetSeverity(Severity::Sev4), minutes(65));
    live.act(&Action::SetSeverity(Severity::Sev2), minutes(69));
    live.advance(minutes(75));
    assert!(live.sent.is_empty());
    live.advance(minutes(79));
    assert_eq!(sent(&live), [79]);
    assert_eq!(live.sent[0].changes.len(), 1);
    assert!(
        live.schedule
            .iter()
            .all(|it| !it.key.ends_with("Executives"))
    );
}

#[test]
fn pending_changes_are_listed_by_the_later_notification() {
    let mut live = Live::declare(&at_most_every(30), request(Severity::Sev3), minutes(0));
    live.act(&Action::SetStatus(Status::Stable), minutes(5));
    live.act(&Action::SetTitle("Checkout is down".to_owned()), minutes(6));
    live.act(&Action::PostUpdate, minutes(7));
    assert_eq!(sent(&live), [0]);
    live.advance(minutes(29));
    assert_eq!(sent(&live), [0]);
    live.advance(minutes(31));
    assert_eq!(sent(&live), [0, 30]);
    assert_eq!(
        live.sent[1].changes,
        [
            "U0ALICE0001 changed status ACTIVE → STABLE",
            "U0ALICE0001 changed the title from “Checkout is slow” to “Checkout is down”.",
            "U0ALICE0001 posted an update: Rolling back.",
        ]
    );
    // The distance counts from the later one.
    live.act(&Action::SetStatus(Status::Active), minutes(40));
    live.advance(minutes(59));
    assert_eq!(sent(&live), [0, 30]);
    live.advance(minutes(60));
    assert_eq!(sent(&live), [0, 30, 60]);
    live.act(&Action::SetStatus(Status::Stable), minutes(100));
    assert_eq!(sent(&live), [0, 30, 60, 100]);
}

#[test]
fn worst_severity_and_resolved_are_notified_at_once() {
    let mut live = Live::declare(&at_most_every(60), request(Severity::Sev3), minutes(0));
    live.act(&Action::SetStatus(Status::Stable), minutes(1));
    live.act(&Action::SetSeverity(Severity::Sev1), minutes(2));
    assert_eq!(sent(&live), [0, 2]);
    assert_eq!(live.sent[1].changes.len(), 2);
    live.act(&Action::SetStatus(Status::Resolved), minutes(3));
    assert_eq!(sent(&live), [0, 2, 3]);
    live.act(&Action::SetSeverity(Severity::Sev2), minutes(4));
    live.advance(minutes(62));
    assert_eq!(sent(&live), [0, 2, 3]);
    live.advance(minutes(63));
    assert_eq!(sent(&live), [0, 2, 3, 63]);
}

#[test]
fn pending_notification_is_dropped_when_the_incident_does_not_match_any_more() {
    let mut live = Live::declare(&at_most_every(30), request(Severity::Sev3), minutes(0));
    live.act(&Action::SetStatus(Status::Stable), minutes(5));
    live.act(&Action::SetVisibility(Visibility::Private), minutes(6));
    live.advance(minutes(120));
    assert_eq!(sent(&live), [0]);
}

#[test]
fn pending_notification_of_a_rule_that_is_off_or_deleted_is_dropped() {
    for is_deleted in [false, true] {
        let rule = NotificationRule {
            delay_minutes: 10,
            ..sev2()
        };
        let mut live = Live::declare(&rule, request(Severity::Sev2), minutes(0));
        match is_deleted {
            true => live.settings.notification_rules.clear(),
            false => live.settings.notification_rules[0].enabled = false,
        }
        live.advance(minutes(120));
        assert!(live.sent.is_empty());
        assert!(
            live.schedule
                .iter()
                .all(|it| !it.key.ends_with("Executives"))
        );
    }
}
