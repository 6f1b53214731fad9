//! Whether customers are affected now, by the impacts of an incident.

use std::str::FromStr;

use crate::string_enum::{ParseEnumError, impl_string_enum, normalize, parse_enum};
use crate::{Impact, Incident};

/// Whether customers are affected now, by the impacts of an incident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ImpactState {
    /// At least one impact continues.
    Ongoing,
    /// All impacts have ended.
    Over,
    /// There are no impacts.
    #[default]
    None,
}

impl ImpactState {
    /// All states, in the order of the facet.
    pub const ALL: [Self; 3] = [Self::Ongoing, Self::Over, Self::None];

    /// Returns the name in the store and in URLs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ongoing => "ongoing",
            Self::Over => "over",
            Self::None => "none",
        }
    }

    /// Returns the displayed name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ongoing => "Ongoing",
            Self::Over => "Over",
            Self::None => "None",
        }
    }
}

impl_string_enum!(ImpactState);

impl FromStr for ImpactState {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let normalized = normalize(text);
        parse_enum("impact state", text, &Self::ALL, Self::as_str, |state| {
            state.as_str() == normalized
        })
    }
}

impl Incident {
    /// Returns whether customers are affected now, by the impacts.
    pub fn impact_state(&self) -> ImpactState {
        if self.impacts.is_empty() {
            ImpactState::None
        } else if self.impacts.iter().any(Impact::is_open) {
            ImpactState::Ongoing
        } else {
            ImpactState::Over
        }
    }
}
