//! Tests of groups: what follows from their changes.

use chrono::Duration;
use proptest::prelude::*;

use super::{
    AlertGroup, GroupChanges, GroupCounts, GroupDecision, GroupState, IncidentPhase,
    MAX_DECLARED_PER_HOUR, RuleLoad, SourceHabit, decide, is_flapping, joins, stale_at,
};
use crate::alert::rule::{AlertAction, AlertRule, WhenResolved};
use crate::{IncidentId, Timestamp};

const IR_7: IncidentId = IncidentId(7);

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_epoch_seconds(1_795_447_200 + minutes * 60)
}

fn group(state: GroupState, total: u32, firing: u32) -> AlertGroup {
    AlertGroup {
        state,
        acts_at: None,
        is_about_the_monitor: false,
        counts: GroupCounts {
            total,
            firing,
            flapping: 0,
        },
        is_resolution_reported: false,
        is_reopening_offered: false,
    }
}

fn with_action(action: AlertAction) -> AlertRule {
    AlertRule {
        action,
        ..AlertRule::default()
    }
}

fn fired() -> GroupChanges {
    GroupChanges {
        fired: 1,
        ..GroupChanges::default()
    }
}

fn first_alert(rule: &AlertRule, load: RuleLoad) -> GroupDecision {
    decide(
        &group(GroupState::Waiting, 1, 1),
        fired(),
        rule,
        load,
        at(0),
    )
}

#[test]
fn suggestion_is_posted_at_once_and_a_declaration_waits() {
    let load = RuleLoad::default();
    let suggest = with_action(AlertAction::Suggest);
    assert_eq!(first_alert(&suggest, load), GroupDecision::Suggest);
    let declare = with_action(AlertAction::Declare);
    assert_eq!(first_alert(&declare, load), GroupDecision::HoldUntil(at(2)));
    let waiting = AlertGroup {
        acts_at: Some(at(2)),
        ..group(GroupState::Waiting, 1, 1)
    };
    let later = |group: &AlertGroup, minutes: i64| {
        decide(group, GroupChanges::default(), &declare, load, at(minutes))
    };
    assert_eq!(later(&waiting, 1), GroupDecision::Nothing);
    assert_eq!(later(&waiting, 2), GroupDecision::Declare);
    let over = AlertGroup {
        counts: GroupCounts {
            firing: 0,
            ..waiting.counts
        },
        ..waiting.clone()
    };
    assert_eq!(later(&over, 1), GroupDecision::EndHold);
    let no_data = AlertGroup {
        is_about_the_monitor: true,
        ..waiting
    };
    assert_eq!(later(&no_data, 2), GroupDecision::Suggest);
}

#[test]
fn rule_acts_from_its_threshold_and_not_while_it_is_snoozed() {
    let rule = AlertRule {
        threshold: 3,
        ..AlertRule::default()
    };
    let decision = |rule: &AlertRule, total: u32| {
        let group = group(GroupState::Waiting, total, 1);
        decide(&group, fired(), rule, RuleLoad::default(), at(0))
    };
    assert_eq!(decision(&rule, 2), GroupDecision::Nothing);
    assert_eq!(decision(&rule, 3), GroupDecision::Suggest);
    let snoozed = AlertRule {
        snoozed_until: Some(at(1)),
        ..rule
    };
    assert_eq!(decision(&snoozed, 3), GroupDecision::Nothing);
}

#[test]
fn further_groups_of_a_storm_are_counted_on_one_message() {
    let rule = with_action(AlertAction::Suggest);
    let load = |recent: u32| RuleLoad {
        recent,
        ..RuleLoad::default()
    };
    assert_eq!(first_alert(&rule, load(4)), GroupDecision::Suggest);
    assert_eq!(first_alert(&rule, load(5)), GroupDecision::CountInStorm);
    let storm = RuleLoad {
        is_storm: true,
        ..RuleLoad::default()
    };
    assert_eq!(first_alert(&rule, storm), GroupDecision::CountInStorm);
    let declare = AlertRule {
        hold_minutes: Some(0),
        ..with_action(AlertAction::Declare)
    };
    let busy = RuleLoad {
        declared_this_hour: MAX_DECLARED_PER_HOUR,
        ..RuleLoad::default()
    };
    assert_eq!(first_alert(&declare, busy), GroupDecision::Suggest);
}

#[test]
fn alerts_of_an_incident_are_reported_as_resolved_once() {
    let rule = AlertRule::default();
    let decision = |group: &AlertGroup, rule: &AlertRule| {
        let resolved = GroupChanges {
            resolved: 1,
            ..GroupChanges::default()
        };
        decide(group, resolved, rule, RuleLoad::default(), at(0))
    };
    let active = GroupState::Attached(IR_7, IncidentPhase::Active);
    let over = group(active, 3, 0);
    let reported = GroupDecision::ReportResolved(IR_7, WhenResolved::Say);
    assert_eq!(decision(&over, &rule), reported);
    let flapping = AlertGroup {
        counts: GroupCounts {
            flapping: 1,
            ..over.counts
        },
        ..over.clone()
    };
    assert_eq!(decision(&flapping, &rule), GroupDecision::Attach(IR_7));
    let silent = AlertRule {
        when_resolved: WhenResolved::Nothing,
        ..rule.clone()
    };
    assert_eq!(decision(&over, &silent), GroupDecision::Attach(IR_7));
    let reported = AlertGroup {
        is_resolution_reported: true,
        ..over
    };
    assert_eq!(decision(&reported, &rule), GroupDecision::Attach(IR_7));
}

#[test]
fn alert_after_the_resolution_asks_once_to_reopen() {
    let rule = AlertRule::default();
    let resolved = GroupState::Attached(IR_7, IncidentPhase::Resolved(at(0)));
    assert!(joins(resolved, &rule, at(-100), at(29)));
    assert!(!joins(resolved, &rule, at(29), at(30)));
    let again = group(resolved, 2, 1);
    let decision = |group: &AlertGroup| decide(group, fired(), &rule, RuleLoad::default(), at(1));
    assert_eq!(decision(&again), GroupDecision::AskToReopen(IR_7));
    let offered = AlertGroup {
        is_reopening_offered: true,
        ..again
    };
    assert_eq!(decision(&offered), GroupDecision::Nothing);
}

#[test]
fn window_rolls_with_the_last_alert_and_an_open_incident_has_none() {
    let rule = AlertRule::default();
    assert!(joins(GroupState::Suggested, &rule, at(0), at(29)));
    assert!(!joins(GroupState::Suggested, &rule, at(0), at(30)));
    assert!(joins(GroupState::Ignored(at(60)), &rule, at(0), at(59)));
    assert!(!joins(GroupState::Ignored(at(60)), &rule, at(59), at(60)));
    let open = GroupState::Attached(IR_7, IncidentPhase::Stable);
    assert!(joins(open, &rule, at(0), at(10_000)));
}

#[test]
fn alert_flaps_with_its_fourth_cycle_in_an_hour() {
    let cycles = [at(0), at(20), at(40), at(59)];
    assert!(!is_flapping(&cycles[..3], at(40)));
    assert!(is_flapping(&cycles, at(59)));
    assert!(!is_flapping(&cycles, at(60)));
}

#[test]
fn alert_is_stale_after_three_of_its_longest_gaps_but_not_within_twelve_hours() {
    let hours = |habit: SourceHabit| {
        stale_at(habit, at(0)).map(|stale| stale.duration_since(at(0)).num_hours())
    };
    assert_eq!(hours(SourceHabit::Repeats(Duration::hours(1))), Some(12));
    assert_eq!(hours(SourceHabit::Repeats(Duration::hours(5))), Some(15));
    assert_eq!(hours(SourceHabit::NeverResolves), Some(24));
    assert_eq!(hours(SourceHabit::Resolves), None);
}

fn states() -> impl Strategy<Value = GroupState> {
    prop::sample::select(vec![
        GroupState::Waiting,
        GroupState::Suggested,
        GroupState::InStorm,
        GroupState::Listed,
        GroupState::Ignored(at(5)),
        GroupState::Attached(IR_7, IncidentPhase::Active),
        GroupState::Attached(IR_7, IncidentPhase::Stable),
        GroupState::Attached(IR_7, IncidentPhase::Resolved(at(-5))),
    ])
}

proptest! {
    #[test]
    fn nothing_is_posted_twice_and_no_limit_is_exceeded(
        state in states(),
        action in prop::sample::select(&AlertAction::ALL[..]),
        counts in (0_u32..5, 0_u32..5),
        recent in 0_u32..8,
        declared_this_hour in 0_u32..25,
        is_storm: bool,
        fired in 0_u32..3,
    ) {
        let group = group(state, counts.0.max(counts.1), counts.1);
        let load = RuleLoad { recent, is_storm, declared_this_hour };
        let rule = AlertRule { hold_minutes: Some(0), ..with_action(action) };
        let changes = GroupChanges { fired, ..GroupChanges::default() };
        match decide(&group, changes, &rule, load, at(0)) {
            GroupDecision::Suggest | GroupDecision::Declare => {
                prop_assert_eq!(state, GroupState::Waiting);
                prop_assert!(group.counts.firing > 0 && recent < rule.limit && !is_storm);
            }
            GroupDecision::CountInStorm => prop_assert!(is_storm || recent >= rule.limit),
            GroupDecision::AskToReopen(id) | GroupDecision::Attach(id) | GroupDecision::ReportResolved(id, _) => {
                prop_assert_eq!(id, IR_7);
            }
            GroupDecision::EditMessage => prop_assert_eq!(state, GroupState::Suggested),
            GroupDecision::EditStormMessage => prop_assert_eq!(state, GroupState::InStorm),
            GroupDecision::Nothing
            | GroupDecision::HoldUntil(_)
            | GroupDecision::EndHold
            | GroupDecision::List => {}
        }
        if action == AlertAction::Declare && declared_this_hour >= MAX_DECLARED_PER_HOUR {
            prop_assert_ne!(decide(&group, changes, &rule, load, at(0)), GroupDecision::Declare);
        }
    }
}
