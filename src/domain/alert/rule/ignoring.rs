//! The rule that ignores the alerts of a group from now on.

use super::{AlertAction, AlertRule, LabelMatcher, MatchOperator};
use crate::text::{length, truncate};

/// The longest title in the name of the rule, in characters.
const LONGEST_TITLE: usize = 60;

/// The longest pattern, in characters. A value of a test has at most 1,024.
const LONGEST_PATTERN: usize = 1_000;

impl AlertRule {
    /// Returns a rule that ignores the alerts of this rule with one of these titles. `group` is the title of their
    /// group; `others` are the existing rules, from which its name differs.
    pub fn ignoring(&self, group: &str, titles: &[String], others: &[Self]) -> Self {
        let title = truncate(group, LONGEST_TITLE);
        let base = format!("Ignore {title}").trim().to_owned();
        let is_taken = |name: &str| {
            let name = name.to_lowercase();
            others.iter().any(|rule| rule.name.to_lowercase() == name)
        };
        let numbered = (2..).map(|number| format!("{base} {number}"));
        let mut names = std::iter::once(base.clone()).chain(numbered);
        Self {
            name: names.find(|name| !is_taken(name)).unwrap_or(base),
            sources: self.sources.clone(),
            matchers: vec![title_matcher(group, titles)],
            action: AlertAction::Ignore,
            ..Self::default()
        }
    }

    /// Returns whether this rule ignores what another one ignores.
    pub fn ignores_like(&self, other: &Self) -> bool {
        self.enabled
            && self.action == AlertAction::Ignore
            && self.sources == other.sources
            && self.matchers == other.matchers
    }
}

/// Returns the test of these titles, or of those that fit into one pattern.
fn title_matcher(group: &str, titles: &[String]) -> LabelMatcher {
    if let [] | [_] = titles {
        return LabelMatcher::equal("title", titles.first().map_or(group, String::as_str));
    }
    let mut pattern = String::new();
    for title in titles {
        let escaped = regex::escape(title);
        if length(&pattern) + length(&escaped) >= LONGEST_PATTERN {
            break;
        }
        if !pattern.is_empty() {
            pattern.push('|');
        }
        pattern.push_str(&escaped);
    }
    LabelMatcher {
        label: "title".to_owned(),
        operator: MatchOperator::Matches,
        value: pattern,
    }
}
