//! The type of a field.

use std::str::FromStr;

use crate::string_enum::{ParseEnumError, impl_string_enum, normalize, parse_enum};

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// One of the listed values.
    SingleSelect,
    /// Some of the listed values.
    MultiSelect,
    /// One text.
    Text,
    /// Several texts.
    TextArray,
    /// A number.
    Number,
    /// A date with a time.
    Datetime,
}

impl FieldKind {
    /// All types.
    pub const ALL: [Self; 6] = [
        Self::SingleSelect,
        Self::MultiSelect,
        Self::Text,
        Self::TextArray,
        Self::Number,
        Self::Datetime,
    ];

    /// Returns the name in the settings and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SingleSelect => "single_select",
            Self::MultiSelect => "multi_select",
            Self::Text => "text",
            Self::TextArray => "text_array",
            Self::Number => "number",
            Self::Datetime => "datetime",
        }
    }

    /// Returns whether its values are chosen from a list.
    pub fn is_select(self) -> bool {
        match self {
            Self::SingleSelect | Self::MultiSelect => true,
            Self::Text | Self::TextArray | Self::Number | Self::Datetime => false,
        }
    }
}

impl_string_enum!(FieldKind);

impl FromStr for FieldKind {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let normalized = normalize(text);
        parse_enum("type", text, &Self::ALL, Self::as_str, |kind| {
            normalize(kind.as_str()) == normalized
        })
    }
}
