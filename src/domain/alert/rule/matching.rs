//! Finds the rule of an alert.

use regex::{Regex, RegexBuilder};

use super::{AlertFacts, AlertRule, LabelMatcher, MatchOperator};

/// The largest compiled pattern, in bytes.
const PATTERN_SIZE: usize = 256 * 1024;

/// The rules with their compiled patterns.
#[derive(Debug)]
pub struct CompiledRules<'r> {
    rules: Vec<(&'r AlertRule, Vec<CompiledMatcher<'r>>)>,
}

#[derive(Debug)]
struct CompiledMatcher<'r> {
    matcher: &'r LabelMatcher,
    /// `None` if the value is no pattern, or an invalid one, which matches nothing.
    pattern: Option<Regex>,
}

impl<'r> CompiledRules<'r> {
    /// Compiles the rules.
    pub fn new(rules: &'r [AlertRule]) -> Self {
        let compiled = |matcher: &'r LabelMatcher| CompiledMatcher {
            matcher,
            pattern: match matcher.operator.is_pattern() {
                true => compile(&matcher.value).ok(),
                false => None,
            },
        };
        let rules = rules.iter().filter(|rule| rule.enabled);
        Self {
            rules: rules
                .map(|rule| (rule, rule.matchers.iter().map(compiled).collect()))
                .collect(),
        }
    }

    /// Returns the first rule that matches.
    pub fn rule_for(&self, alert: &AlertFacts<'_>) -> Option<&'r AlertRule> {
        let mut rules = self.rules.iter();
        let matching = rules.find(|(rule, matchers)| {
            let is_named = |name: &String| name.trim().eq_ignore_ascii_case(alert.source.trim());
            (rule.sources.is_empty() || rule.sources.iter().any(is_named))
                && matchers.iter().all(|matcher| matcher.matches(alert))
        });
        matching.map(|(rule, _)| *rule)
    }
}

impl CompiledMatcher<'_> {
    fn matches(&self, alert: &AlertFacts<'_>) -> bool {
        let value = alert.label(&self.matcher.label);
        let is_match = || {
            let pattern = self.pattern.as_ref();
            pattern.map(|pattern| pattern.is_match(value))
        };
        match self.matcher.operator {
            MatchOperator::Equal => value == self.matcher.value,
            MatchOperator::NotEqual => value != self.matcher.value,
            MatchOperator::Matches => is_match().unwrap_or(false),
            MatchOperator::MatchesNot => is_match().is_some_and(|matches| !matches),
        }
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
