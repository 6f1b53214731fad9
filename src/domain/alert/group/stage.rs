//! The stage of a group, as the store names it.

use std::str::FromStr;

use crate::ParseEnumError;
use crate::string_enum::{impl_string_enum, parse_enum};

/// The stage of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupStage {
    /// The rule has not acted.
    Waiting,
    /// A card suggests an incident.
    Suggested,
    /// It is counted on the card of a storm.
    InStorm,
    /// It is listed, nothing else.
    Listed,
    /// A user ignores it.
    Ignored,
    /// It belongs to an incident.
    Attached,
}

impl GroupStage {
    /// All stages.
    pub const ALL: [Self; 6] = [
        Self::Waiting,
        Self::Suggested,
        Self::InStorm,
        Self::Listed,
        Self::Ignored,
        Self::Attached,
    ];

    /// Returns the value that the store uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Suggested => "suggested",
            Self::InStorm => "in_storm",
            Self::Listed => "listed",
            Self::Ignored => "ignored",
            Self::Attached => "attached",
        }
    }
}

impl_string_enum!(GroupStage);

impl FromStr for GroupStage {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_enum("stage", text, &Self::ALL, Self::as_str, |_| false)
    }
}
