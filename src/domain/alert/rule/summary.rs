//! A rule in words.

use chrono::Duration;

use super::{AlertAction, AlertRule};
use crate::text::format_duration;

impl AlertRule {
    /// Returns the rule in words: `service=checkout: suggests an incident in #alerts.`
    pub fn summary(&self) -> String {
        let off = match self.enabled {
            true => "",
            false => "Off. ",
        };
        format!("{off}{}: {}.", self.condition(), self.consequence())
    }

    fn condition(&self) -> String {
        let matchers = self.matchers.iter().map(ToString::to_string);
        let matchers: Vec<_> = matchers.collect();
        let mut parts = Vec::new();
        if !self.sources.is_empty() {
            parts.push(format!("from {}", self.sources.join(" or ")));
        }
        if !matchers.is_empty() {
            parts.push(matchers.join(", "));
        }
        match parts.is_empty() {
            true => "All alerts".to_owned(),
            false => format!("Alerts {}", parts.join(" with ")),
        }
    }

    fn consequence(&self) -> String {
        let delay = match self.hold_period() {
            period if period > Duration::zero() => format!(" after {}", format_duration(period)),
            _ => String::new(),
        };
        let kind = match (self.test, self.private) {
            (true, true) => "a private test incident",
            (true, false) => "a test incident",
            (false, true) => "a private incident",
            (false, false) => "an incident",
        };
        let channel = self
            .channel
            .as_deref()
            .unwrap_or("the announcements channel");
        match self.action {
            AlertAction::Ignore => "listed, nothing else".to_owned(),
            AlertAction::Attach => "added to the open incident of their group".to_owned(),
            AlertAction::Suggest => format!("a card in {channel} suggests {kind}{delay}"),
            AlertAction::Declare => format!("{kind} is declared{delay}"),
        }
    }
}
