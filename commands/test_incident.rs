//! `/datadog incident test [title]`: declares a test incident, which is not counted, and not
//! announced unless requested.

use std::str::FromStr;

use crate::slash::command::{Command, HelpGroup};
use crate::slash::{ParsedCommand, unquoted};
use crate::string_enum::{ParseEnumError, impl_string_enum, normalize, parse_enum};

pub(crate) const COMMAND: Command = Command {
    name: "test_incident",
    words: &["test"],
    usage: "incident test [title]",
    summary: "Opens the form to declare a test incident: marked TEST, not announced and not counted.",
    group: HelpGroup::Declare,
    short_usage: "incident test [title]",
    typos: &[],
    parse: |text| {
        Some(ParsedCommand::DeclareTest {
            title: unquoted(&text.args()).to_owned(),
        })
    },
};

/// The `callback_id` of the modal.
pub const CALLBACK_ID: &str = "declare_test";

/// The kind of an incident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IncidentKind {
    /// A real incident.
    #[default]
    Real,
    /// A test, which is neither announced nor counted.
    Test,
    /// A test that is announced, but not counted.
    AnnouncedTest,
}

impl IncidentKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Real, Self::Test, Self::AnnouncedTest];

    /// Returns the stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Test => "test",
            Self::AnnouncedTest => "announced test",
        }
    }

    /// Returns whether it is a test, announced or not.
    pub fn is_test(self) -> bool {
        match self {
            Self::Real => false,
            Self::Test | Self::AnnouncedTest => true,
        }
    }

    /// Returns a title as it is displayed: that of a test has a prefix.
    pub fn display_title(self, title: &str) -> String {
        if self.is_test() {
            format!("TEST · {title}")
        } else {
            title.to_owned()
        }
    }
}

impl_string_enum!(IncidentKind);

impl FromStr for IncidentKind {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let normalized = normalize(text);
        parse_enum("incident kind", text, &Self::ALL, Self::as_str, |kind| {
            normalize(kind.as_str()) == normalized
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_kind_round_trips_and_test_titles_are_prefixed() {
        for kind in IncidentKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            let is_marked = kind.display_title("Checkout") != "Checkout";
            assert_eq!(is_marked, kind.is_test());
        }
    }
}
