//! Alert rules: which alerts are ignored, suggested as incidents or declared, and which of them belong together.

mod action;
mod errors;
mod grouping;
mod ignoring;
mod matcher;
mod matching;
mod summary;
mod template;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use action::{AlertAction, WhenResolved};
pub use errors::AlertRuleError;
pub use grouping::{AlertFacts, group_key};
pub use matcher::{LabelMatcher, MatchOperator};
pub use matching::CompiledRules;
pub use template::{TemplateText, render};

use std::collections::BTreeMap;

use chrono::Duration;
use serde::{Deserialize, Serialize};

use crate::alert::suggested_severity;
use crate::{Severity, Timestamp, UserId};

/// An alert rule. The first rule that matches an alert decides what happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertRule {
    /// The name, which is unique in any case.
    pub name: String,
    /// Whether alerts are compared with it.
    #[serde(default = "enabled", skip_serializing_if = "is_true")]
    pub enabled: bool,
    /// The names of the sources; without any, all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// The tests of labels, which must all hold.
    #[serde(rename = "match", default, skip_serializing_if = "Vec::is_empty")]
    pub matchers: Vec<LabelMatcher>,
    /// The labels whose values form the grouping key. Without any: the sender's group, else the label `service`,
    /// else the key of the alert.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub group_by: Vec<String>,
    /// The minutes for which a group stays open after its last alert.
    #[serde(default = "window", skip_serializing_if = "is_window")]
    pub window_minutes: u32,
    /// The minutes for which an alert must fire before the rule acts. Without a value: 2 to declare, else 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_minutes: Option<u32>,
    /// The number of alerts of a group from which the rule acts.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub threshold: u32,
    /// The action.
    #[serde(default)]
    pub action: AlertAction,
    /// The channel of its cards, such as `#alerts`; `None` for the announcements channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The template of the title; `None` for the title of the first alert.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The severity of each incident; `None` to derive it from the sender's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// The severity by the sender's words, where the usual one does not fit.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub severities: BTreeMap<String, Severity>,
    /// The commander of a declared incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commander: Option<UserId>,
    /// The template of the service; `None` for the label `service`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The templates of other fields, by their names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// The name of the incident type of its incidents; `None` for the default type.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub incident_type: Option<String>,
    /// Whether its incidents are private.
    #[serde(default, skip_serializing_if = "is_false")]
    pub private: bool,
    /// Whether its incidents are tests.
    #[serde(default, skip_serializing_if = "is_false")]
    pub test: bool,
    /// The most cards and incidents within `limit_minutes`. More groups are counted on one card.
    #[serde(default = "limit", skip_serializing_if = "is_limit")]
    pub limit: u32,
    /// The minutes to which `limit` applies.
    #[serde(default = "limit_minutes", skip_serializing_if = "is_limit_minutes")]
    pub limit_minutes: u32,
    /// The reaction when all alerts of an incident are resolved.
    #[serde(default, skip_serializing_if = "WhenResolved::is_default")]
    pub when_resolved: WhenResolved,
    /// The minutes after resolution in which an alert asks whether to reopen the incident.
    #[serde(default = "window", skip_serializing_if = "is_window")]
    pub reopen_minutes: u32,
    /// Until when the rule does nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snoozed_until: Option<Timestamp>,
}

impl Default for AlertRule {
    fn default() -> Self {
        Self {
            name: "All alerts".to_owned(),
            enabled: true,
            sources: Vec::new(),
            matchers: Vec::new(),
            group_by: Vec::new(),
            window_minutes: window(),
            hold_minutes: None,
            threshold: one(),
            action: AlertAction::default(),
            channel: None,
            title: None,
            severity: None,
            severities: BTreeMap::new(),
            commander: None,
            service: None,
            fields: BTreeMap::new(),
            incident_type: None,
            private: false,
            test: false,
            limit: limit(),
            limit_minutes: limit_minutes(),
            when_resolved: WhenResolved::default(),
            reopen_minutes: window(),
            snoozed_until: None,
        }
    }
}

impl AlertRule {
    /// Returns how long a group stays open after its last alert.
    pub fn window(&self) -> Duration {
        Duration::minutes(i64::from(self.window_minutes))
    }

    /// Returns how long an alert must fire before the rule acts.
    pub fn hold_period(&self) -> Duration {
        let default = match self.action {
            AlertAction::Declare => 2,
            AlertAction::Ignore | AlertAction::Attach | AlertAction::Suggest => 0,
        };
        Duration::minutes(i64::from(self.hold_minutes.unwrap_or(default)))
    }

    /// Returns the period to which the limit applies.
    pub fn limit_period(&self) -> Duration {
        Duration::minutes(i64::from(self.limit_minutes))
    }

    /// Returns how long after its resolution an incident can be reopened by an alert.
    pub fn reopen_period(&self) -> Duration {
        Duration::minutes(i64::from(self.reopen_minutes))
    }

    /// Returns whether the rule is snoozed.
    pub fn is_snoozed(&self, now: Timestamp) -> bool {
        self.snoozed_until.is_some_and(|until| until > now)
    }

    /// Returns the severity of an incident for an alert of a severity in the sender's own words.
    pub fn severity_for(&self, words: &str) -> Severity {
        let is_same = |(name, _): &(&String, &Severity)| name.eq_ignore_ascii_case(words.trim());
        let mapped = self.severities.iter().find(is_same);
        self.severity
            .or(mapped.map(|(_, severity)| *severity))
            .unwrap_or_else(|| suggested_severity(words))
    }

    /// Returns the worst of these severities, in the sender's own words; empty if there is none.
    pub fn worst(&self, severities: Vec<String>) -> String {
        let mut severities = severities.into_iter();
        let first = severities.next().unwrap_or_default();
        severities.fold(first, |worst, words| {
            match self.severity_for(&words) < self.severity_for(&worst) {
                true => words,
                false => worst,
            }
        })
    }
}

fn enabled() -> bool {
    true
}

fn one() -> u32 {
    1
}

fn window() -> u32 {
    30
}

fn limit() -> u32 {
    5
}

fn limit_minutes() -> u32 {
    10
}

macro_rules! skip_if {
    ($($name:ident($value:ident: $type:ty) = $condition:expr;)*) => {
        $(
            fn $name($value: &$type) -> bool {
                $condition
            }
        )*
    };
}

skip_if! {
    is_true(value: bool) = *value;
    is_false(value: bool) = !*value;
    is_one(value: u32) = *value == one();
    is_window(value: u32) = *value == window();
    is_limit(value: u32) = *value == limit();
    is_limit_minutes(value: u32) = *value == limit_minutes();
}
