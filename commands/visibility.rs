//! `/datadog incident private` and `/datadog incident public`: changes the visibility of an
//! incident.

use std::str::FromStr;

use crate::slash::ParsedCommand;
use crate::slash::command::{Command, HelpGroup};
use crate::string_enum::{ParseEnumError, impl_string_enum, normalize, parse_enum};

pub(crate) const PRIVATE: Command = Command {
    name: "visibility",
    words: &["private"],
    usage: "incident private",
    summary: "Makes the incident of this channel known to those who take part alone, in a private channel.",
    group: HelpGroup::Admin,
    short_usage: "private",
    typos: &["private"],
    parse: |text| text.when_alone(ParsedCommand::Visibility(Visibility::Private)),
};

pub(crate) const PUBLIC: Command = Command {
    name: "visibility",
    words: &["public"],
    usage: "incident public",
    summary: "Makes the incident of this channel known to everybody, in a public channel.",
    group: HelpGroup::Admin,
    short_usage: "",
    typos: &["public"],
    parse: |text| text.when_alone(ParsedCommand::Visibility(Visibility::Public)),
};

/// The visibility of an incident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Visibility {
    /// Visible to all users.
    #[default]
    Public,
    /// Visible to its responders only.
    Private,
}

impl Visibility {
    /// Both visibilities.
    pub const ALL: [Self; 2] = [Self::Public, Self::Private];

    /// Returns the name, which is used in commands, messages and the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}

impl_string_enum!(Visibility);

impl FromStr for Visibility {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let normalized = normalize(text);
        parse_enum("visibility", text, &Self::ALL, Self::as_str, |visibility| {
            visibility.as_str() == normalized
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slash::parse;

    #[test]
    fn visibility_followed_by_more_words_is_not_changed() {
        for (text, expected) in [
            ("Private", Some(Visibility::Private)),
            ("public", Some(Visibility::Public)),
            ("private keys are on the web", None),
            ("privately", None),
        ] {
            let command = parse(&format!("incident {text}"));
            let mut values = Visibility::ALL.into_iter();
            let visibility = values.find(|it| command == ParsedCommand::Visibility(*it));
            assert_eq!(visibility, expected, "{text}");
        }
    }
}
