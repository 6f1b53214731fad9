//! The definition of a field.

use std::str::FromStr;

use serde::de::IntoDeserializer;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Settings;
use crate::field::{FieldKind, FieldOption, RequiredFrom};
use crate::string_enum::{ParseEnumError, impl_string_enum, normalize, parse_enum};

/// The name of the field with the affected services. Its values are the setting `services`.
pub const SERVICES: &str = "services";

/// The name of the field with the involved teams. Its values are the setting `teams`.
pub const TEAMS: &str = "teams";

/// The definition of a field. The order of the definitions is the order of the fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldDefinition {
    /// The identifier, in snake case.
    pub name: String,
    /// The label; empty: made from the name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub display_name: String,
    /// The type.
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// The explanation under the field in forms; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
    /// The value that the declaration form starts with; empty if there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[serde(deserialize_with = "one_or_more", serialize_with = "only_or_all")]
    pub default: Vec<String>,
    /// From when on it is required.
    #[serde(default, skip_serializing_if = "is_optional")]
    pub required: RequiredFrom,
    /// The section of the page that it belongs to.
    #[serde(default, skip_serializing_if = "is_attribute")]
    pub section: FieldSection,
    /// The values that a select offers. Empty for `services` and `teams`, which have a setting of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<FieldOption>,
    /// The number of the incident type that it is for; `None` for all types.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident_type: Option<i64>,
}

/// The section of the page of an incident that a field belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldSection {
    /// The section *What happened*.
    WhatHappened,
    /// The section *Why it happened*.
    WhyItHappened,
    /// The section *Attributes*.
    #[default]
    Attributes,
}

impl FieldSection {
    /// All sections.
    pub const ALL: [Self; 3] = [Self::WhatHappened, Self::WhyItHappened, Self::Attributes];

    /// Returns the name in the settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WhatHappened => "what_happened",
            Self::WhyItHappened => "why_it_happened",
            Self::Attributes => "attributes",
        }
    }
}

impl_string_enum!(FieldSection);

impl FromStr for FieldSection {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let normalized = normalize(text);
        parse_enum("section", text, &Self::ALL, Self::as_str, |it| {
            normalize(it.as_str()) == normalized
        })
    }
}

impl FieldDefinition {
    /// Creates an optional field of a type, without values.
    pub fn new(name: &str, kind: FieldKind) -> Self {
        Self {
            name: name.to_owned(),
            display_name: String::new(),
            kind,
            help: String::new(),
            default: Vec::new(),
            required: RequiredFrom::Never,
            section: FieldSection::Attributes,
            values: Vec::new(),
            incident_type: None,
        }
    }

    /// Returns whether incidents of a type have the field.
    pub fn is_for(&self, incident_type: i64) -> bool {
        self.incident_type.is_none_or(|own| own == incident_type)
    }

    /// Returns the label: the display name, or one made from the name, such as “Root cause kind”.
    pub fn label(&self) -> String {
        if !self.display_name.is_empty() {
            return self.display_name.clone();
        }
        let words = self.name.replace('_', " ");
        let mut letters = words.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).collect()
    }
}

impl Settings {
    /// Returns the definition of the field with this name.
    pub fn field(&self, name: &str) -> Option<&FieldDefinition> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Returns the values that a field offers.
    pub fn field_options<'s>(&'s self, field: &'s FieldDefinition) -> &'s [FieldOption] {
        match field.name.as_str() {
            SERVICES => &self.services,
            TEAMS => &self.teams,
            _ => &field.values,
        }
    }
}

/// Returns the fields without settings: Services and Teams.
pub(crate) fn default_fields() -> Vec<FieldDefinition> {
    vec![
        FieldDefinition::new(SERVICES, FieldKind::MultiSelect),
        FieldDefinition::new(TEAMS, FieldKind::MultiSelect),
    ]
}

fn is_optional(required: &RequiredFrom) -> bool {
    *required == RequiredFrom::Never
}

fn is_attribute(section: &FieldSection) -> bool {
    *section == FieldSection::Attributes
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    Text(String),
    Number(serde_json::Number),
    Texts(Vec<String>),
}

fn one_or_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let values = match OneOrMore::deserialize(deserializer)? {
        OneOrMore::Text(text) => vec![text],
        OneOrMore::Number(number) => vec![number.to_string()],
        OneOrMore::Texts(texts) => texts,
    };
    let values = values.into_iter().map(|text| text.trim().to_owned());
    Vec::deserialize(
        values
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .into_deserializer(),
    )
}

fn only_or_all<S: Serializer>(values: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    match values {
        [only] => only.serialize(serializer),
        values => values.serialize(serializer),
    }
}
