//! Shared conversions of enums that are displayed, stored and parsed as one name per value.

use std::fmt;

/// The error for a text that is not a value of the enum. It is displayed to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseEnumError {
    /// The name of the enum, such as `severity`.
    pub kind: &'static str,
    /// The rejected text.
    pub input: String,
    /// The valid values, separated by commas.
    pub known: String,
}

impl fmt::Display for ParseEnumError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, input, known } = self;
        write!(
            f,
            "I don't know the {kind} “{input}”. Pick one of: {known}."
        )
    }
}

impl std::error::Error for ParseEnumError {}

/// Returns the letters and digits in lower case. Names are compared in this form.
pub(crate) fn normalize(text: &str) -> String {
    text.chars()
        .filter(|sign| sign.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Returns the first value that matches, or a `ParseEnumError` that lists the values.
pub(crate) fn parse_enum<T: Copy>(
    kind: &'static str,
    input: &str,
    values: &[T],
    name_of: fn(T) -> &'static str,
    meant: impl Fn(&T) -> bool,
) -> Result<T, ParseEnumError> {
    // The modals and the store use the displayed name, which is compared first without
    // normalization.
    let as_shown = values
        .iter()
        .copied()
        .find(|value| name_of(*value) == input);
    let value = as_shown.or_else(|| values.iter().copied().find(meant));
    value.ok_or_else(|| ParseEnumError {
        kind,
        input: input.trim().to_owned(),
        known: values
            .iter()
            .map(|value| name_of(*value))
            .collect::<Vec<_>>()
            .join(", "),
    })
}

/// Implements `Display`, `Serialize` and `Deserialize` with the name that `as_str` returns.
macro_rules! impl_string_enum {
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
                let value = <String as serde::Deserialize>::deserialize(deserializer)?;
                value.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

pub(crate) use impl_string_enum;
