//! The consequences of the changes of a group.

use super::{AlertGroup, GroupChanges, GroupState, IncidentPhase, MAX_DECLARED_PER_HOUR, RuleLoad};
use crate::alert::rule::{AlertAction, AlertRule, WhenResolved};
use crate::{IncidentId, Timestamp};

/// The consequences of the changes of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupDecision {
    /// Nothing.
    Nothing,
    /// The rule acts at this time if an alert still fires.
    HoldUntil(Timestamp),
    /// The hold ends without an action: no alert fires any more.
    EndHold,
    /// It is listed, nothing else.
    List,
    /// A card is posted.
    Suggest,
    /// It is counted on the card of a storm.
    CountInStorm,
    /// An incident is declared.
    Declare,
    /// The card is edited.
    EditMessage,
    /// The card of the storm is edited.
    EditStormMessage,
    /// The alerts are added to the open incident, or counted for it.
    Attach(IncidentId),
    /// A message in the channel of the resolved incident asks whether it is reopened.
    AskToReopen(IncidentId),
    /// The alerts of the open incident are all resolved.
    ReportResolved(IncidentId, WhenResolved),
}

/// Decides the consequences from the changes of a group, or from none if its hold or the quiet period of a flapping
/// alert has ended. `load` counts the recent posts of the rule.
pub fn decide(
    group: &AlertGroup,
    changes: GroupChanges,
    rule: &AlertRule,
    load: RuleLoad,
    now: Timestamp,
) -> GroupDecision {
    match group.state {
        GroupState::Waiting => decide_waiting(group, rule, load, now),
        GroupState::Suggested => GroupDecision::EditMessage,
        GroupState::InStorm => GroupDecision::EditStormMessage,
        GroupState::Listed | GroupState::Ignored(_) => GroupDecision::Nothing,
        GroupState::Attached(id, phase) => decide_attached(group, changes, rule, id, phase),
    }
}

/// Returns whether a new alert joins a group with its key. The last alert of the group was received at
/// `last_alert_at`. If not, a new group begins.
pub fn joins(
    state: GroupState,
    rule: &AlertRule,
    last_alert_at: Timestamp,
    now: Timestamp,
) -> bool {
    match state {
        GroupState::Waiting | GroupState::Suggested | GroupState::InStorm | GroupState::Listed => {
            now.duration_since(last_alert_at) < rule.window()
        }
        GroupState::Ignored(until) => now < until,
        GroupState::Attached(_, IncidentPhase::Active | IncidentPhase::Stable) => true,
        GroupState::Attached(_, IncidentPhase::Resolved(at)) => {
            now.duration_since(at) < rule.reopen_period()
        }
    }
}

fn decide_waiting(
    group: &AlertGroup,
    rule: &AlertRule,
    load: RuleLoad,
    now: Timestamp,
) -> GroupDecision {
    if group.counts.firing == 0 {
        return match group.acts_at {
            Some(_) => GroupDecision::EndHold,
            None => GroupDecision::Nothing,
        };
    }
    if rule.is_snoozed(now) || group.counts.total < rule.threshold {
        return GroupDecision::Nothing;
    }
    let acts_at = group
        .acts_at
        .unwrap_or_else(|| now.plus(rule.hold_period()));
    if acts_at > now {
        return match group.acts_at {
            Some(_) => GroupDecision::Nothing,
            None => GroupDecision::HoldUntil(acts_at),
        };
    }
    act(group, rule, load)
}

fn act(group: &AlertGroup, rule: &AlertRule, load: RuleLoad) -> GroupDecision {
    let is_full = load.is_storm || load.recent >= rule.limit;
    match rule.action {
        AlertAction::Ignore | AlertAction::Attach => GroupDecision::List,
        AlertAction::Suggest | AlertAction::Declare if is_full => GroupDecision::CountInStorm,
        AlertAction::Suggest => GroupDecision::Suggest,
        AlertAction::Declare
            if group.is_about_the_monitor || load.declared_this_hour >= MAX_DECLARED_PER_HOUR =>
        {
            GroupDecision::Suggest
        }
        AlertAction::Declare => GroupDecision::Declare,
    }
}

fn decide_attached(
    group: &AlertGroup,
    changes: GroupChanges,
    rule: &AlertRule,
    id: IncidentId,
    phase: IncidentPhase,
) -> GroupDecision {
    match phase {
        IncidentPhase::Resolved(_) if changes.fired > 0 && !group.is_reopening_offered => {
            GroupDecision::AskToReopen(id)
        }
        IncidentPhase::Resolved(_) => GroupDecision::Nothing,
        IncidentPhase::Active | IncidentPhase::Stable => {
            let is_over = group.counts.are_all_resolved() && !group.is_resolution_reported;
            match rule.when_resolved {
                WhenResolved::Say | WhenResolved::Stable if is_over => {
                    GroupDecision::ReportResolved(id, rule.when_resolved)
                }
                WhenResolved::Say | WhenResolved::Stable | WhenResolved::Nothing => {
                    GroupDecision::Attach(id)
                }
            }
        }
    }
}
