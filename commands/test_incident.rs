//! `/datadog incident test [title]`: an incident to try things with, as every other but for what it tells.

use std::str::FromStr;

use crate::words::{UnknownWord, as_its_word, find, letters};

/// The words that declare a test incident, after `incident`.
pub const WORDS: &[&str] = &["test"];

/// The name of the form that declares one.
pub const FORM: &str = "declare_test";

/// What an incident is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Nature {
    /// It happens.
    #[default]
    Real,
    /// It is a test: it is not announced and not counted.
    Test,
    /// It is a test that is announced all the same.
    AnnouncedTest,
}

impl Nature {
    /// Everything that an incident may be.
    pub const ALL: [Self; 3] = [Self::Real, Self::Test, Self::AnnouncedTest];

    /// Gives the word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Test => "test",
            Self::AnnouncedTest => "announced test",
        }
    }

    /// Says whether it is a test, announced or not.
    pub fn is_test(self) -> bool {
        match self {
            Self::Real => false,
            Self::Test | Self::AnnouncedTest => true,
        }
    }

    /// Gives a title as it is shown: that of a test is marked.
    pub fn marked(self, title: &str) -> String {
        if self.is_test() {
            format!("TEST · {title}")
        } else {
            title.to_owned()
        }
    }
}

as_its_word!(Nature);

impl FromStr for Nature {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let said = letters(text);
        find("nature", text, &Self::ALL, Self::as_str, |word| {
            letters(word.as_str()) == said
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_nature_is_read_as_it_is_stored_and_a_test_is_marked() {
        for nature in Nature::ALL {
            assert_eq!(nature.as_str().parse(), Ok(nature));
            let is_marked = nature.marked("Checkout") != "Checkout";
            assert_eq!(is_marked, nature.is_test());
        }
    }
}
