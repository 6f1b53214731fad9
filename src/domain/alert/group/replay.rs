//! The replay of a rule over past alerts: what it would have done. It takes the decisions that real alerts cause.
//!
//! Incidents that the rule would have declared count as open until the end. Repeated alerts are known only by the time
//! of the last one.

use std::collections::{BTreeSet, HashMap};

use super::{AlertGroup, GroupChanges, GroupCounts, GroupDecision, GroupState, IncidentPhase};
use super::{RuleLoad, decide, joins};
use crate::alert::rule::{AlertFacts, AlertRule, group_key};
use crate::{IncidentId, Severity, Timestamp};

/// An alert that fired.
#[derive(Clone, Debug)]
pub struct PastAlert<'a> {
    /// The facts that the rule depends on.
    pub facts: AlertFacts<'a>,
    /// When it was received first.
    pub fired_at: Timestamp,
    /// When it was received last.
    pub last_received_at: Timestamp,
    /// When it ended; `None` if it fires.
    pub ended_at: Option<Timestamp>,
}

/// A group that a rule would have made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayedGroup {
    /// Its title.
    pub title: String,
    /// The severity of its worst alert before the rule acted, in the sender's own words.
    pub severity: String,
    /// The effect of the rule.
    pub outcome: ReplayOutcome,
}

/// The effect of a rule on a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReplayOutcome {
    /// An incident is declared.
    Declared,
    /// A card suggests an incident.
    Suggested,
    /// It is counted on the card of a storm.
    InStorm,
    /// It is listed, nothing else.
    Listed,
    /// An alert fires, and the rule holds back still.
    Holding,
    /// Its alerts were resolved before the rule acted.
    EndedInHold,
    /// It has too few alerts.
    BelowThreshold,
}

/// The replay of a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleReplay {
    /// The groups, in the order in which they began.
    pub groups: Vec<ReplayedGroup>,
    /// The index of the group of each alert, in the order of the alerts.
    pub group_of: Vec<usize>,
}

/// Replays a rule over alerts that match it, in the order in which they fired.
pub fn replay(rule: &AlertRule, alerts: &[PastAlert<'_>], now: Timestamp) -> RuleReplay {
    let mut events: Vec<_> = alerts
        .iter()
        .enumerate()
        .flat_map(|(index, alert)| {
            let end = alert.ended_at.map(|at| at.max(alert.fired_at));
            let end = end.map(|at| (at, Event::Resolved(index)));
            [Some((alert.fired_at, Event::Fired(index))), end]
        })
        .flatten()
        .collect();
    events.sort();
    let mut replay = Replay::new(rule);
    for (at, event) in events {
        replay.act_until(at);
        match event {
            Event::Fired(index) => replay.fire(&alerts[index], index),
            Event::Resolved(index) => replay.resolve(index, at),
        }
    }
    replay.act_until(now);
    let groups = replay.groups.iter().map(|group| group.finish(rule));
    RuleReplay {
        groups: groups.collect(),
        group_of: (0..alerts.len())
            .filter_map(|index| replay.group_of.get(&index).copied())
            .collect(),
    }
}

/// A change of an alert, by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Fired(usize),
    Resolved(usize),
}

struct Replay<'r> {
    rule: &'r AlertRule,
    groups: Vec<GroupInReplay>,
    /// The last group with a key.
    latest: HashMap<String, usize>,
    /// The group of each alert.
    group_of: HashMap<usize, usize>,
    /// The ends of holds, with their groups.
    due: BTreeSet<(Timestamp, usize)>,
    /// When the rule posted a card or declared an incident.
    acted: Vec<Timestamp>,
    /// When it declared an incident.
    declared: Vec<Timestamp>,
    /// When it last counted a group on the card of a storm.
    last_in_storm: Option<Timestamp>,
}

struct GroupInReplay {
    title: String,
    /// The severity of its worst alert, in the sender's own words and as the rule reads it.
    worst: (String, Severity),
    facts: AlertGroup,
    last_received_at: Timestamp,
    outcome: Option<ReplayOutcome>,
}

impl GroupInReplay {
    fn new(rule: &AlertRule, alert: &PastAlert<'_>) -> Self {
        Self {
            title: rule.group_title(&alert.facts),
            worst: (String::new(), Severity::Unknown),
            facts: AlertGroup {
                state: GroupState::Waiting,
                acts_at: None,
                is_about_the_monitor: false,
                counts: GroupCounts::default(),
                is_resolution_reported: false,
                is_reopening_offered: false,
            },
            last_received_at: alert.fired_at,
            outcome: None,
        }
    }

    fn finish(&self, rule: &AlertRule) -> ReplayedGroup {
        let counts = self.facts.counts;
        let waiting = match self.facts.acts_at {
            Some(_) => ReplayOutcome::Holding,
            None if counts.total < rule.threshold => ReplayOutcome::BelowThreshold,
            None => ReplayOutcome::EndedInHold,
        };
        ReplayedGroup {
            title: self.title.clone(),
            severity: self.worst.0.clone(),
            outcome: self.outcome.unwrap_or(waiting),
        }
    }
}

impl<'r> Replay<'r> {
    fn new(rule: &'r AlertRule) -> Self {
        Self {
            rule,
            groups: Vec::new(),
            latest: HashMap::new(),
            group_of: HashMap::new(),
            due: BTreeSet::new(),
            acted: Vec::new(),
            declared: Vec::new(),
            last_in_storm: None,
        }
    }

    /// Ends the holds that are due until a time.
    fn act_until(&mut self, until: Timestamp) {
        while let Some((at, group)) = self.due.first().copied().filter(|(at, _)| *at <= until) {
            self.due.remove(&(at, group));
            self.decide(group, GroupChanges::default(), at);
        }
    }

    fn fire(&mut self, alert: &PastAlert<'_>, index: usize) {
        let at = alert.fired_at;
        let key = group_key(self.rule, &alert.facts);
        let known = self.latest.get(&key).copied().filter(|group| {
            let group = &self.groups[*group];
            let last_alert_at = group.last_received_at.min(at);
            joins(group.facts.state, self.rule, last_alert_at, at)
        });
        let number = known.unwrap_or_else(|| {
            self.groups.push(GroupInReplay::new(self.rule, alert));
            self.groups.len() - 1
        });
        self.latest.insert(key, number);
        self.group_of.insert(index, number);
        let severity = self.rule.severity_for(alert.facts.severity);
        let group = &mut self.groups[number];
        group.last_received_at = group.last_received_at.max(alert.last_received_at);
        group.facts.is_about_the_monitor |= alert.facts.is_about_the_monitor();
        group.facts.counts.total += 1;
        group.facts.counts.firing += 1;
        if group.outcome.is_none() && (severity < group.worst.1 || group.facts.counts.total == 1) {
            group.worst = (alert.facts.severity.to_owned(), severity);
        }
        let changes = GroupChanges {
            fired: 1,
            ..GroupChanges::default()
        };
        self.decide(number, changes, at);
    }

    fn resolve(&mut self, index: usize, at: Timestamp) {
        let Some(number) = self.group_of.get(&index).copied() else {
            return;
        };
        let counts = &mut self.groups[number].facts.counts;
        counts.firing = counts.firing.saturating_sub(1);
        let changes = GroupChanges {
            resolved: 1,
            ..GroupChanges::default()
        };
        self.decide(number, changes, at);
    }

    fn decide(&mut self, number: usize, changes: GroupChanges, at: Timestamp) {
        let facts = &self.groups[number].facts;
        if facts.state != GroupState::Waiting {
            return;
        }
        let decision = decide(facts, changes, self.rule, self.load(at), at);
        match decision {
            GroupDecision::HoldUntil(due_at) => {
                self.groups[number].facts.acts_at = Some(due_at);
                self.due.insert((due_at, number));
            }
            GroupDecision::EndHold => {
                if let Some(due_at) = self.groups[number].facts.acts_at.take() {
                    self.due.remove(&(due_at, number));
                }
            }
            GroupDecision::List => self.act(number, ReplayOutcome::Listed, at),
            GroupDecision::Suggest => self.act(number, ReplayOutcome::Suggested, at),
            GroupDecision::CountInStorm => self.act(number, ReplayOutcome::InStorm, at),
            GroupDecision::Declare => self.act(number, ReplayOutcome::Declared, at),
            GroupDecision::Nothing
            | GroupDecision::EditMessage
            | GroupDecision::EditStormMessage
            | GroupDecision::Attach(_)
            | GroupDecision::AskToReopen(_)
            | GroupDecision::ReportResolved(..) => {}
        }
    }

    fn act(&mut self, number: usize, outcome: ReplayOutcome, at: Timestamp) {
        let group = &mut self.groups[number];
        group.outcome = Some(outcome);
        group.facts.state = match outcome {
            ReplayOutcome::Declared => GroupState::Attached(IncidentId(0), IncidentPhase::Active),
            ReplayOutcome::Suggested => GroupState::Suggested,
            ReplayOutcome::InStorm => GroupState::InStorm,
            ReplayOutcome::Listed
            | ReplayOutcome::Holding
            | ReplayOutcome::EndedInHold
            | ReplayOutcome::BelowThreshold => GroupState::Listed,
        };
        match outcome {
            ReplayOutcome::Declared => {
                self.acted.push(at);
                self.declared.push(at);
            }
            ReplayOutcome::Suggested => self.acted.push(at),
            ReplayOutcome::InStorm => self.last_in_storm = Some(at),
            ReplayOutcome::Listed
            | ReplayOutcome::Holding
            | ReplayOutcome::EndedInHold
            | ReplayOutcome::BelowThreshold => {}
        }
    }

    fn load(&self, at: Timestamp) -> RuleLoad {
        let period_start = at.plus(-self.rule.limit_period());
        let hour_start = at.plus(-chrono::Duration::hours(1));
        RuleLoad {
            recent: count_after(&self.acted, period_start),
            is_storm: self.last_in_storm.is_some_and(|it| it > period_start),
            declared_this_hour: count_after(&self.declared, hour_start),
        }
    }
}

/// Counts the times after another one. The times are in order.
fn count_after(times: &[Timestamp], start: Timestamp) -> u32 {
    let count = times.len() - times.partition_point(|at| *at <= start);
    u32::try_from(count).unwrap_or(u32::MAX)
}
