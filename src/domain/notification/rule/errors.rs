//! Validation of notification rules.

use std::fmt;

use crate::notification::template::is_same_name;
use crate::notification::{
    MAX_RECIPIENTS, NotificationRule, RuleCondition, RuleField, RuleTrigger,
};
use crate::text::{length, truncate};
use crate::{Settings, is_blank};

/// The maximum number of rules. Each change of an incident is compared with all of them.
const MAX_RULES: usize = 300;
/// The longest name.
const LONGEST_NAME: usize = 80;
/// The maximum number of values of a condition.
const MAX_VALUES: usize = 200;
/// The longest delay, in minutes.
const LONGEST_DELAY: u32 = 60;
/// The longest distance of two notifications, in minutes.
const LONGEST_DISTANCE: u32 = 120;

/// The attribute of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleAttribute {
    /// The name.
    Name,
    /// The conditions.
    Conditions,
    /// The fields that are reported again.
    RenotifyOn,
    /// The delay.
    Delay,
    /// The distance of two notifications.
    AtMostEvery,
    /// The recipients.
    Recipients,
    /// The message template.
    Template,
}

/// A mistake in a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    /// The index of the rule in the list.
    pub index: usize,
    /// The name of the rule; may be empty.
    pub name: String,
    /// The attribute with the mistake.
    pub attribute: RuleAttribute,
    /// The problem as a clause: `there's no field region.`
    pub problem: String,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.trim() {
            "" => write!(f, "rule {}: {}", self.index + 1, self.problem),
            name => write!(f, "{}: {}", truncate(name, LONGEST_NAME), self.problem),
        }
    }
}

impl Settings {
    /// Returns all mistakes in these rules, except names of what the settings do not have: a severity may be
    /// removed after a rule named it.
    pub fn rule_errors(&self, rules: &[NotificationRule]) -> Vec<RuleError> {
        let mut errors = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            let mut add = |attribute: RuleAttribute, problem: Option<String>| {
                errors.extend(problem.map(|problem| RuleError {
                    index,
                    name: rule.name.clone(),
                    attribute,
                    problem,
                }));
            };
            add(RuleAttribute::Name, name_error(rule, &rules[..index]));
            add(RuleAttribute::Conditions, conditions_error(rule));
            add(RuleAttribute::RenotifyOn, renotify_error(rule));
            let delay = (rule.delay_minutes, LONGEST_DELAY);
            add(RuleAttribute::Delay, minutes_error(delay));
            let distance = (rule.at_most_every_minutes, LONGEST_DISTANCE);
            add(RuleAttribute::AtMostEvery, minutes_error(distance));
            add(RuleAttribute::Recipients, recipients_error(rule));
        }
        if rules.len() > MAX_RULES {
            errors.push(RuleError {
                index: MAX_RULES,
                name: rules[MAX_RULES].name.clone(),
                attribute: RuleAttribute::Name,
                problem: format!("that's one too many: there can be {MAX_RULES} rules."),
            });
        }
        errors
    }
}

fn name_error(rule: &NotificationRule, others: &[NotificationRule]) -> Option<String> {
    let name = &rule.name;
    let is_listed = |other: &&NotificationRule| is_same_name(&other.name, name);
    if is_blank(name) {
        return Some("the name is missing.".to_owned());
    }
    if length(name) > LONGEST_NAME {
        return Some(format!(
            "the name has {} characters; {LONGEST_NAME} is the most.",
            length(name)
        ));
    }
    if name.contains(['\r', '\n']) || name.trim() != name {
        return Some("the name must be one line without blanks around it.".to_owned());
    }
    let other = others.iter().find(is_listed)?;
    Some(format!("there's already a rule {}.", other.name))
}

fn conditions_error(rule: &NotificationRule) -> Option<String> {
    let conditions = &rule.conditions;
    conditions.iter().enumerate().find_map(|(index, it)| {
        let (field, values) = (it.field(), it.values());
        if conditions[..index]
            .iter()
            .any(|other| other.field() == field)
        {
            return Some(format!("there are two conditions for {field}."));
        }
        if values.is_empty() {
            return Some(format!("the condition for {field} has no values."));
        }
        if values.len() > MAX_VALUES {
            return Some(format!(
                "the condition for {field} has {} values; {MAX_VALUES} is the most.",
                values.len()
            ));
        }
        let is_unnamed = |name: &String| is_blank(name);
        match it {
            RuleCondition::Configured { name, .. } if is_unnamed(name) => {
                Some("a condition names no field.".to_owned())
            }
            RuleCondition::Configured { .. }
            | RuleCondition::Severity(_)
            | RuleCondition::Status(_)
            | RuleCondition::CustomerImpact(_)
            | RuleCondition::DetectionMethod(_)
            | RuleCondition::Commander(_)
            | RuleCondition::DeclaredBy(_) => None,
        }
    })
}

fn renotify_error(rule: &NotificationRule) -> Option<String> {
    if rule.trigger == RuleTrigger::Declared && !rule.renotify_on.is_empty() {
        return Some(
            "a rule for declarations notifies once. To notify again, choose Declared or updated."
                .to_owned(),
        );
    }
    let never_changes = rule.renotify_on.contains(&RuleField::DeclaredBy);
    never_changes.then(|| "who declared an incident never changes.".to_owned())
}

fn minutes_error((minutes, longest): (u32, u32)) -> Option<String> {
    (minutes > longest).then(|| format!("enter 0 to {longest} minutes, not {minutes}."))
}

fn recipients_error(rule: &NotificationRule) -> Option<String> {
    let recipients = &rule.recipients;
    match recipients.len() {
        0 => Some("there are no recipients.".to_owned()),
        count if count > MAX_RECIPIENTS => Some(format!(
            "there are {count} recipients; {MAX_RECIPIENTS} is the most."
        )),
        _ => None,
    }
}
