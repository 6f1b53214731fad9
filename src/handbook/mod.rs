//! The handbook: its pages, in the order in which they are listed. `muster help` prints them.

/// A page of the handbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Topic {
    /// The name, as in `muster help install`; the file is `install.md`.
    pub name: &'static str,
    /// The content of the page in a few words.
    pub summary: &'static str,
    /// The page as Markdown. Its first row is the title.
    pub text: &'static str,
}

macro_rules! topics {
    ($($name:literal: $summary:literal,)*) => {
        &[$(Topic { name: $name, summary: $summary, text: include_str!(concat!($name, ".md")) },)*]
    };
}

/// All pages.
pub const TOPICS: &[Topic] = topics! {
    "sandbox": "try Muster in a browser, without a Slack workspace",
    "install": "set up Muster for a Slack workspace, step by step",
    "configuration": "environment variables and the file .env",
    "settings": "how the team works: severities, roles, reminders and more",
    "fields": "services, teams and custom fields",
    "commands": "everything that can be typed or clicked in Slack",
    "pages": "the incident in a browser, Undo, conflicts and keys",
    "search": "the list in the browser: words, filters, views and CSV",
    "clipboard": "links that you collect, and links from Grafana and Datadog that declare",
    "timeline": "notes, messages, flags, edits and the export",
    "impact": "since when customers are affected, and the durations derived from it",
    "tasks": "tasks, follow-ups and due dates",
    "roles": "commander, responders and roles",
    "notifications": "announcements, subscriptions, direct messages and reminders",
    "postmortem": "the document after an incident: variables, templates and exports",
    "exports": "postmortems in Slack canvases, Confluence and Datadog notebooks",
    "webhooks": "signed events for programs of yours, and pages with PagerDuty",
    "alerts": "alerts from Alertmanager, Grafana, Datadog, PagerDuty clients, AWS, Sentry and scripts",
    "alert-rules": "cards that suggest incidents, groups, limits",
    "api": "Datadog's Incidents API: keys, clients, operations, errors",
    "privacy": "private incidents and test incidents",
    "security": "tokens, scopes, network and data",
    "operations": "monitoring, backup, restore and upgrade",
    "architecture": "how Muster is built",
    "guarantees": "what is promised, and the tests that check it",
    "contributing": "build, test and change Muster",
};

impl Topic {
    /// Returns the title of the page.
    pub fn title(&self) -> &'static str {
        let first = self.text.lines().next().unwrap_or_default();
        first.trim_start_matches("# ")
    }

    /// Returns whether a heading of the page contains this name as a word.
    fn has_heading_with(&self, name: &str) -> bool {
        let headings = self.text.lines().filter(|row| row.starts_with('#'));
        headings
            .flat_map(|row| row.split(|c: char| !c.is_alphanumeric()))
            .any(|it| it.eq_ignore_ascii_case(name))
    }
}

/// Returns the page with this name.
pub fn find_topic(name: &str) -> Option<&'static Topic> {
    TOPICS
        .iter()
        .find(|topic| topic.name.eq_ignore_ascii_case(name))
}

/// Returns the page that is closest to an unknown name: one with a similar name, or one with the name in a
/// heading.
pub fn closest_topic(name: &str) -> Option<&'static Topic> {
    let name = Some(name.to_lowercase()).filter(|name| !name.is_empty())?;
    let distance = |topic: &Topic| strsim::osa_distance(&name, topic.name);
    let closest = TOPICS.iter().min_by_key(|topic| distance(topic));
    let max_distance = name.chars().count() / 3;
    let is_start = |topic: &&Topic| name.len() > 2 && topic.name.starts_with(&name);
    closest
        .filter(|topic| distance(topic) <= max_distance)
        .or_else(|| TOPICS.iter().find(is_start))
        .or_else(|| TOPICS.iter().find(|topic| topic.has_heading_with(&name)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_page_starts_with_its_title() {
        for topic in TOPICS {
            assert!(topic.text.starts_with("# "), "{}", topic.name);
            assert!(!topic.title().is_empty(), "{}", topic.name);
        }
    }

    #[test]
    fn closest_topic_has_a_similar_name_or_a_heading() {
        for (name, expected) in [
            ("instal", "install"),
            ("Task", "tasks"),
            ("oper", "operations"),
            ("restore", "operations"),
            ("systemd", "install"),
        ] {
            assert_eq!(closest_topic(name).unwrap().name, expected, "{name}");
        }
        for name in ["", "q", "weather"] {
            assert_eq!(closest_topic(name), None, "{name}");
        }
    }
}
