//! Applies the rules to a change: sends notifications, and schedules those that are held back.

use crate::notification::rule::changes::change_sentences;
use crate::notification::{
    NotificationAuthor, NotificationRule, PendingFiring, RuleOutcome, RuleState, RuleStep,
};
use crate::{
    Change, DecisionContext, Incident, ScheduleChange, ScheduleEntry, ScheduleKind, TimelineEntry,
    Timestamp,
};

/// A rule that sends a notification, with the time from which on it held changes back.
struct Firing<'r> {
    rule: &'r NotificationRule,
    pending_since: Option<Timestamp>,
}

/// Evaluates the rules for a change. `before` is the incident before it; `None` if it is declared. The entries
/// that a notification adds are no change that a rule could fire for.
pub(crate) fn apply_rules(
    before: Option<&Incident>,
    change: &mut Change,
    ctx: &DecisionContext<'_>,
) {
    let step = RuleStep {
        before,
        after: &change.incident,
        at: change.at,
        worst: ctx.settings.severity_levels.first().copied(),
    };
    if !step.is_relevant() {
        return;
    }
    let mut firings = Vec::new();
    let mut schedule = Vec::new();
    for rule in &ctx.settings.notification_rules {
        let stored = stored_entry(&rule.name, ctx);
        let known = stored.map(state_of).unwrap_or_default();
        let mut state = known;
        if let RuleOutcome::Sent(pending_since) = rule.step(&mut state, &step) {
            firings.push(Firing {
                rule,
                pending_since,
            });
        }
        if state != known {
            schedule.push(scheduled(step.after, &rule.name, &state));
        }
    }
    change.schedule.extend(schedule);
    for firing in &firings {
        change.notify(firing, ctx);
    }
}

/// Sends the notification of a schedule entry that is due, if its rule still exists and the incident still
/// matches.
pub(crate) fn fire_pending(change: &mut Change, entry: &ScheduleEntry, ctx: &DecisionContext<'_>) {
    let Some((_, name)) = entry.key.split_once('/') else {
        change.schedule.push(entry.remove());
        return;
    };
    let mut rules = ctx.settings.notification_rules.iter();
    let mut state = state_of(entry);
    match rules.find(|rule| rule.name == name) {
        Some(rule) => {
            let outcome = rule.fall_due(&mut state, &change.incident, change.at);
            let scheduled = scheduled(&change.incident, name, &state);
            change.schedule.push(scheduled);
            if let RuleOutcome::Sent(pending_since) = outcome {
                change.notify(
                    &Firing {
                        rule,
                        pending_since,
                    },
                    ctx,
                );
            }
        }
        None => change.schedule.push(entry.remove()),
    }
}

/// Sends the notification of a rule about an incident that matched before the rule existed, because an admin asks
/// for it. An incident that does not match any more is not reported.
pub fn notified_now(
    rule: &NotificationRule,
    incident: &Incident,
    ctx: &DecisionContext<'_>,
) -> Change {
    let mut change = Change::new(incident.clone(), ctx.now);
    if rule.matches(incident) {
        let pending_since = None;
        change.notify(
            &Firing {
                rule,
                pending_since,
            },
            ctx,
        );
        let state = RuleState {
            fired_at: (rule.at_most_every_minutes > 0).then_some(ctx.now),
            pending: None,
        };
        if state != RuleState::default() {
            let scheduled = scheduled(incident, &rule.name, &state);
            change.schedule.push(scheduled);
        }
    }
    change
}

impl Change {
    fn notify(&mut self, firing: &Firing<'_>, ctx: &DecisionContext<'_>) {
        let rule = firing.rule;
        let pending = ctx.pending_entries.iter();
        let pending = pending.filter(|entry| {
            firing
                .pending_since
                .is_some_and(|since| entry.recorded_at >= since)
        });
        let changes = change_sentences(pending.chain(&self.entries), ctx);
        let author = NotificationAuthor::Rule(rule.name.clone());
        let sent = self.send(author, rule.recipients.clone(), ctx, |notification| {
            notification.template.clone_from(&rule.template);
            notification.changes = changes;
        });
        self.add_entry(TimelineEntry::automatic(sent, self.at));
    }
}

fn stored_entry<'a>(name: &str, ctx: &DecisionContext<'a>) -> Option<&'a ScheduleEntry> {
    let mut entries = ctx.schedule.iter();
    entries.find(|entry| {
        let rule = entry.key.split_once('/').map(|(_, rule)| rule);
        entry.kind == ScheduleKind::RuleNotification && rule == Some(name)
    })
}

fn state_of(entry: &ScheduleEntry) -> RuleState {
    RuleState {
        fired_at: entry.base_at,
        pending: entry.due_at.map(|due_at| PendingFiring {
            since: entry.since,
            due_at,
        }),
    }
}

/// Returns the change that stores what a rule remembers about an incident.
fn scheduled(incident: &Incident, rule: &str, state: &RuleState) -> ScheduleChange {
    let kind = ScheduleKind::RuleNotification;
    let key = format!("{}/{rule}", incident.id.number());
    let pending = state.pending;
    match pending.map(|pending| pending.since).or(state.fired_at) {
        Some(since) => ScheduleChange::Set(ScheduleEntry {
            kind,
            key,
            since,
            base_at: state.fired_at,
            due_at: pending.map(|pending| pending.due_at),
            is_stopped: false,
        }),
        None => ScheduleChange::Remove(kind, key),
    }
}
