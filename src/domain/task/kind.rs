//! The kinds of tasks.

use serde::{Deserialize, Serialize};

use crate::ParseEnumError;
use crate::string_enum::parse_enum;

/// Work that an incident causes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// Work during the incident.
    Task,
    /// Work after the incident.
    FollowUp,
}

impl TaskKind {
    /// All kinds.
    pub const ALL: [Self; 2] = [Self::Task, Self::FollowUp];

    /// Returns the stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::FollowUp => "follow_up",
        }
    }

    /// Returns the name of the kind within a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::FollowUp => "follow-up",
        }
    }

    /// Returns the plural at the start of a sentence.
    pub fn plural_label(self) -> &'static str {
        match self {
            Self::Task => "Tasks",
            Self::FollowUp => "Follow-ups",
        }
    }

    /// Returns the kind with this stored name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl std::str::FromStr for TaskKind {
    type Err = ParseEnumError;

    fn from_str(input: &str) -> Result<Self, Self::Err> {
        parse_enum("task", input, &Self::ALL, Self::as_str, |kind| {
            kind.as_str() == input
        })
    }
}
