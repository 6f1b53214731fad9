//! What the enums of the vocabulary have in common: shown, stored and read as one word each.

use std::fmt;

/// A word that was not one of those with a fixed meaning; it reads as a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord {
    /// What should have been named, such as `severity`.
    pub kind: &'static str,
    /// What was written instead.
    pub said: String,
    /// What can be written, with commas between.
    pub known: String,
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, said, known } = self;
        write!(
            f,
            "“{said}” is no {kind} that I know. Choose one of: {known}."
        )
    }
}

impl std::error::Error for UnknownWord {}

/// Gives letters and digits alone, in lower case: all that counts when a word is compared.
pub(crate) fn letters(text: &str) -> String {
    text.chars()
        .filter(|sign| sign.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Gives the first of `all` that is meant, or says which there are.
pub(crate) fn find<T: Copy>(
    kind: &'static str,
    said: &str,
    all: &[T],
    shown: fn(T) -> &'static str,
    meant: impl Fn(&T) -> bool,
) -> Result<T, UnknownWord> {
    // A form and the store have many of them as they are shown: those are found without comparing letters.
    let as_shown = all.iter().copied().find(|word| shown(*word) == said);
    let found = as_shown.or_else(|| all.iter().copied().find(meant));
    found.ok_or_else(|| UnknownWord {
        kind,
        said: said.trim().to_owned(),
        known: all
            .iter()
            .map(|word| shown(*word))
            .collect::<Vec<_>>()
            .join(", "),
    })
}

/// Shows, stores and reads each of these enums as its `as_str`.
macro_rules! as_its_word {
    ($($name:ident),+) => {$(
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <String as serde::Deserialize>::deserialize(deserializer)?;
                word.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

pub(crate) use as_its_word;
