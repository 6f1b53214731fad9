//! Validation of alert rules.

use std::fmt;

use super::matching::compile;
use super::{AlertRule, template};
use crate::text::{length, truncate};
use crate::{Settings, Severity, is_blank};

/// The maximum number of rules. Each alert is compared with them until one matches.
const MAX_RULES: usize = 200;
/// The maximum number of matchers, sources, labels and fields of a rule.
const MAX_PARTS: usize = 50;
/// The longest name and template.
const LONGEST_NAME: usize = 80;
const LONGEST_TEMPLATE: usize = 500;
/// The longest window, in minutes: one week.
const LONGEST_WINDOW: u32 = 7 * 24 * 60;
/// The longest hold, in minutes.
const LONGEST_HOLD: u32 = 24 * 60;
/// The highest threshold and limit.
const HIGHEST_COUNT: u32 = 1_000;

/// A mistake in an alert rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertRuleError {
    /// The index of the rule in the list.
    pub index: usize,
    /// The name of the rule; may be empty.
    pub name: String,
    /// The problem as a clause: `there's no severity SEV-9.`
    pub problem: String,
}

impl fmt::Display for AlertRuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.trim() {
            "" => write!(f, "rule {}: {}", self.index + 1, self.problem),
            name => write!(f, "{}: {}", truncate(name, LONGEST_NAME), self.problem),
        }
    }
}

impl Settings {
    /// Returns all mistakes in the alert rules, except names of what the settings do not have: a field may be removed
    /// after a rule named it.
    pub fn alert_rule_errors(&self) -> Vec<AlertRuleError> {
        let rules = &self.alert_rules;
        let checks: [fn(&AlertRule) -> Option<String>; 4] =
            [parts_error, matchers_error, numbers_error, templates_error];
        let mut errors = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            let name_error = name_error(rule, &rules[..index]);
            let others = checks.iter().filter_map(|check| check(rule));
            errors.extend(name_error.into_iter().chain(others).map(|problem| {
                let name = rule.name.clone();
                AlertRuleError {
                    index,
                    name,
                    problem,
                }
            }));
        }
        errors.extend(rules.get(MAX_RULES).map(|rule| AlertRuleError {
            index: MAX_RULES,
            name: rule.name.clone(),
            problem: format!("that's one too many: there can be {MAX_RULES} rules."),
        }));
        errors
    }

    /// Returns the mistakes of new and edited alert rules that name what `to` does not have.
    pub(crate) fn unknown_alert_rule_names(&self, to: &Self) -> Vec<AlertRuleError> {
        let rules = to.alert_rules.iter().enumerate();
        let new = rules.filter(|(_, rule)| !self.alert_rules.contains(rule));
        let errors = new.flat_map(|(index, rule)| {
            let missing = to.missing_alert_rule_names(rule).into_iter();
            missing.map(move |missing| AlertRuleError {
                index,
                name: rule.name.clone(),
                problem: format!("there's no {missing}."),
            })
        });
        errors.collect()
    }

    /// Returns the mistakes of new and edited alert rules that name an incident type which is none of `types`.
    pub(crate) fn unknown_alert_rule_types(
        &self,
        to: &Self,
        types: &[String],
    ) -> Vec<AlertRuleError> {
        let is_known = |name: &str| {
            types
                .iter()
                .any(|it| it.to_lowercase() == name.to_lowercase())
        };
        let rules = to.alert_rules.iter().enumerate();
        let new = rules.filter(|(_, rule)| !self.alert_rules.contains(rule));
        let errors = new.filter_map(|(index, rule)| {
            let name = rule.incident_type.as_deref()?;
            (!is_known(name)).then(|| AlertRuleError {
                index,
                name: rule.name.clone(),
                problem: format!(
                    "there's no incident type {}. The types are: {}.",
                    truncate(name, LONGEST_NAME),
                    types.join(", ")
                ),
            })
        });
        errors.collect()
    }

    /// Returns what a rule names that these settings do not have.
    fn missing_alert_rule_names(&self, rule: &AlertRule) -> Vec<String> {
        let scale = self.severity_scale();
        let has = |severity: &Severity| scale.levels().iter().any(|it| it.severity == *severity);
        let severities = rule.severity.iter().chain(rule.severities.values());
        let severities = severities.filter(|severity| !has(severity));
        let is_field = |name: &&String| self.fields.iter().all(|field| field.name != **name);
        let fields = rule.fields.keys().filter(is_field);
        severities
            .map(|severity| format!("severity {severity}"))
            .chain(fields.map(|name| format!("field {name}")))
            .collect()
    }
}

fn name_error(rule: &AlertRule, others: &[AlertRule]) -> Option<String> {
    let name = &rule.name;
    if is_blank(name) {
        return Some("the name is missing.".to_owned());
    }
    if length(name) > LONGEST_NAME {
        let length = length(name);
        return Some(format!(
            "the name has {length} characters; {LONGEST_NAME} is the most."
        ));
    }
    if name.contains(['\r', '\n']) || name.trim() != name {
        return Some("the name must be one line without blanks around it.".to_owned());
    }
    let is_same = |other: &&AlertRule| other.name.to_lowercase() == name.to_lowercase();
    let other = others.iter().find(is_same)?;
    Some(format!("there's already a rule {}.", other.name))
}

fn parts_error(rule: &AlertRule) -> Option<String> {
    let parts = [
        ("sources", rule.sources.len()),
        ("tests of labels", rule.matchers.len()),
        ("labels to group by", rule.group_by.len()),
        ("severities", rule.severities.len()),
        ("fields", rule.fields.len()),
    ];
    let too_many = parts.into_iter().find(|(_, count)| *count > MAX_PARTS);
    if let Some((what, count)) = too_many {
        return Some(format!(
            "there are {count} {what}; {MAX_PARTS} is the most."
        ));
    }
    let names = rule.sources.iter().chain(&rule.group_by);
    if names.clone().any(|name| is_blank(name)) {
        return Some("a source or a label to group by has no name.".to_owned());
    }
    let channel = rule.channel.as_deref();
    let is_channel = |name: &str| !is_blank(name) && !name.contains(char::is_whitespace);
    channel
        .filter(|name| !is_channel(name))
        .map(|_| "the channel must be a name such as #alerts.".to_owned())
}

fn matchers_error(rule: &AlertRule) -> Option<String> {
    rule.matchers.iter().find_map(|matcher| {
        let is_pattern = matcher.operator.is_pattern();
        let problem = is_pattern
            .then(|| compile(&matcher.value).err())
            .flatten()?;
        Some(format!(
            "the pattern of {} is wrong: {problem}",
            matcher.label
        ))
    })
}

fn numbers_error(rule: &AlertRule) -> Option<String> {
    let numbers = [
        ("window_minutes", rule.window_minutes, 1, LONGEST_WINDOW),
        (
            "hold_minutes",
            rule.hold_minutes.unwrap_or(0),
            0,
            LONGEST_HOLD,
        ),
        ("threshold", rule.threshold, 1, HIGHEST_COUNT),
        ("limit", rule.limit, 1, HIGHEST_COUNT),
        ("limit_minutes", rule.limit_minutes, 1, LONGEST_HOLD),
        ("reopen_minutes", rule.reopen_minutes, 0, LONGEST_WINDOW),
    ];
    let is_outside =
        |(_, value, least, most): &(&str, u32, u32, u32)| value < least || value > most;
    let (name, value, least, most) = numbers.into_iter().find(is_outside)?;
    Some(format!("{name} must be {least} to {most}, not {value}."))
}

fn templates_error(rule: &AlertRule) -> Option<String> {
    let templates = rule.title.iter().chain(&rule.service);
    let mut templates = templates.chain(rule.fields.values());
    templates.find_map(|text| {
        if length(text) > LONGEST_TEMPLATE {
            let length = length(text);
            return Some(format!(
                "a template has {length} characters; {LONGEST_TEMPLATE} is the most."
            ));
        }
        template::problem(text)
    })
}
