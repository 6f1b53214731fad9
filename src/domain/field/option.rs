//! A value that a select field offers.

use serde::{Deserialize, Deserializer, Serialize};

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
