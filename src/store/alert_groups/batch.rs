//! The alerts of a request by their groups.

use std::collections::{BTreeMap, HashMap};

use rusqlite::Connection;

use crate::domain::Timestamp;
use crate::domain::alert::group::{GroupChanges, GroupStage, joins};
use crate::domain::alert::rule::{AlertFacts, AlertRule, CompiledRules, group_key, render};
use crate::domain::alert::{AlertChange, AlertChangeKind, StoredAlert};
use crate::error::Result;
use crate::store::alert_groups::compiled_rules::compiled_rules;
use crate::store::alert_groups::settle;
use crate::store::tables::alert_groups::groups::{self, StoredGroup};
use crate::store::tables::alert_groups::members;
use crate::store::tables::workspace::settings;

/// A group whose alerts changed.
#[derive(Debug, Default)]
pub(super) struct TouchedGroup<'c> {
    /// The numbers of the changes.
    pub(super) changes: GroupChanges,
    /// The alerts that fired.
    pub(super) fired: Vec<&'c StoredAlert>,
    /// The alerts that became more severe.
    pub(super) more_severe: Vec<&'c StoredAlert>,
    /// The number of alerts that the source left out of the request; `None` if there was no request.
    pub(super) omitted: Option<u64>,
}

/// The groups of a request.
#[derive(Default)]
struct Batch<'c> {
    touched: BTreeMap<i64, TouchedGroup<'c>>,
    /// The groups that new alerts of the request join, by rule and key.
    joined: HashMap<(String, String), i64>,
}

/// Applies the alert rules to the changes of a request, from which the source left out `omitted` alerts.
pub(crate) fn route_changes(
    tx: &Connection,
    changes: &[AlertChange],
    omitted: u64,
    now: Timestamp,
) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let settings = settings::current_settings(tx)?;
    let rules = compiled_rules(&settings);
    let mut batch = Batch::default();
    for change in changes {
        batch.add(tx, &rules, change, now)?;
    }
    for (group, mut touched) in batch.touched {
        touched.omitted = Some(omitted);
        settle::settle(tx, &settings, group, &touched, now)?;
    }
    Ok(())
}

impl<'c> Batch<'c> {
    fn add(
        &mut self,
        tx: &Connection,
        rules: &CompiledRules,
        change: &'c AlertChange,
        now: Timestamp,
    ) -> Result<()> {
        let alert = &change.alert;
        let existing = match change.kind {
            AlertChangeKind::Fired => None,
            AlertChangeKind::Repeated | AlertChangeKind::MoreSevere | AlertChangeKind::Resolved => {
                members::group_of(tx, alert.id)?
            }
        };
        if let Some(group) = existing {
            members::update(tx, alert, now)?;
            self.touched.entry(group).or_default().count(change);
        } else if alert.is_open()
            && let Some(group) = self.join(tx, rules, alert, now)?
        {
            // A rule may have been added since the alert fired first.
            self.touched.entry(group).or_default().count_fired(alert);
        }
        Ok(())
    }

    /// Adds an alert that fires to a group. Returns the group; `None` if no rule matches.
    fn join(
        &mut self,
        tx: &Connection,
        rules: &CompiledRules,
        alert: &StoredAlert,
        now: Timestamp,
    ) -> Result<Option<i64>> {
        let facts = facts(alert);
        let Some(rule) = rules.rule_for(&facts) else {
            return Ok(None);
        };
        let joined_by = (rule.name.clone(), group_key(rule, &facts));
        let group = match self.joined.get(&joined_by) {
            Some(group) => *group,
            None => find_or_begin(tx, rule, &joined_by.1, &facts, now)?,
        };
        self.joined.insert(joined_by, group);
        members::insert(tx, group, alert, now)?;
        Ok(Some(group))
    }
}

impl<'c> TouchedGroup<'c> {
    fn count(&mut self, change: &'c AlertChange) {
        match change.kind {
            AlertChangeKind::Fired => self.count_fired(&change.alert),
            AlertChangeKind::Repeated => self.changes.repeated += 1,
            AlertChangeKind::MoreSevere => {
                self.changes.more_severe += 1;
                self.more_severe.push(&change.alert);
            }
            AlertChangeKind::Resolved => self.changes.resolved += 1,
        }
    }

    fn count_fired(&mut self, alert: &'c StoredAlert) {
        self.changes.fired += 1;
        self.fired.push(alert);
    }
}

/// Returns the facts of an alert that rules depend on.
pub(super) fn facts(alert: &StoredAlert) -> AlertFacts<'_> {
    let report = &alert.report;
    AlertFacts {
        source_id: alert.source.id,
        source: &alert.source.name,
        key: &report.key,
        title: &report.title,
        severity: &report.severity,
        description: &report.description,
        labels: &report.labels,
        group: report.group.as_deref(),
    }
}

/// Returns the group that a new alert joins: the last one with its key, or a new one.
fn find_or_begin(
    tx: &Connection,
    rule: &AlertRule,
    key: &str,
    alert: &AlertFacts<'_>,
    now: Timestamp,
) -> Result<i64> {
    if let Some(latest) = groups::find_latest(tx, &rule.name, key)?
        && joins(
            groups::state_of(tx, &latest)?,
            rule,
            latest.last_alert_at,
            now,
        )
    {
        return Ok(latest.id);
    }
    let mut group = begin(rule, key, alert, now);
    groups::save(tx, &mut group)?;
    Ok(group.id)
}

fn begin(rule: &AlertRule, key: &str, alert: &AlertFacts<'_>, now: Timestamp) -> StoredGroup {
    let service = match &rule.service {
        Some(service) => render(service, alert),
        None => alert.label("service").to_owned(),
    };
    let fields = rule.fields.iter();
    let fields = fields.map(|(name, template)| (name.clone(), render(template, alert)));
    StoredGroup {
        id: 0,
        rule: rule.name.clone(),
        key: key.to_owned(),
        title: rule.group_title(alert),
        service,
        fields: fields.filter(|(_, value)| !value.is_empty()).collect(),
        stage: GroupStage::Waiting,
        is_private: rule.private,
        is_about_the_monitor: alert.is_about_the_monitor(),
        omitted: 0,
        opened_at: now,
        last_alert_at: now,
        acts_at: None,
        acted_at: None,
        declared_at: None,
        storm: None,
        incident: None,
        is_added: false,
        handled_by: None,
        ignored_until: None,
        resolution_reported_at: None,
        reopening_offered_at: None,
    }
}
