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
    /// The key of the part with the mistake: `threshold`, or `fields.region`.
    pub part: String,
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

impl AlertRuleError {
    fn new(index: usize, rule: &AlertRule, mistake: Mistake) -> Self {
        Self {
            index,
            name: rule.name.clone(),
            part: mistake.part,
            problem: mistake.problem,
        }
    }

    /// Returns the problem as a sentence, for a form that shows it at the part: `Must be 1 to 1000, not 0.`
    pub fn sentence(&self) -> String {
        let problem = self.problem.strip_prefix(&self.part);
        let problem = problem.unwrap_or(&self.problem).trim_start();
        let mut signs = problem.chars();
        let first = signs.next().map(char::to_uppercase);
        first.into_iter().flatten().chain(signs).collect()
    }
}

/// A mistake in a part of a rule.
struct Mistake {
    part: String,
    problem: String,
}

impl Mistake {
    fn new(part: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            part: part.into(),
            problem: problem.into(),
        }
    }
}

impl Settings {
    /// Returns all mistakes of new alert rules, as the settings report them when the rules are stored.
    pub fn alert_rule_change_errors(&self, rules: Vec<AlertRule>) -> Vec<AlertRuleError> {
        let to = Self {
            alert_rules: rules,
            ..self.clone()
        };
        let mut errors = to.alert_rule_errors();
        errors.extend(self.unknown_alert_rule_names(&to));
        errors
    }

    /// Returns all mistakes in the alert rules, except names of what the settings do not have: a field may be removed
    /// after a rule named it.
    pub fn alert_rule_errors(&self) -> Vec<AlertRuleError> {
        let rules = &self.alert_rules;
        let mut errors = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            let name = name_mistake(rule, &rules[..index]);
            let parts = part_mistakes(rule).into_iter();
            let parts = parts.chain(matcher_mistakes(rule));
            let parts = parts.chain(number_mistakes(rule));
            let parts = parts.chain(template_mistakes(rule));
            let mistakes = name.into_iter().chain(parts);
            errors.extend(mistakes.map(|mistake| AlertRuleError::new(index, rule, mistake)));
        }
        errors.extend(rules.get(MAX_RULES).map(|rule| {
            let problem = format!("that's one too many: there can be {MAX_RULES} rules.");
            AlertRuleError::new(MAX_RULES, rule, Mistake::new("name", problem))
        }));
        errors
    }

    /// Returns the mistakes of new and edited alert rules that name what `to` does not have.
    pub(crate) fn unknown_alert_rule_names(&self, to: &Self) -> Vec<AlertRuleError> {
        let rules = to.alert_rules.iter().enumerate();
        let new = rules.filter(|(_, rule)| !self.alert_rules.contains(rule));
        let errors = new.flat_map(|(index, rule)| {
            let missing = to.missing_alert_rule_names(rule).into_iter();
            missing.map(move |(part, missing)| {
                let problem = format!("there's no {missing}.");
                AlertRuleError::new(index, rule, Mistake::new(part, problem))
            })
        });
        errors.collect()
    }

    /// Returns what a rule names that these settings do not have, with the keys of the parts that name it.
    pub fn missing_alert_rule_names(&self, rule: &AlertRule) -> Vec<(String, String)> {
        let scale = self.severity_scale();
        let has = |severity: &Severity| scale.levels().iter().any(|it| it.severity == *severity);
        let severity = rule.severity.iter().map(|it| ("severity", it));
        let severities = rule.severities.values().map(|it| ("severities", it));
        let severities = severity
            .chain(severities)
            .filter(|(_, severity)| !has(severity));
        let is_field = |name: &&String| self.fields.iter().all(|field| field.name != **name);
        let fields = rule.fields.keys().filter(is_field);
        severities
            .map(|(part, severity)| (part.to_owned(), format!("severity {severity}")))
            .chain(fields.map(|name| (field_part(name), format!("field {name}"))))
            .chain(self.missing_incident_type(rule))
            .collect()
    }

    fn missing_incident_type(&self, rule: &AlertRule) -> Option<(String, String)> {
        let types = || self.incident_types.iter().map(|known| known.name.as_str());
        let name = rule.incident_type.as_deref()?;
        if types().any(|known| known.to_lowercase() == name.to_lowercase()) {
            return None;
        }
        let name = truncate(name, LONGEST_NAME);
        let types: Vec<&str> = types().collect();
        let types = types.join(", ");
        let missing = format!("incident type {name}. The types are: {types}");
        Some(("type".to_owned(), missing))
    }
}

/// Returns the key of the template of a field.
fn field_part(name: &str) -> String {
    format!("fields.{name}")
}

fn name_mistake(rule: &AlertRule, others: &[AlertRule]) -> Option<Mistake> {
    name_problem(rule, others).map(|problem| Mistake::new("name", problem))
}

fn name_problem(rule: &AlertRule, others: &[AlertRule]) -> Option<String> {
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

fn part_mistakes(rule: &AlertRule) -> Vec<Mistake> {
    let parts = [
        ("sources", "sources", rule.sources.len()),
        ("match", "tests of labels", rule.matchers.len()),
        ("group_by", "labels to group by", rule.group_by.len()),
        ("severities", "severities", rule.severities.len()),
        ("fields", "fields", rule.fields.len()),
    ];
    let too_many = parts.into_iter().filter(|(.., count)| *count > MAX_PARTS);
    let too_many = too_many.map(|(part, named, count)| {
        Mistake::new(
            part,
            format!("there are {count} {named}; {MAX_PARTS} is the most."),
        )
    });
    let names = [("sources", &rule.sources), ("group_by", &rule.group_by)];
    let nameless = names
        .into_iter()
        .filter(|(_, names)| names.iter().any(|it| is_blank(it)));
    let nameless = nameless.map(|(part, _)| {
        let problem = "a source or a label to group by has no name.";
        Mistake::new(part, problem)
    });
    let is_channel = |name: &&String| !is_blank(name) && !name.contains(char::is_whitespace);
    let channel = rule.channel.iter().filter(|name| !is_channel(name));
    let channel =
        channel.map(|_| Mistake::new("channel", "the channel must be a name such as #alerts."));
    too_many.chain(nameless).chain(channel).collect()
}

fn matcher_mistakes(rule: &AlertRule) -> Vec<Mistake> {
    let patterns = rule.matchers.iter().filter(|it| it.operator.is_pattern());
    let invalid = patterns.filter_map(|matcher| {
        let problem = compile(&matcher.value).err()?;
        let problem = format!("the pattern of {} is wrong: {problem}", matcher.label);
        Some(Mistake::new("match", problem))
    });
    invalid.collect()
}

fn number_mistakes(rule: &AlertRule) -> Vec<Mistake> {
    let hold_minutes = rule.hold_minutes.unwrap_or(0);
    let numbers = [
        ("window_minutes", rule.window_minutes, 1, LONGEST_WINDOW),
        ("hold_minutes", hold_minutes, 0, LONGEST_HOLD),
        ("threshold", rule.threshold, 1, HIGHEST_COUNT),
        ("limit", rule.limit, 1, HIGHEST_COUNT),
        ("limit_minutes", rule.limit_minutes, 1, LONGEST_HOLD),
        ("reopen_minutes", rule.reopen_minutes, 0, LONGEST_WINDOW),
    ];
    let is_outside =
        |(_, value, least, most): &(&str, u32, u32, u32)| value < least || value > most;
    let outside = numbers.into_iter().filter(is_outside);
    let mistake = |(name, value, least, most): (&str, u32, u32, u32)| {
        Mistake::new(
            name,
            format!("{name} must be {least} to {most}, not {value}."),
        )
    };
    outside.map(mistake).collect()
}

fn template_mistakes(rule: &AlertRule) -> Vec<Mistake> {
    let title = rule.title.iter().map(|it| ("title".to_owned(), it));
    let service = rule.service.iter().map(|it| ("service".to_owned(), it));
    let fields = rule.fields.iter();
    let fields = fields.map(|(name, text)| (field_part(name), text));
    let templates = title.chain(service).chain(fields);
    let mistakes = templates.filter_map(|(part, text)| Some(Mistake::new(part, problem_of(text)?)));
    mistakes.collect()
}

/// Returns the problem of a template.
fn problem_of(text: &str) -> Option<String> {
    let length = length(text);
    match length > LONGEST_TEMPLATE {
        true => Some(format!(
            "a template has {length} characters; {LONGEST_TEMPLATE} is the most."
        )),
        false => template::problem(text),
    }
}
