//! The preview of an alert rule: the past alerts that match it, and what it would have done.

use std::collections::BTreeMap;

use chrono::Duration;
use rusqlite::{Connection, named_params};

use crate::domain::Timestamp;
use crate::domain::alert::StoredAlert;
use crate::domain::alert::group::{PastAlert, ReplayOutcome, ReplayedGroup, replay};
use crate::domain::alert::rule::{AlertFacts, AlertRule, CompiledRules};
use crate::error::Result;
use crate::store::Store;
use crate::store::alert_groups::batch::facts;
use crate::store::tables::alerts::alerts;

/// The hours over which a rule is replayed.
pub const PREVIEWED_HOURS: i64 = 24;

/// The number of alerts, the newest first, that are looked at.
pub const PREVIEWED_ALERTS: usize = 5_000;

/// The number of matching alerts that are listed.
const LISTED_ALERTS: usize = 5;

/// The number of values of a label that are listed.
const LISTED_VALUES: usize = 3;

/// A rule among the others, as it would be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInList {
    /// All rules, in order.
    pub rules: Vec<AlertRule>,
    /// The index of the rule.
    pub index: usize,
}

/// The preview of a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlertRulePreview {
    /// The number of alerts that fired.
    pub fired: usize,
    /// The number of alerts that the rule decides about.
    pub matching: usize,
    /// The number of alerts that match it, but also one of the rules before it.
    pub taken: usize,
    /// The numbers of groups by the effect of the rule.
    pub outcomes: BTreeMap<ReplayOutcome, usize>,
    /// The newest alerts that the rule decides about, with their groups.
    pub newest: Vec<(StoredAlert, ReplayedGroup)>,
    /// The labels of the alerts that fired, with some values of each.
    pub labels: BTreeMap<String, Vec<String>>,
    /// Whether there are older alerts of the period that were not looked at.
    pub is_limited: bool,
}

impl Store {
    /// Returns what an alert rule would have done in the last hours. It counts as on and not snoozed.
    pub async fn preview_alert_rule(
        &self,
        rule: RuleInList,
        now: Timestamp,
    ) -> Result<AlertRulePreview> {
        self.read_pool.run(move |tx| preview(tx, rule, now)).await
    }
}

fn preview(tx: &Connection, rule: RuleInList, now: Timestamp) -> Result<AlertRulePreview> {
    let RuleInList { mut rules, index } = rule;
    if let Some(rule) = rules.get_mut(index) {
        rule.enabled = true;
        rule.snoozed_until = None;
    }
    let mut fired = recent_alerts(tx, now)?;
    let is_limited = fired.len() > PREVIEWED_ALERTS;
    fired.truncate(PREVIEWED_ALERTS);
    fired.reverse();
    let mut preview = AlertRulePreview {
        fired: fired.len(),
        labels: labels_of(&fired),
        is_limited,
        ..AlertRulePreview::default()
    };
    let Some(rule) = rules.get(index) else {
        return Ok(preview);
    };
    let (in_order, alone) = (
        CompiledRules::new(&rules),
        CompiledRules::new(std::slice::from_ref(rule)),
    );
    let mut matching = Vec::new();
    for alert in &fired {
        let facts = facts(alert);
        match in_order.rule_for(&facts) {
            Some(deciding) if deciding == rule => matching.push((alert, facts)),
            Some(_) if alone.rule_for(&facts).is_some() => preview.taken += 1,
            Some(_) | None => {}
        }
    }
    preview.add_replay(rule, &matching, now);
    Ok(preview)
}

impl AlertRulePreview {
    fn add_replay(
        &mut self,
        rule: &AlertRule,
        matching: &[(&StoredAlert, AlertFacts<'_>)],
        now: Timestamp,
    ) {
        let past = matching.iter().map(|(alert, facts)| PastAlert {
            facts: *facts,
            fired_at: alert.received_at,
            last_received_at: alert.last_received_at,
            ended_at: alert.ended_at,
        });
        let past: Vec<_> = past.collect();
        let replayed = replay(rule, &past, now);
        self.matching = matching.len();
        for group in &replayed.groups {
            *self.outcomes.entry(group.outcome).or_default() += 1;
        }
        let newest = matching.iter().zip(&replayed.group_of).rev();
        let newest = newest.filter_map(|((alert, _), group)| {
            let group = replayed.groups.get(*group)?;
            Some(((*alert).clone(), group.clone()))
        });
        self.newest = newest.take(LISTED_ALERTS).collect();
    }
}

/// Returns the alerts that fired in the last hours, the newest first: at most one more than are looked at.
fn recent_alerts(tx: &Connection, now: Timestamp) -> Result<Vec<StoredAlert>> {
    let since = now.plus(-Duration::hours(PREVIEWED_HOURS));
    let (columns, source) = (alerts::COLUMNS, alerts::SOURCE_COLUMNS);
    // The IDs are in the order of receipt.
    let mut statement = tx.prepare_cached(&format!(
        "SELECT {columns}, {source} FROM alerts ORDER BY id DESC LIMIT :limit"
    ))?;
    let limit = i64::try_from(PREVIEWED_ALERTS + 1).unwrap_or(i64::MAX);
    let rows = statement.query_map(named_params! { ":limit": limit }, alerts::alert_with_source)?;
    let mut recent = Vec::new();
    for alert in rows {
        let alert = alert?;
        if alert.received_at <= since {
            break;
        }
        recent.push(alert);
    }
    Ok(recent)
}

fn labels_of(fired: &[StoredAlert]) -> BTreeMap<String, Vec<String>> {
    let mut labels: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in fired.iter().rev().flat_map(|alert| &alert.report.labels) {
        let values = labels.entry(name.clone()).or_default();
        if values.len() < LISTED_VALUES && !values.contains(value) {
            values.push(value.clone());
        }
    }
    labels
}
