//! Replays a rule over the past of an incident: when it would have notified.

use crate::notification::{NotificationRule, PastState, RuleOutcome, RuleState, RuleStep};
use crate::{Incident, Severity, Timestamp};

/// Returns when a rule would have notified, had it existed since the declaration. `worst` is the worst severity in
/// use.
pub fn replay(
    rule: &NotificationRule,
    states: &[PastState],
    worst: Option<Severity>,
    now: Timestamp,
) -> Vec<Timestamp> {
    let mut sent = Vec::new();
    let mut known = RuleState::default();
    let mut before: Option<&Incident> = None;
    for state in states {
        fall_due(rule, &mut known, before, state.at, &mut sent);
        let step = RuleStep {
            before,
            after: &state.incident,
            at: state.at,
            worst,
        };
        // An import notifies no user.
        let is_import = state.incident.imported_at == Some(state.at);
        if let RuleOutcome::Sent(_) = rule.step(&mut known, &step)
            && !is_import
        {
            sent.push(state.at);
        }
        before = Some(&state.incident);
    }
    fall_due(rule, &mut known, before, now, &mut sent);
    sent
}

/// Sends what is due until `now`.
fn fall_due(
    rule: &NotificationRule,
    known: &mut RuleState,
    incident: Option<&Incident>,
    now: Timestamp,
    sent: &mut Vec<Timestamp>,
) {
    let due_at = known.pending.map(|pending| pending.due_at);
    if let (Some(incident), Some(due_at)) = (incident, due_at.filter(|due_at| *due_at <= now))
        && let RuleOutcome::Sent(_) = rule.fall_due(known, incident, due_at)
    {
        sent.push(due_at);
    }
}
