//! Finds the rule of an alert.

use regex::{Regex, RegexBuilder};

use super::{AlertFacts, AlertRule, LabelMatcher, MatchOperator};

/// The largest compiled pattern, in bytes.
const PATTERN_SIZE: usize = 256 * 1024;

/// The enabled rules with their compiled patterns.
#[derive(Debug)]
pub struct CompiledRules {
    rules: Vec<CompiledRule>,
}

#[derive(Debug)]
struct CompiledRule {
    rule: AlertRule,
    /// The pattern of each matcher; `None` if its value is no pattern, or an invalid one, which matches nothing.
    patterns: Vec<Option<Regex>>,
}

impl CompiledRules {
    /// Compiles the rules.
    pub fn new(rules: &[AlertRule]) -> Self {
        let pattern = |matcher: &LabelMatcher| match matcher.operator.is_pattern() {
            true => compile(&matcher.value).ok(),
            false => None,
        };
        let enabled = rules.iter().filter(|rule| rule.enabled);
        let rules = enabled.map(|rule| CompiledRule {
            patterns: rule.matchers.iter().map(pattern).collect(),
            rule: rule.clone(),
        });
        Self {
            rules: rules.collect(),
        }
    }

    /// Returns the first rule that matches.
    pub fn rule_for(&self, alert: &AlertFacts<'_>) -> Option<&AlertRule> {
        let matching = self.rules.iter().find(|rule| rule.matches(alert));
        matching.map(|matching| &matching.rule)
    }
}

impl CompiledRule {
    fn matches(&self, alert: &AlertFacts<'_>) -> bool {
        let sources = &self.rule.sources;
        let is_named = |name: &String| name.trim().eq_ignore_ascii_case(alert.source.trim());
        let mut matchers = self.rule.matchers.iter().zip(&self.patterns);
        (sources.is_empty() || sources.iter().any(is_named))
            && matchers.all(|(matcher, pattern)| matches(matcher, pattern.as_ref(), alert))
    }
}

fn matches(matcher: &LabelMatcher, pattern: Option<&Regex>, alert: &AlertFacts<'_>) -> bool {
    let value = alert.label(&matcher.label);
    let is_match = || pattern.map(|pattern| pattern.is_match(value));
    match matcher.operator {
        MatchOperator::Equal => value == matcher.value,
        MatchOperator::NotEqual => value != matcher.value,
        MatchOperator::Matches => is_match().unwrap_or(false),
        MatchOperator::MatchesNot => is_match().is_some_and(|matches| !matches),
    }
}

/// Compiles a pattern that must match a whole value, as in Prometheus. Matching takes linear time.
///
/// # Errors
/// Returns why the pattern is invalid.
pub(super) fn compile(pattern: &str) -> Result<Regex, String> {
    // Alone first: `a)(b` must not become valid within the group.
    let build = |pattern: &str| {
        let mut builder = RegexBuilder::new(pattern);
        builder.size_limit(PATTERN_SIZE).build()
    };
    let compiled = build(pattern).and_then(|_| build(&format!("^(?s:{pattern})$")));
    compiled.map_err(|error| problem(&error))
}

/// Returns why a pattern is invalid, as the end of a sentence.
fn problem(error: &regex::Error) -> String {
    if let regex::Error::CompiledTooBig(_) = error {
        return "it's too large.".to_owned();
    }
    let text = error.to_string();
    let reason = text.lines().rfind(|row| row.starts_with("error: "));
    reason.map_or("it's invalid.".to_owned(), |reason| {
        format!("{}.", reason.trim_start_matches("error: "))
    })
}
