//! The attributes of notification rules: those of Datadog, and what they mean for the rules of the settings.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::error::Mistake;
use crate::domain::api::{handle_of, parse_handle};
use crate::domain::notification::{
    NotificationRule, Recipient, RuleCondition, RuleField, RuleTrigger, RuleVisibility,
};

/// Fields of Datadog that a rule can name for another notification, but that have no counterpart here.
const WITHOUT_EFFECT: [&str; 4] = ["description", "detected", "root_cause", "summary"];

/// The name of Datadog for the field *status*.
const STATE: &str = "state";

/// The attributes of a notification rule as a program sends them.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[schemars(rename = "NewNotificationRule")]
pub(super) struct RuleAttributes {
    /// The conditions, which must all hold.
    #[schemars(length(max = 100))]
    pub(super) conditions: Vec<Condition>,
    /// The recipients: `@ann@example.com`, `@slack-ops`, `@webhook-status`.
    #[schemars(length(max = 100))]
    pub(super) handles: Vec<String>,
    /// When the rule is evaluated.
    pub(super) trigger: Trigger,
    /// Whether it sends anything.
    #[serde(default)]
    pub(super) enabled: bool,
    /// Whether it is for public or private incidents.
    #[serde(default)]
    pub(super) visibility: Visibility,
    /// The fields whose changes are reported again.
    #[serde(default)]
    #[schemars(length(max = 100))]
    pub(super) renotify_on: Vec<String>,
}

/// A condition: one of the values must be that of the field.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub(super) struct Condition {
    /// The name of the field: `severity`, `state`, `services`, …
    pub(super) field: String,
    /// The values.
    pub(super) values: Vec<String>,
}

/// When a rule is evaluated.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
pub(super) enum Trigger {
    /// When an incident is declared.
    #[serde(rename = "incident_created_trigger")]
    Created,
    /// When an incident is declared or changed.
    #[serde(rename = "incident_saved_trigger")]
    Saved,
    /// The same.
    #[serde(rename = "incident_modified_trigger")]
    Modified,
}

/// The visibility of the incidents that a rule is for.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Visibility {
    /// Public and private incidents.
    #[serde(rename = "all")]
    Any,
    /// Public incidents.
    #[default]
    Organization,
    /// Private incidents.
    Private,
}

impl From<Trigger> for RuleTrigger {
    fn from(trigger: Trigger) -> Self {
        match trigger {
            Trigger::Created => Self::Declared,
            Trigger::Saved | Trigger::Modified => Self::DeclaredOrUpdated,
        }
    }
}

impl From<Visibility> for RuleVisibility {
    fn from(visibility: Visibility) -> Self {
        match visibility {
            Visibility::Any => Self::Any,
            Visibility::Organization => Self::Public,
            Visibility::Private => Self::Private,
        }
    }
}

impl RuleAttributes {
    /// Returns the rule with these attributes. What Datadog's rules do not have stays as it is.
    pub(super) fn applied_to(
        &self,
        rule: &NotificationRule,
    ) -> Result<NotificationRule, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let conditions = self.conditions.iter().enumerate().map(|(index, it)| {
            let member = format!("/data/attributes/conditions/{index}/values");
            it.parse()
                .map_err(|problem| Mistake::in_member(member, problem))
        });
        let conditions = collected(conditions, &mut mistakes);
        let handles = self.handles.iter().enumerate().map(|(index, handle)| {
            let member = format!("/data/attributes/handles/{index}");
            parse_handle(handle).map_err(|problem| Mistake::in_member(member, problem))
        });
        let recipients = collected(handles, &mut mistakes);
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        Ok(NotificationRule {
            enabled: self.enabled,
            trigger: self.trigger.into(),
            conditions,
            visibility: self.visibility.into(),
            renotify_on: self.renotify_fields(),
            recipients: without_repetitions(recipients),
            ..rule.clone()
        })
    }

    /// Returns the fields whose changes are reported again. A rule for declarations has none.
    fn renotify_fields(&self) -> Vec<RuleField> {
        if self.trigger == Trigger::Created {
            return Vec::new();
        }
        let names = self.renotify_on.iter().map(String::as_str);
        let names = names.filter(|name| !WITHOUT_EFFECT.contains(name));
        without_repetitions(names.map(rule_field).collect())
    }

    /// Returns the attributes of a rule. Those that mean the same as the sent ones are returned as they were sent.
    pub(super) fn of_rule(rule: &NotificationRule, sent: Option<&Self>) -> Self {
        let own = Self::from_rule(rule);
        let Some(sent) = sent else {
            return own;
        };
        let has_conditions = |it: &Self| {
            let parsed = it.conditions.iter().map(Condition::parse);
            let parsed = parsed.collect::<Result<Vec<_>, _>>();
            parsed.is_ok_and(|parsed| in_one_order(&parsed) == in_one_order(&rule.conditions))
        };
        let has_recipients = |it: &Self| {
            let parsed = it.handles.iter().map(|handle| parse_handle(handle));
            let parsed = parsed.collect::<Result<Vec<_>, _>>();
            parsed.map(without_repetitions).as_ref() == Ok(&rule.recipients)
        };
        let select = |is_same: bool| if is_same { sent } else { &own };
        Self {
            conditions: select(has_conditions(sent)).conditions.clone(),
            handles: select(has_recipients(sent)).handles.clone(),
            trigger: select(RuleTrigger::from(sent.trigger) == rule.trigger).trigger,
            enabled: rule.enabled,
            visibility: own.visibility,
            renotify_on: select(sent.renotify_fields() == rule.renotify_on)
                .renotify_on
                .clone(),
        }
    }

    fn from_rule(rule: &NotificationRule) -> Self {
        let conditions = rule.conditions.iter().map(|condition| Condition {
            field: datadog_name(&condition.field()),
            values: condition.values(),
        });
        Self {
            conditions: conditions.collect(),
            handles: rule.recipients.iter().map(handle_of).collect(),
            trigger: match rule.trigger {
                RuleTrigger::Declared => Trigger::Created,
                RuleTrigger::DeclaredOrUpdated => Trigger::Saved,
            },
            enabled: rule.enabled,
            visibility: match rule.visibility {
                RuleVisibility::Any => Visibility::Any,
                RuleVisibility::Public => Visibility::Organization,
                RuleVisibility::Private => Visibility::Private,
            },
            renotify_on: rule.renotify_on.iter().map(datadog_name).collect(),
        }
    }
}

impl Condition {
    fn parse(&self) -> Result<RuleCondition, String> {
        RuleCondition::new(rule_field(&self.field), &self.values)
    }
}

fn rule_field(name: &str) -> RuleField {
    match name {
        STATE => RuleField::Status,
        name => name.to_owned().into(),
    }
}

fn datadog_name(field: &RuleField) -> String {
    match field {
        RuleField::Status => STATE.to_owned(),
        field => field.to_string(),
    }
}

/// Returns the fields and values of conditions in one order, because the editor of the page has its own.
fn in_one_order(conditions: &[RuleCondition]) -> BTreeMap<String, BTreeSet<String>> {
    let conditions = conditions.iter();
    let values = |it: &RuleCondition| it.values().into_iter().collect();
    conditions
        .map(|it| (it.field().to_string(), values(it)))
        .collect()
}

fn collected<T>(
    parsed: impl Iterator<Item = Result<T, Mistake>>,
    mistakes: &mut Vec<Mistake>,
) -> Vec<T> {
    let accepted = parsed.filter_map(|it| it.map_err(|mistake| mistakes.push(mistake)).ok());
    accepted.collect()
}

fn without_repetitions<T: PartialEq>(items: Vec<T>) -> Vec<T> {
    let mut distinct = Vec::new();
    for item in items {
        if !distinct.contains(&item) {
            distinct.push(item);
        }
    }
    distinct
}

/// Returns the name of a new rule, which Datadog's rules do not have: its recipients.
pub(super) fn rule_name(recipients: &[Recipient], existing: &[NotificationRule]) -> String {
    const LONGEST: usize = 60;
    let names: Vec<_> = recipients.iter().map(handle_of).collect();
    let name: String = names.join(", ").chars().take(LONGEST).collect();
    let name = match name.trim() {
        "" => "Rule",
        name => name,
    };
    let is_taken = |candidate: &String| {
        let mut existing = existing.iter();
        existing.any(|rule| rule.name.to_lowercase() == candidate.to_lowercase())
    };
    let numbered = (2..).map(|number| format!("{name} {number}"));
    let mut candidates = std::iter::once(name.to_owned()).chain(numbered);
    candidates
        .find(|candidate| !is_taken(candidate))
        .unwrap_or_default()
}
