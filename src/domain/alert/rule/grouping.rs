//! The facts of an alert that rules depend on, and the grouping key.

use std::collections::BTreeMap;

use super::AlertRule;
use crate::alert::limits::short_id;

/// The label by which alerts are grouped if the sender does not group them.
pub(crate) const SERVICE: &str = "service";

/// The longest grouping key that is stored as it is.
const LONGEST_KEY: usize = 300;

/// The facts of an alert that rules depend on.
#[derive(Clone, Copy, Debug)]
pub struct AlertFacts<'a> {
    /// The number of its source.
    pub source_id: i64,
    /// The name of its source.
    pub source: &'a str,
    /// Its key.
    pub key: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Its severity in the sender's own words.
    pub severity: &'a str,
    /// Its description.
    pub description: &'a str,
    /// Its labels.
    pub labels: &'a BTreeMap<String, String>,
    /// The sender's group.
    pub group: Option<&'a str>,
}

impl AlertFacts<'_> {
    /// Returns a label; empty if it is missing. `title` and `severity` are those of the alert.
    pub fn label(&self, name: &str) -> &str {
        match name {
            "title" => self.title,
            "severity" => self.severity,
            name => self.labels.get(name).map_or("", String::as_str),
        }
    }

    /// Returns whether it only says that a monitor has no data or cannot be evaluated. Such an alert never declares
    /// an incident.
    pub fn is_about_the_monitor(&self) -> bool {
        ["DatasourceNoData", "DatasourceError"].contains(&self.label("alertname"))
    }
}

/// Returns the grouping key of an alert under a rule. Groups of the sender and keys are distinct between sources;
/// groups by labels join the alerts of all sources.
pub fn group_key(rule: &AlertRule, alert: &AlertFacts<'_>) -> String {
    let key = if !rule.group_by.is_empty() {
        let names = rule.group_by.iter();
        let parts: Vec<_> = names
            .map(|name| (name.as_str(), alert.label(name)))
            .collect();
        format!("labels:{parts:?}")
    } else if let Some(group) = alert.group.filter(|group| !group.is_empty()) {
        format!("group:{}:{group}", alert.source_id)
    } else if !alert.label(SERVICE).is_empty() {
        format!("service:{}", alert.label(SERVICE))
    } else {
        format!("key:{}:{}", alert.source_id, alert.key)
    };
    short_id(key, LONGEST_KEY)
}
