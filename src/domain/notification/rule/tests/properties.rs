//! Firing depends only on the sequence of states.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::live::{Action, Live, request};
use super::minutes;
use crate::notification::{
    NotificationRule, RuleCondition, RuleField, RuleTrigger, RuleVisibility, past_states, replay,
};
use crate::{Declare, ImpactState, Severity, Status, TimelineEvent, Visibility};

const SEVERITIES: [Severity; 3] = [Severity::Sev1, Severity::Sev2, Severity::Sev3];

fn actions() -> impl Strategy<Value = Action> {
    prop_oneof![
        "[a-c]".prop_map(Action::SetTitle),
        select(&SEVERITIES[..]).prop_map(Action::SetSeverity),
        select(&Status::DEFAULTS[..]).prop_map(Action::SetStatus),
        select(&Visibility::ALL[..]).prop_map(Action::SetVisibility),
        select(
            &[
                Action::PostUpdate,
                Action::StartImpact,
                Action::EndImpact,
                Action::AddNote
            ][..]
        ),
    ]
}

/// Returns actions, each with the minutes since the one before.
fn histories() -> impl Strategy<Value = Vec<(i64, Action)>> {
    prop::collection::vec((1..25_i64, actions()), 0..14)
}

fn conditions() -> impl Strategy<Value = Vec<RuleCondition>> {
    let severities = subsequence(&SEVERITIES[..], 1..=2).prop_map(RuleCondition::Severity);
    let statuses = subsequence(&Status::DEFAULTS[..], 1..=2).prop_map(RuleCondition::Status);
    let impacts = subsequence(&ImpactState::ALL[..], 1..=2).prop_map(RuleCondition::CustomerImpact);
    let each = (severities, statuses, impacts).prop_map(|(one, two, three)| vec![one, two, three]);
    (each, subsequence(vec![0, 1, 2], 0..=2)).prop_map(|(each, indexes)| {
        indexes
            .into_iter()
            .map(|index| each[index].clone())
            .collect()
    })
}

fn rules() -> impl Strategy<Value = NotificationRule> {
    let again = subsequence(&RuleField::RENOTIFY[..], 0..=3);
    let waits = (select(&[0, 0, 5, 15][..]), select(&[0, 0, 10, 30][..]));
    let visibility = select(&RuleVisibility::ALL[..]);
    (conditions(), again, waits, visibility, any::<bool>()).prop_map(
        |(conditions, renotify_on, (delay, distance), visibility, is_updated)| NotificationRule {
            name: "Rule".to_owned(),
            trigger: match is_updated {
                true => RuleTrigger::DeclaredOrUpdated,
                false => RuleTrigger::Declared,
            },
            conditions,
            renotify_on,
            visibility,
            delay_minutes: delay,
            at_most_every_minutes: distance,
            ..NotificationRule::default()
        },
    )
}

fn declarations() -> impl Strategy<Value = Declare> {
    let visibility = select(&Visibility::ALL[..]);
    (select(&SEVERITIES[..]), visibility).prop_map(|(severity, visibility)| Declare {
        visibility,
        ..request(severity)
    })
}

fn live(rule: &NotificationRule, declared: Declare, history: &[(i64, Action)]) -> Live {
    let mut live = Live::declare(rule, declared, minutes(0));
    let mut now = 0;
    for (wait, action) in history {
        now += wait;
        live.act(action, minutes(now));
    }
    live.advance(minutes(1_000));
    live
}

proptest! {
    #[test]
    fn replay_of_the_timeline_notifies_as_the_rule_did(
        rule in rules(), declared in declarations(), history in histories(),
    ) {
        let live = live(&rule, declared, &history);
        let states = past_states(&live.incident, &live.timeline);
        let worst = live.settings.severity_levels.first().copied();
        let replayed = replay(&rule, &states, worst, minutes(1_000));
        prop_assert_eq!(replayed, live.sent_at());
    }

    #[test]
    fn rule_notifies_once_per_change_and_never_of_a_state_that_does_not_match(
        rule in rules(), declared in declarations(), history in histories(),
    ) {
        let live = live(&rule, declared, &history);
        let mut at = live.sent_at();
        let many = at.len();
        at.dedup();
        prop_assert_eq!(at.len(), many);
        prop_assert!(live.incidents.iter().all(|incident| rule.matches(incident)));
        prop_assert!(live.sent.iter().all(|sent| !sent.changes.is_empty()));
        let entries = live.timeline.iter();
        let entries = entries.filter(|it| matches!(it.event, TimelineEvent::NotificationSent { .. }));
        prop_assert_eq!(entries.count(), many);
    }

    #[test]
    fn private_incident_is_never_notified_by_a_rule_for_public_ones(
        rule in rules(), declared in declarations(), history in histories(),
    ) {
        let rule = NotificationRule { visibility: RuleVisibility::Public, ..rule };
        let live = live(&rule, declared, &history);
        let mut incidents = live.incidents.iter();
        prop_assert!(incidents.all(|incident| incident.visibility == Visibility::Public));
    }

    #[test]
    fn restart_between_changes_makes_no_difference(
        rule in rules(), declared in declarations(), history in histories(), restart in 0..14_usize,
    ) {
        let mut restarted = Live::declare(&rule, declared.clone(), minutes(0));
        let mut now = 0;
        for (index, (wait, action)) in history.iter().enumerate() {
            now += wait;
            if index == restart {
                restarted.restart(minutes(now - 1));
            }
            restarted.act(action, minutes(now));
        }
        restarted.advance(minutes(1_000));
        prop_assert_eq!(restarted.sent_at(), live(&rule, declared, &history).sent_at());
    }
}
