//! The action of a rule, and its reaction when all alerts are resolved.

use std::str::FromStr;

use crate::ParseEnumError;
use crate::string_enum::{impl_string_enum, normalize, parse_enum};

/// The action of a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AlertAction {
    /// The alerts are listed, nothing else.
    Ignore,
    /// The alerts are added to the open incident of their group, if there is one.
    Attach,
    /// A card in a channel offers to declare an incident.
    #[default]
    Suggest,
    /// An incident is declared.
    Declare,
}

impl AlertAction {
    /// All actions.
    pub const ALL: [Self; 4] = [Self::Ignore, Self::Attach, Self::Suggest, Self::Declare];

    /// Returns the name in the settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ignore => "ignore",
            Self::Attach => "attach",
            Self::Suggest => "suggest",
            Self::Declare => "declare",
        }
    }
}

/// The reaction when all alerts of an incident are resolved. An incident is never resolved by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WhenResolved {
    /// A message in the incident's channel offers the status Stable.
    #[default]
    Say,
    /// The incident becomes stable.
    Stable,
    /// Nothing.
    Nothing,
}

impl WhenResolved {
    /// All reactions.
    pub const ALL: [Self; 3] = [Self::Say, Self::Stable, Self::Nothing];

    /// Returns the name in the settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Say => "say",
            Self::Stable => "stable",
            Self::Nothing => "nothing",
        }
    }

    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl_string_enum!(AlertAction, WhenResolved);

impl FromStr for AlertAction {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let normalized = normalize(text);
        parse_enum("action", text, &Self::ALL, Self::as_str, |it| {
            it.as_str() == normalized
        })
    }
}

impl FromStr for WhenResolved {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let normalized = normalize(text);
        parse_enum("reaction", text, &Self::ALL, Self::as_str, |it| {
            it.as_str() == normalized
        })
    }
}
