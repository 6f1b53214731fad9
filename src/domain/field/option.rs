//! A value that a select field offers.

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::field::SlackGroup;
use crate::field::definition_errors::text_error;
use crate::is_blank;

/// The maximum number of values that a select offers.
const MAX_OPTIONS: usize = 1_000;

/// The longest value of a select. Slack: the text of an option has at most 75 characters,
/// docs.slack.dev/reference/block-kit/composition-objects/option-object.
const LONGEST_OPTION: usize = 75;

/// A value that a select field offers. In the settings, a value with nothing but a name may be written as a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FieldOption {
    /// The value.
    pub name: String,
    /// The team that owns it; empty if there is none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub team: String,
    /// The Slack user group or channel whose members join the channel of an incident with the value; empty if
    /// there is none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub slack: String,
}

impl FieldOption {
    /// Creates a value with nothing but a name.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// Returns whether this is its name, ignoring case.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.name.to_lowercase() == name.to_lowercase()
    }

    /// Returns its first mistake.
    pub(super) fn error(&self) -> Option<OptionError> {
        if is_blank(&self.name) {
            return Some(OptionError {
                part: "name",
                problem: "is missing.".to_owned(),
            });
        }
        for (part, text) in [("name", &self.name), ("team", &self.team)] {
            if let Some(limit) = text_error(text, LONGEST_OPTION) {
                return Some(OptionError {
                    part,
                    problem: format!("must have {limit}."),
                });
            }
        }
        if self.slack.is_empty() {
            return None;
        }
        let problem = self.slack.parse::<SlackGroup>().err()?;
        Some(OptionError {
            part: "slack",
            problem: format!("{problem}."),
        })
    }
}

/// A mistake in a value: `slack must be a user group or a channel.`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OptionError {
    /// The part with the mistake: `name`, `team` or `slack`.
    part: &'static str,
    problem: String,
}

impl fmt::Display for OptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.part, self.problem)
    }
}

/// Returns the mistake in a list of values: continues a sentence that starts with the list.
pub fn option_list_error(options: &[FieldOption]) -> Option<String> {
    if options.len() > MAX_OPTIONS {
        return Some(format!(
            "must have at most {MAX_OPTIONS} values, not {}.",
            options.len()
        ));
    }
    let mut names = HashSet::new();
    for option in options {
        let name = &option.name;
        if is_blank(name) {
            return Some("must have a name for every value.".to_owned());
        }
        if let Some(OptionError { part, problem }) = option.error() {
            return Some(format!("has an invalid value: {part} of {name} {problem}"));
        }
        if !names.insert(name.to_lowercase()) {
            return Some(format!("must have unique values: {name} is listed twice."));
        }
    }
    None
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Stored {
    Name(String),
    Table(Table),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    name: String,
    #[serde(default)]
    team: String,
    #[serde(default)]
    slack: String,
}

impl<'de> Deserialize<'de> for FieldOption {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let trimmed = |text: String| text.trim().to_owned();
        Ok(match Stored::deserialize(deserializer)? {
            Stored::Name(name) => Self {
                name: trimmed(name),
                ..Self::default()
            },
            Stored::Table(Table { name, team, slack }) => Self {
                name: trimmed(name),
                team: trimmed(team),
                slack: trimmed(slack),
            },
        })
    }
}
