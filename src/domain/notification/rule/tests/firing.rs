//! When rules fire.

use super::live::{Action, Live, request};
use super::{minutes, rule};
use crate::notification::{NotificationRule, RuleField, RuleTrigger, RuleVisibility};
use crate::{IncidentKind, Severity, Status, TimelineEvent, Visibility};

fn sev1(trigger: RuleTrigger) -> NotificationRule {
    rule(Severity::Sev1, trigger)
}

/// Returns in which minutes the rule notifies, if the actions happen in minutes 1, 2, 3 and so on.
fn fires(rule: &NotificationRule, declared: Severity, actions: &[Action]) -> Vec<i64> {
    let mut live = Live::declare(rule, request(declared), minutes(0));
    for (minute, action) in (1..).zip(actions) {
        live.act(action, minutes(minute));
    }
    let sent = live.sent_at().into_iter();
    sent.map(|at| at.duration_since(minutes(0)).num_minutes())
        .collect()
}

#[test]
fn rule_for_declarations_fires_for_declarations_that_match() {
    let declared = sev1(RuleTrigger::Declared);
    assert_eq!(fires(&declared, Severity::Sev1, &[]), [0]);
    let raise = [Action::SetSeverity(Severity::Sev1)];
    assert!(fires(&declared, Severity::Sev2, &raise).is_empty());
}

#[test]
fn rule_fires_when_an_incident_starts_to_match_and_again_after_it_stopped() {
    let updated = sev1(RuleTrigger::DeclaredOrUpdated);
    let actions = [
        Action::SetTitle("Checkout is down".to_owned()),
        Action::SetSeverity(Severity::Sev1),
        Action::SetStatus(Status::Stable),
        Action::SetSeverity(Severity::Sev2),
        Action::SetSeverity(Severity::Sev1),
    ];
    assert_eq!(fires(&updated, Severity::Sev2, &actions), [2, 5]);
}

#[test]
fn change_of_a_chosen_field_is_notified_while_the_incident_matches() {
    let again = NotificationRule {
        renotify_on: vec![
            RuleField::Status,
            RuleField::StatusUpdate,
            RuleField::CustomerImpact,
        ],
        ..sev1(RuleTrigger::DeclaredOrUpdated)
    };
    let actions = [
        Action::SetTitle("Checkout is down".to_owned()),
        Action::SetStatus(Status::Stable),
        Action::AddNote,
        Action::PostUpdate,
        Action::PostUpdate,
        Action::StartImpact,
        Action::EndImpact,
        Action::SetSeverity(Severity::Sev2),
        Action::SetStatus(Status::Active),
    ];
    assert_eq!(fires(&again, Severity::Sev1, &actions), [0, 2, 4, 5, 6, 7]);
}

#[test]
fn rule_that_is_off_sends_nothing() {
    let off = NotificationRule {
        enabled: false,
        ..sev1(RuleTrigger::Declared)
    };
    assert!(fires(&off, Severity::Sev1, &[]).is_empty());
}

#[test]
fn private_incident_is_notified_only_by_a_rule_for_private_ones() {
    let hide = Action::SetVisibility(Visibility::Private);
    let publish = Action::SetVisibility(Visibility::Public);
    let actions = [hide, publish];
    for (visibility, expected) in [
        (RuleVisibility::Public, vec![0, 2]),
        (RuleVisibility::Private, vec![1]),
        (RuleVisibility::Any, vec![0]),
    ] {
        let rule = NotificationRule {
            visibility,
            ..sev1(RuleTrigger::DeclaredOrUpdated)
        };
        assert_eq!(
            fires(&rule, Severity::Sev1, &actions),
            expected,
            "{visibility}"
        );
    }
}

#[test]
fn test_incident_is_notified_only_if_the_rule_says_so() {
    for (tests, expected) in [(false, 0), (true, 1)] {
        let rule = NotificationRule {
            tests,
            ..sev1(RuleTrigger::Declared)
        };
        for kind in [IncidentKind::Test, IncidentKind::AnnouncedTest] {
            let mut request = request(Severity::Sev1);
            request.kind = kind;
            let live = Live::declare(&rule, request, minutes(0));
            assert_eq!(live.sent.len(), expected);
        }
    }
}

#[test]
fn notification_lists_the_changes_of_one_request_and_is_an_entry_of_the_timeline() {
    let live = Live::declare(
        &sev1(RuleTrigger::Declared),
        request(Severity::Sev1),
        minutes(0),
    );
    let sent = &live.sent[0];
    assert_eq!(sent.changes, ["U0ALICE0001 declared this incident."]);
    assert_eq!(sent.number, 1);
    assert_eq!(live.incident.last_notification, 1);
    let entry = live.timeline.last().unwrap();
    assert_eq!(entry.recorded_by, None);
    assert!(
        matches!(&entry.event, TimelineEvent::NotificationSent { rule: Some(rule), .. } if rule == "Executives")
    );
}

#[test]
fn edited_rule_does_not_fire_for_what_it_matches_already() {
    let mut live = Live::declare(
        &sev1(RuleTrigger::DeclaredOrUpdated),
        request(Severity::Sev2),
        minutes(0),
    );
    live.settings.notification_rules = vec![rule(Severity::Sev2, RuleTrigger::DeclaredOrUpdated)];
    live.act(&Action::SetStatus(Status::Stable), minutes(1));
    assert!(live.sent.is_empty());
}
