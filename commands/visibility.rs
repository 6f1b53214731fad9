//! `/datadog incident private` and `/datadog incident public`: who may know of an incident.

use std::str::FromStr;

use crate::words::{UnknownWord, as_its_word, find, letters};

/// Who knows of an incident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Visibility {
    /// Everybody.
    #[default]
    Public,
    /// Its responders alone.
    Private,
}

impl Visibility {
    /// Every visibility.
    pub const ALL: [Self; 2] = [Self::Public, Self::Private];

    /// Gives the word: it is typed, shown and stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}

as_its_word!(Visibility);

impl FromStr for Visibility {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let said = letters(text);
        find("visibility", text, &Self::ALL, Self::as_str, |word| {
            word.as_str() == said
        })
    }
}

/// Reads the words after `incident`: one of ours alone, and nothing after it, for a title may well begin
/// with it.
pub(crate) fn read(first: &str, more: &str) -> Option<Visibility> {
    let word = first.to_lowercase();
    let mut all = Visibility::ALL.into_iter();
    all.find(|it| it.as_str() == word && more.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_alone_is_a_command_and_with_more_a_title() {
        assert_eq!(read("Private", ""), Some(Visibility::Private));
        assert_eq!(read("public", ""), Some(Visibility::Public));
        assert_eq!(read("private", "keys are on the web"), None);
        assert_eq!(read("privately", ""), None);
    }
}
