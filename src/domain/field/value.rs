//! The value of a field of an incident.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::field::{FieldKind, Number};
use crate::text::{RichText, Span};
use crate::{Timestamp, UserClock};

/// The longest text of a field, in characters.
pub const LONGEST_FIELD_TEXT: usize = 5_000;

/// The maximum number of values of one field of an incident.
pub const MAX_FIELD_VALUES: usize = 25;

/// The values of an incident by the names of the fields. An empty field has no value.
pub type FieldValues = BTreeMap<String, FieldValue>;

/// The value of a field. It carries its type: the definition may have another one by now, or be removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
pub enum FieldValue {
    /// One of the listed values.
    SingleSelect(String),
    /// Some of the listed values.
    MultiSelect(Vec<String>),
    /// One text.
    Text(String),
    /// Several texts.
    TextArray(Vec<String>),
    /// A number.
    Number(Number),
    /// A date with a time.
    Datetime(Timestamp),
}

impl FieldValue {
    /// Returns the type.
    pub fn kind(&self) -> FieldKind {
        match self {
            Self::SingleSelect(_) => FieldKind::SingleSelect,
            Self::MultiSelect(_) => FieldKind::MultiSelect,
            Self::Text(_) => FieldKind::Text,
            Self::TextArray(_) => FieldKind::TextArray,
            Self::Number(_) => FieldKind::Number,
            Self::Datetime(_) => FieldKind::Datetime,
        }
    }

    /// Returns the single values as the store has them.
    pub fn items(&self) -> Vec<String> {
        match self {
            Self::SingleSelect(text) | Self::Text(text) => vec![text.clone()],
            Self::MultiSelect(texts) | Self::TextArray(texts) => texts.clone(),
            Self::Number(number) => vec![number.to_string()],
            Self::Datetime(at) => vec![at.to_string()],
        }
    }

    /// Returns the value of a type with these single values; `None` if it cannot have them.
    pub fn from_items(kind: FieldKind, items: Vec<String>) -> Option<Self> {
        let first = items.first()?.clone();
        Some(match kind {
            FieldKind::SingleSelect => Self::SingleSelect(first),
            FieldKind::MultiSelect => Self::MultiSelect(items),
            FieldKind::Text => Self::Text(first),
            FieldKind::TextArray => Self::TextArray(items),
            FieldKind::Number => Self::Number(first.parse().ok()?),
            FieldKind::Datetime => Self::Datetime(first.parse().ok()?),
        })
    }

    /// Returns whether one of its single values is this text.
    pub fn contains(&self, item: &str) -> bool {
        match self {
            Self::SingleSelect(text) | Self::Text(text) => text == item,
            Self::MultiSelect(texts) | Self::TextArray(texts) => {
                texts.iter().any(|text| text == item)
            }
            Self::Number(number) => number.as_str() == item,
            Self::Datetime(at) => at.to_string() == item,
        }
    }

    /// Returns the single values as a form displays them, with times in the zone of the user.
    pub fn form_items(&self, clock: &UserClock) -> Vec<String> {
        match self {
            Self::Datetime(at) => vec![clock.format(*at)],
            Self::SingleSelect(_)
            | Self::MultiSelect(_)
            | Self::Text(_)
            | Self::TextArray(_)
            | Self::Number(_) => self.items(),
        }
    }

    /// Returns the value in a sentence: `checkout, payments`.
    pub fn to_rich_text(&self) -> RichText {
        match self {
            Self::Datetime(at) => vec![Span::Time(*at)],
            Self::SingleSelect(_)
            | Self::MultiSelect(_)
            | Self::Text(_)
            | Self::TextArray(_)
            | Self::Number(_) => vec![Span::Text(self.to_line())],
        }
    }

    /// Returns the value in one line; a time in UTC.
    pub fn to_line(&self) -> String {
        self.items().join(", ")
    }
}
