//! Decides and stores what follows from the changes of a group.

use rusqlite::Connection;

use crate::domain::alert::StoredAlert;
use crate::domain::alert::group::{
    AlertAddition, AlertGroup, GroupChanges, GroupCounts, GroupDecision, GroupStage, GroupState,
    IncidentPhase, MAX_NAMED_ALERTS, RuleLoad, decide,
};
use crate::domain::alert::rule::{AlertRule, WhenResolved};
use crate::domain::{
    IncidentId, ScheduleEntry, ScheduleKind, Settings, Timestamp, alert::AlertEvent,
};
use crate::error::Result;
use crate::store::alert_groups::added_alerts::added_alerts;
use crate::store::alert_groups::batch::{TouchedGroup, facts};
use crate::store::alert_groups::declaration::declare_by_rule;
use crate::store::changes::run_decision;
use crate::store::tables::alert_groups::groups::{self, StoredGroup};
use crate::store::tables::alert_groups::{members, messages, storms};
use crate::store::tables::incident::incidents;
use crate::store::tables::system::schedule;

/// The most alerts of a request that are reported as more severe in a channel or a thread.
const MAX_REPORTED: usize = 5;

/// Decides and stores what follows from the changes of a group.
pub(super) fn settle(
    tx: &Connection,
    settings: &Settings,
    group: i64,
    touched: &TouchedGroup<'_>,
    now: Timestamp,
) -> Result<()> {
    let mut group = groups::find_group(tx, group)?;
    let changes = touched.changes;
    if changes.fired + changes.repeated + changes.more_severe > 0 {
        group.last_alert_at = now;
    }
    if let Some(omitted) = touched.omitted {
        group.omitted = omitted;
    }
    if changes.fired > 0 {
        group.resolution_reported_at = None;
    }
    group.is_about_the_monitor |= touched
        .fired
        .iter()
        .any(|it| facts(it).is_about_the_monitor());
    let rule = rule_of(settings, &group);
    let step = Step {
        tx,
        rule: &rule,
        settings,
        touched,
        now,
    };
    step.run(&mut group)
}

/// Returns the rule of a group. If it was renamed or removed since, the defaults apply.
pub(super) fn rule_of(settings: &Settings, group: &StoredGroup) -> AlertRule {
    rule_named(settings, &group.rule)
}

/// Returns the rule with a name, like [`rule_of`].
pub(super) fn rule_named(settings: &Settings, name: &str) -> AlertRule {
    let mut rules = settings.alert_rules.iter();
    let rule = rules.find(|rule| rule.name == name);
    rule.cloned().unwrap_or_default()
}

/// One step of a group.
struct Step<'s> {
    tx: &'s Connection,
    rule: &'s AlertRule,
    settings: &'s Settings,
    touched: &'s TouchedGroup<'s>,
    now: Timestamp,
}

impl Step<'_> {
    fn run(&self, group: &mut StoredGroup) -> Result<()> {
        let (tx, now) = (self.tx, self.now);
        let state = groups::state_of(tx, group)?;
        if let GroupState::Attached(_, IncidentPhase::Active | IncidentPhase::Stable) = state {
            // The incident may have been reopened: after its next resolution, reopening is asked for again.
            group.reopening_offered_at = None;
        }
        let facts = AlertGroup {
            state,
            acts_at: group.acts_at,
            is_about_the_monitor: group.is_about_the_monitor,
            counts: self.counts(group.id, state)?,
            is_resolution_reported: group.resolution_reported_at.is_some(),
            is_reopening_offered: group.reopening_offered_at.is_some(),
        };
        let load = match state {
            GroupState::Waiting => groups::load_of(tx, self.rule, now)?,
            GroupState::Suggested
            | GroupState::InStorm
            | GroupState::Listed
            | GroupState::Ignored(_)
            | GroupState::Attached(..) => RuleLoad::default(),
        };
        let decision = decide(&facts, self.touched.changes, self.rule, load, now);
        self.apply(group, decision, facts.counts.total)?;
        groups::save(tx, group)?;
        self.set_timer(group)
    }

    /// Returns the numbers of alerts of a group, or of all groups of its incident, as far as a decision depends on
    /// them: there can be many alerts, and each new one is followed by a decision.
    fn counts(&self, group: i64, state: GroupState) -> Result<GroupCounts> {
        let (tx, now) = (self.tx, self.now);
        match state {
            GroupState::Attached(incident, _) => {
                let limit = MAX_NAMED_ALERTS.saturating_add(self.touched.changes.fired);
                members::count_of_incident(tx, incident, limit, now)
            }
            GroupState::Waiting
            | GroupState::Suggested
            | GroupState::InStorm
            | GroupState::Listed
            | GroupState::Ignored(_) => {
                members::count_up_to(tx, group, self.rule.threshold.max(1), now)
            }
        }
    }

    fn apply(&self, group: &mut StoredGroup, decision: GroupDecision, total: u32) -> Result<()> {
        match decision {
            GroupDecision::Nothing => Ok(()),
            GroupDecision::HoldUntil(at) => {
                group.acts_at = Some(at);
                Ok(())
            }
            GroupDecision::EndHold => {
                group.acts_at = None;
                Ok(())
            }
            GroupDecision::List => {
                group.stage = GroupStage::Listed;
                Ok(())
            }
            GroupDecision::Suggest => self.suggest(group),
            GroupDecision::CountInStorm => self.count_in_storm(group),
            GroupDecision::Declare => self.declare(group),
            GroupDecision::EditMessage => self.edit_message(group),
            GroupDecision::EditStormMessage => match group.storm {
                Some(storm) => self.refresh_storm(storm),
                None => Ok(()),
            },
            GroupDecision::Attach(incident) => self.attach(group, incident, total),
            GroupDecision::AskToReopen(incident) => self.ask_to_reopen(group, incident),
            GroupDecision::ReportResolved(incident, reaction) => {
                self.report_resolved(group, incident, reaction, total)
            }
        }
    }

    fn suggest(&self, group: &mut StoredGroup) -> Result<()> {
        group.stage = GroupStage::Suggested;
        group.acts_at = None;
        group.acted_at = Some(self.now);
        let channel = self.rule.channel.as_deref();
        messages::insert_message(self.tx, group.id, channel, self.now)
    }

    /// Declares an incident. If its fields are rejected, it is suggested: a person can complete them.
    fn declare(&self, group: &mut StoredGroup) -> Result<()> {
        let (tx, now) = (self.tx, self.now);
        let declared = declare_by_rule(tx, group, self.rule, self.settings, now)?;
        let Some(incident) = declared else {
            return self.suggest(group);
        };
        group.stage = GroupStage::Attached;
        group.incident = Some(incident);
        group.acts_at = None;
        group.acted_at = Some(now);
        group.declared_at = Some(now);
        Ok(())
    }

    fn count_in_storm(&self, group: &mut StoredGroup) -> Result<()> {
        let (tx, rule, now) = (self.tx, self.rule, self.now);
        let after = now.plus(-rule.limit_period());
        let storm = storms::count_group(tx, &rule.name, after, now)?;
        group.stage = GroupStage::InStorm;
        group.acts_at = None;
        group.storm = Some(storm);
        self.refresh_storm(storm)
    }

    fn refresh_storm(&self, storm: i64) -> Result<()> {
        let channel = self.rule.channel.as_deref();
        messages::refresh_storm(self.tx, storm, channel, self.now)
    }

    /// Edits the card, and replies to it for each alert that became more severe.
    fn edit_message(&self, group: &StoredGroup) -> Result<()> {
        let (tx, now) = (self.tx, self.now);
        for alert in self.reported_more_severe() {
            let report = &alert.report;
            let text = format!("{} is now {}.", report.title, report.severity);
            messages::insert_reply(tx, group.id, &text, now)?;
        }
        self.refresh_message(group.id)
    }

    /// Edits the card. Repeated alerts alone do not edit it at once: Alertmanager repeats all of them every few minutes.
    fn refresh_message(&self, group: i64) -> Result<()> {
        let (tx, now) = (self.tx, self.now);
        let GroupChanges {
            fired,
            more_severe,
            repeated,
            resolved,
        } = self.touched.changes;
        match repeated > 0 && fired + more_severe + resolved == 0 {
            true => messages::refresh_message_later(tx, group, now),
            false => messages::refresh_message(tx, group, now),
        }
    }

    fn reported_more_severe(&self) -> impl Iterator<Item = &StoredAlert> {
        self.touched.more_severe.iter().take(MAX_REPORTED).copied()
    }

    /// Adds new alerts to the incident, which then has at least `total` alerts, and reports those that became more severe.
    fn attach(&self, group: &StoredGroup, incident: IncidentId, total: u32) -> Result<()> {
        let (tx, changes) = (self.tx, self.touched.changes);
        if changes.fired + changes.resolved > 0 {
            let before = total.saturating_sub(changes.fired);
            let added = match before < MAX_NAMED_ALERTS {
                true => added_alerts(tx, Some(incident), &self.touched.fired)?,
                false => AlertAddition::default(),
            };
            let before = incidents::find_incident(tx, incident)?;
            run_decision(tx, Some(&before), |inputs| {
                Ok(before.add_alerts(&added, None, &inputs.at(self.now)))
            })?;
        }
        for alert in self.reported_more_severe() {
            let before = incidents::find_incident(tx, incident)?;
            let report = &alert.report;
            run_decision(tx, Some(&before), |inputs| {
                let ctx = inputs.at(self.now);
                Ok(before.report_more_severe_alert(&report.title, &report.severity, &ctx))
            })?;
        }
        self.refresh_message(group.id)
    }

    fn ask_to_reopen(&self, group: &mut StoredGroup, incident: IncidentId) -> Result<()> {
        let tx = self.tx;
        group.reopening_offered_at = Some(self.now);
        let before = incidents::find_incident(tx, incident)?;
        let title = self
            .touched
            .fired
            .first()
            .map(|it| it.report.title.as_str());
        let title = title.unwrap_or(&group.title);
        run_decision(tx, Some(&before), |inputs| {
            Ok(before.report_alert_again(title, group.id, &inputs.at(self.now)))
        })?;
        Ok(())
    }

    fn report_resolved(
        &self,
        group: &mut StoredGroup,
        incident: IncidentId,
        reaction: WhenResolved,
        total: u32,
    ) -> Result<()> {
        let tx = self.tx;
        group.resolution_reported_at = Some(self.now);
        if self.touched.changes.fired > 0 {
            self.attach(group, incident, total)?;
        }
        let before = incidents::find_incident(tx, incident)?;
        let resolved = AlertEvent::Resolved {
            count: members::count_of_incident(tx, incident, u32::MAX, self.now)?.total,
            group: group.id,
        };
        run_decision(tx, Some(&before), |inputs| {
            let ctx = inputs.at(self.now);
            Ok(before.report_resolved_alerts(resolved, reaction, &ctx)?)
        })?;
        messages::refresh_message(tx, group.id, self.now)
    }

    /// Schedules the next change of a group: its rule acts, the flapping of an alert ends, or one becomes stale.
    fn set_timer(&self, group: &StoredGroup) -> Result<()> {
        let (tx, key) = (self.tx, group.id.to_string());
        let members = members::next_due_at(tx, group.id, self.now)?;
        let Some(due_at) = self.acts_at(group).into_iter().chain(members).min() else {
            return schedule::delete_entry(tx, ScheduleKind::AlertGroup, &key);
        };
        let entry = ScheduleEntry {
            kind: ScheduleKind::AlertGroup,
            key,
            since: group.opened_at,
            base_at: None,
            due_at: Some(due_at),
            is_stopped: false,
        };
        schedule::upsert_entry(tx, None, &entry)
    }

    /// Returns when the rule acts if it waits: at the end of its snooze or of its hold. A hold that has ended without
    /// an action, because the rule was changed, waits for the next alert.
    fn acts_at(&self, group: &StoredGroup) -> Option<Timestamp> {
        let is_pending = |at: &Timestamp| *at > self.now;
        let at = self.rule.snoozed_until.filter(is_pending).or(group.acts_at);
        at.filter(is_pending)
            .filter(|_| group.stage == GroupStage::Waiting)
    }
}
