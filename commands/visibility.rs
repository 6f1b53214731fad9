//! `/datadog incident private` and `/datadog incident public`: changes the visibility of an
//! incident.

use std::str::FromStr;

use crate::string_enum::{ParseEnumError, impl_string_enum, normalize, parse_enum};

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
        let said = normalize(text);
        parse_enum("visibility", text, &Self::ALL, Self::as_str, |word| {
            word.as_str() == said
        })
    }
}

/// Parses the text after `incident`. With more words, it is a title.
pub(crate) fn parse(first: &str, more: &str) -> Option<Visibility> {
    let word = first.to_lowercase();
    let mut all = Visibility::ALL.into_iter();
    all.find(|it| it.as_str() == word && more.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visibility_followed_by_more_words_is_a_title() {
        assert_eq!(parse("Private", ""), Some(Visibility::Private));
        assert_eq!(parse("public", ""), Some(Visibility::Public));
        assert_eq!(parse("private", "keys are on the web"), None);
        assert_eq!(parse("privately", ""), None);
    }
}
