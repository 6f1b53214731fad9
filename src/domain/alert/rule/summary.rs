//! A rule in words.

use chrono::Duration;

use super::{AlertAction, AlertRule, LabelMatcher, MatchOperator};
use crate::text::format_duration;

impl AlertRule {
    /// Returns the rule in words: `Alerts with service = checkout → suggest an incident in #alerts`.
    pub fn summary(&self) -> String {
        format!("{} → {}", self.condition(), self.consequence())
    }

    fn condition(&self) -> String {
        let alerts = match self.sources.is_empty() {
            true if self.matchers.is_empty() => "All alerts".to_owned(),
            true => "Alerts".to_owned(),
            false => format!("{} alerts", self.sources.join(" or ")),
        };
        let matchers: Vec<_> = self.matchers.iter().map(LabelMatcher::in_words).collect();
        match matchers.is_empty() {
            true => alerts,
            false => format!("{alerts} with {}", matchers.join(" and ")),
        }
    }

    fn consequence(&self) -> String {
        let kind = match (self.test, self.private) {
            (true, true) => "a private test incident",
            (true, false) => "a test incident",
            (false, true) => "a private incident",
            (false, false) => "an incident",
        };
        let kind = match &self.incident_type {
            Some(name) => format!("{kind} of type {name}"),
            None => kind.to_owned(),
        };
        let channel = self
            .channel
            .as_deref()
            .unwrap_or("the announcements channel");
        let action = match self.action {
            AlertAction::Ignore => return "list them, nothing else".to_owned(),
            AlertAction::Attach => return "add to the open incident of their group".to_owned(),
            AlertAction::Suggest => format!("suggest {kind} in {channel}"),
            AlertAction::Declare => format!("declare {kind}"),
        };
        let severity = self.severity.map(|severity| severity.to_string());
        let delay = self.hold_period();
        let delay = (delay > Duration::zero()).then(|| format!("held {}", format_duration(delay)));
        let threshold = (self.threshold > 1).then(|| format!("from {} alerts on", self.threshold));
        let parts = [Some(action), severity, delay, threshold];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        parts.join(", ")
    }
}

impl LabelMatcher {
    /// Returns the test in words: `service = checkout`.
    fn in_words(&self) -> String {
        let Self { label, value, .. } = self;
        match (self.operator, value.is_empty()) {
            (MatchOperator::Equal, true) => format!("no {label}"),
            (MatchOperator::NotEqual, true) => format!("any {label}"),
            (MatchOperator::Equal, false) => format!("{label} = {value}"),
            (MatchOperator::NotEqual, false) => format!("{label} ≠ {value}"),
            (MatchOperator::Matches, _) => format!("{label} matching {value}"),
            (MatchOperator::MatchesNot, _) => format!("{label} not matching {value}"),
        }
    }
}
