//! When a rule fires. The functions are pure: their result depends on the sequence of states, not on when the
//! process was restarted.

use chrono::Duration;

use crate::notification::rule::field::updated_at;
use crate::notification::{NotificationRule, RuleTrigger};
use crate::{Incident, Severity, Status, Timestamp};

/// A change of an incident, as rules see it.
#[derive(Clone, Copy, Debug)]
pub struct RuleStep<'a> {
    /// The incident before; `None` if it is declared.
    pub before: Option<&'a Incident>,
    /// The incident after.
    pub after: &'a Incident,
    /// When it changes.
    pub at: Timestamp,
    /// The worst severity in use.
    pub worst: Option<Severity>,
}

/// The state of a rule for an incident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleState {
    /// When it last sent a notification, if another one has to keep a distance.
    pub fired_at: Option<Timestamp>,
    /// The notification that it holds back.
    pub pending: Option<PendingFiring>,
}

/// A notification that is held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PendingFiring {
    /// When the first change of it happened.
    pub since: Timestamp,
    /// When it is sent.
    pub due_at: Timestamp,
}

/// The outcome of a change for a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleOutcome {
    /// It does nothing.
    Idle,
    /// It holds the notification back.
    Pending,
    /// It sends a notification of the change, and of all changes from this time on that it held back.
    Sent(Option<Timestamp>),
}

impl RuleStep<'_> {
    /// Returns whether the change can concern a rule: whether anything that a rule can name is different.
    pub fn is_relevant(&self) -> bool {
        let facts = |incident: &Incident| {
            (
                (incident.severity, incident.status, incident.impact_state()),
                (
                    incident.visibility,
                    incident.kind,
                    incident.detection_method,
                ),
                updated_at(incident),
            )
        };
        self.before.is_none_or(|before| {
            facts(before) != facts(self.after)
                || before.title != self.after.title
                || before.commander != self.after.commander
                || before.fields != self.after.fields
        })
    }

    /// Returns whether the change is reported in spite of a notification shortly before: it is one to the worst
    /// severity, or to resolved.
    fn is_urgent(&self) -> bool {
        let (before, after) = (self.before, self.after);
        let is_changed = |differs: fn(&Incident, &Incident) -> bool| {
            before.is_none_or(|before| differs(before, after))
        };
        let is_worst = Some(after.severity) == self.worst
            && is_changed(|before, after| before.severity != after.severity);
        let is_resolved = after.status == Status::Resolved
            && is_changed(|before, after| before.status != after.status);
        is_worst || is_resolved
    }
}

impl NotificationRule {
    /// Returns whether the incident has the visibility, the type, the kind and the values that the rule names.
    pub fn matches(&self, incident: &Incident) -> bool {
        let is_other_type = |own: i64| own != incident.incident_type;
        self.visibility.includes(incident.visibility)
            && !self.incident_type.is_some_and(is_other_type)
            && (self.tests || !incident.kind.is_test())
            && self.conditions.iter().all(|it| it.holds(incident))
    }

    /// Returns whether a change makes the rule fire: the incident starts to match, or still matches while a
    /// field changes that is reported again. What the rule said before it was edited does not matter.
    pub fn fires(&self, before: Option<&Incident>, after: &Incident) -> bool {
        if !self.enabled {
            return false;
        }
        match (before, self.trigger) {
            (None, _) => self.matches(after),
            (Some(_), RuleTrigger::Declared) => false,
            (Some(before), RuleTrigger::DeclaredOrUpdated) => {
                let differs = || self.renotify_on.iter().any(|it| it.differs(before, after));
                self.matches(after) && (!self.matches(before) || differs())
            }
        }
    }

    /// Decides what the rule does at a change, and what it remembers of it.
    pub fn step(&self, state: &mut RuleState, step: &RuleStep<'_>) -> RuleOutcome {
        if !self.fires(step.before, step.after) {
            // The delay starts again when the incident matches again.
            if self.delay_minutes > 0 && state.pending.is_some() && !self.matches(step.after) {
                state.pending = None;
            }
            return RuleOutcome::Idle;
        }
        let mut due_at = step.at.plus(minutes(self.delay_minutes));
        if !step.is_urgent() {
            due_at = due_at.max(self.next_allowed(state, step.at));
        }
        let since = state.pending.map(|pending| pending.since);
        let due_at = state
            .pending
            .map_or(due_at, |pending| pending.due_at.min(due_at));
        if due_at <= step.at {
            return self.sent(state, step.at);
        }
        state.pending = Some(PendingFiring {
            since: since.unwrap_or(step.at),
            due_at,
        });
        RuleOutcome::Pending
    }

    /// Decides about a notification that is due after it was held back: it is sent if the incident still matches.
    pub fn fall_due(
        &self,
        state: &mut RuleState,
        incident: &Incident,
        now: Timestamp,
    ) -> RuleOutcome {
        if self.enabled && self.matches(incident) {
            return self.sent(state, now);
        }
        state.pending = None;
        RuleOutcome::Idle
    }

    fn sent(&self, state: &mut RuleState, at: Timestamp) -> RuleOutcome {
        let since = state.pending.take().map(|pending| pending.since);
        state.fired_at = (self.at_most_every_minutes > 0).then_some(at);
        RuleOutcome::Sent(since)
    }

    /// Returns when the next notification may be sent.
    fn next_allowed(&self, state: &RuleState, at: Timestamp) -> Timestamp {
        let interval = minutes(self.at_most_every_minutes);
        state
            .fired_at
            .map_or(at, |fired_at| fired_at.plus(interval))
    }
}

fn minutes(minutes: u32) -> Duration {
    Duration::minutes(minutes.into())
}
