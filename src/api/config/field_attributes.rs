//! The attributes of fields: those of Datadog, and what they mean for the definitions of the settings.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::config::resource::{Document, OfIncidentType};
use crate::api::error::Mistake;
use crate::api::members::present;
use crate::api::request::RequestBody;
use crate::domain::{FieldDefinition, FieldKind, FieldOption, FieldSection, RequiredFrom};

/// The number of the type *autocomplete*, which the built-in lists have.
pub(super) const AUTOCOMPLETE: u8 = 6;

/// The number of the type *metric tag*.
const METRIC_TAG: u8 = 5;

const TYPES: &[&str] = &["user_defined_field"];

/// The attributes of a new field.
#[derive(Deserialize, JsonSchema)]
pub(super) struct NewField {
    /// The name: lower-case letters, digits and `_`.
    pub(super) name: String,
    /// The type: 1 dropdown, 2 multiselect, 3 textbox, 4 textarray, 5 metrictag, 6 autocomplete, 7 number,
    /// 8 datetime.
    #[serde(rename = "type")]
    #[schemars(range(min = 1, max = 8))]
    pub(super) kind: u8,
    /// The label; made from the name if it is missing.
    display_name: Option<String>,
    /// The section of the page that it belongs to; the attributes if it is null.
    category: Option<Category>,
    /// The status from which on it is asked for.
    collected: Option<Collected>,
    /// The value that the declaration form starts with.
    default_value: Option<String>,
    /// The position, as a decimal number.
    ordinal: Option<String>,
    /// Whether it is required at the declaration.
    required: Option<bool>,
    /// The key of the metric tag.
    pub(super) tag_key: Option<String>,
    /// The values that a dropdown or a multiselect offers.
    #[schemars(length(max = 1000))]
    valid_values: Option<Vec<ValidValue>>,
}

/// The changed attributes of a field.
#[derive(Deserialize, JsonSchema)]
pub(super) struct FieldChange {
    /// The label.
    display_name: Option<String>,
    /// The section of the page; null for the attributes.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<Category>")]
    category: Option<Option<Category>>,
    /// The status from which on it is asked for.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<Collected>")]
    collected: Option<Option<Collected>>,
    /// The value that the declaration form starts with.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<String>")]
    default_value: Option<Option<String>>,
    /// The position, as a decimal number.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<String>")]
    ordinal: Option<Option<String>>,
    /// Whether it is required at the declaration.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<bool>")]
    required: Option<Option<bool>>,
    /// The values that a dropdown or a multiselect offers.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<Vec<ValidValue>>", length(max = 1000))]
    valid_values: Option<Option<Vec<ValidValue>>>,
}

pub(super) type CreateField = Document<NewField, OfIncidentType>;
pub(super) type UpdateField = Document<FieldChange, Option<Value>>;

impl RequestBody for CreateField {
    const TYPES: &'static [&'static str] = TYPES;
}

impl RequestBody for UpdateField {
    const TYPES: &'static [&'static str] = TYPES;
}

impl NewField {
    /// Returns the attributes that can be changed later.
    pub(super) fn change(self) -> FieldChange {
        FieldChange {
            display_name: self.display_name,
            category: self.category.map(Some),
            collected: self.collected.map(Some),
            default_value: self.default_value.map(Some),
            ordinal: self.ordinal.map(Some),
            required: self.required.map(Some),
            valid_values: self.valid_values.map(Some),
        }
    }
}

/// A section of the page of an incident.
#[derive(Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Category {
    WhatHappened,
    WhyItHappened,
}

/// A status from which on a field is asked for.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Collected {
    Active,
    Stable,
    Resolved,
    Completed,
}

/// A value that a field offers.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
pub(super) struct ValidValue {
    /// The value.
    pub(super) value: String,
    /// The label.
    pub(super) display_name: String,
    /// The description.
    #[serde(default)]
    pub(super) description: String,
    /// The description in a few words.
    #[serde(default)]
    pub(super) short_description: String,
}

impl ValidValue {
    /// A value that is its own label.
    pub(super) fn named(name: &str) -> Self {
        Self {
            value: name.to_owned(),
            display_name: name.to_owned(),
            description: String::new(),
            short_description: String::new(),
        }
    }
}

/// The attributes that are stored with the resource, as they were sent.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct StoredAttributes {
    #[serde(rename = "type")]
    kind: Option<u8>,
    collected: Option<Collected>,
    default_value: Option<String>,
    pub(super) ordinal: Option<String>,
    pub(super) tag_key: Option<String>,
    valid_values: Vec<ValidValue>,
}

/// Returns the type of a field with one of Datadog's numbers. Those whose values come from elsewhere accept any value.
fn field_kind(number: u8) -> FieldKind {
    match number {
        1 => FieldKind::SingleSelect,
        2 => FieldKind::MultiSelect,
        4..=6 => FieldKind::TextArray,
        7 => FieldKind::Number,
        8 => FieldKind::Datetime,
        _ => FieldKind::Text,
    }
}

/// Returns Datadog's number of the type of a field.
fn kind_number(kind: FieldKind) -> u8 {
    match kind {
        FieldKind::SingleSelect => 1,
        FieldKind::MultiSelect => 2,
        FieldKind::Text => 3,
        FieldKind::TextArray => 4,
        FieldKind::Number => 7,
        FieldKind::Datetime => 8,
    }
}

/// A field with its values and the attributes that are stored with its resource.
#[derive(Clone)]
pub(super) struct Field {
    pub(super) definition: FieldDefinition,
    pub(super) options: Vec<FieldOption>,
    pub(super) stored: StoredAttributes,
}

impl Field {
    /// Creates a field without values. Its position follows the other fields.
    pub(super) fn new(attributes: &NewField, ordinal: usize) -> Self {
        Self {
            definition: FieldDefinition::new(&attributes.name, field_kind(attributes.kind)),
            options: Vec::new(),
            stored: StoredAttributes {
                kind: Some(attributes.kind),
                ordinal: Some(ordinal.to_string()),
                tag_key: attributes.tag_key.clone(),
                ..StoredAttributes::default()
            },
        }
    }

    /// Applies a change, or returns its mistakes.
    pub(super) fn apply(&mut self, change: FieldChange) -> Result<(), Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let definition = &mut self.definition;
        if let Some(label) = change.display_name {
            definition.display_name = label;
        }
        if let Some(category) = change.category {
            definition.section = match category {
                Some(Category::WhatHappened) => FieldSection::WhatHappened,
                Some(Category::WhyItHappened) => FieldSection::WhyItHappened,
                None => FieldSection::Attributes,
            };
        }
        if let Some(default) = change.default_value {
            let value = default.clone().filter(|value| !value.trim().is_empty());
            definition.default = value.into_iter().collect();
            self.stored.default_value = default;
        }
        if let Some(ordinal) = change.ordinal {
            let is_number = |text: &String| text.parse::<f64>().is_ok_and(f64::is_finite);
            if !ordinal.as_ref().is_none_or(is_number) {
                mistakes.push(mistake("ordinal", "must be a decimal number such as 1.5"));
            }
            self.stored.ordinal = ordinal.or(self.stored.ordinal.take());
        }
        self.require(change.required.map(Option::unwrap_or_default));
        if let Some(collected) = change.collected
            && !self.collect(collected)
        {
            let problem = "can't be set for a field that is required";
            mistakes.push(mistake("collected", problem));
        }
        if let Some(values) = change.valid_values {
            self.offer(values.unwrap_or_default());
        }
        match mistakes.is_empty() {
            true => Ok(()),
            false => Err(mistakes),
        }
    }

    fn require(&mut self, required: Option<bool>) {
        let definition = &mut self.definition;
        match required {
            Some(true) => {
                definition.required = RequiredFrom::Declaration;
                self.stored.collected = None;
            }
            Some(false) if definition.required == RequiredFrom::Declaration => {
                definition.required = RequiredFrom::Never;
            }
            Some(false) | None => {}
        }
    }

    /// Sets the status from which on the field is asked for. Returns `false` if it is required.
    fn collect(&mut self, collected: Option<Collected>) -> bool {
        if self.definition.required == RequiredFrom::Declaration {
            return collected.is_none();
        }
        self.stored.collected = collected;
        self.definition.required = match collected {
            None | Some(Collected::Active) => RequiredFrom::Never,
            Some(Collected::Stable) => RequiredFrom::Stable,
            Some(Collected::Resolved) => RequiredFrom::Resolved,
            Some(Collected::Completed) => RequiredFrom::Completed,
        };
        true
    }

    /// Sets the offered values. A known value keeps its team and its group. A type whose values come from elsewhere
    /// accepts any value.
    fn offer(&mut self, values: Vec<ValidValue>) {
        let option = |value: &ValidValue| {
            let name = value.value.trim();
            let mut known = self.options.iter();
            let known = known.find(|option| option.name == name);
            known.cloned().unwrap_or_else(|| FieldOption::named(name))
        };
        let options = values.iter().map(option).collect();
        if !self.has_other_values() {
            self.options = options;
        }
        self.stored.valid_values = values;
    }

    fn has_other_values(&self) -> bool {
        let kind = self
            .stored
            .kind
            .filter(|_| !self.definition.kind.is_select());
        kind.is_some_and(|kind| [METRIC_TAG, AUTOCOMPLETE].contains(&kind))
    }

    /// Returns the number of its type.
    pub(super) fn kind_number(&self) -> u8 {
        let sent = self.stored.kind;
        let sent = sent.filter(|number| field_kind(*number) == self.definition.kind);
        sent.unwrap_or_else(|| kind_number(self.definition.kind))
    }

    /// Returns the section of the page.
    pub(super) fn category(&self) -> Option<Category> {
        match self.definition.section {
            FieldSection::WhatHappened => Some(Category::WhatHappened),
            FieldSection::WhyItHappened => Some(Category::WhyItHappened),
            FieldSection::Attributes => None,
        }
    }

    /// Returns the status from which on it is asked for.
    pub(super) fn collected(&self) -> Option<Collected> {
        let is_active = self.stored.collected == Some(Collected::Active);
        match self.definition.required {
            RequiredFrom::Never => is_active.then_some(Collected::Active),
            RequiredFrom::Declaration => None,
            RequiredFrom::Stable => Some(Collected::Stable),
            RequiredFrom::Resolved => Some(Collected::Resolved),
            RequiredFrom::Completed => Some(Collected::Completed),
        }
    }

    /// Returns the default value. An empty one is returned as it was sent.
    pub(super) fn default_value(&self) -> Option<String> {
        let sent = self.stored.default_value.as_ref();
        match self.definition.default.first() {
            None => sent.filter(|value| value.trim().is_empty()).cloned(),
            Some(value) => Some(value.clone()),
        }
    }

    /// Returns the offered values; `None` if it has no list. They are returned as they were sent, if they are the same.
    pub(super) fn valid_values(&self) -> Option<Vec<ValidValue>> {
        let sent = &self.stored.valid_values;
        if !self.definition.kind.is_select() {
            return Some(sent.clone()).filter(|values| !values.is_empty());
        }
        let label = |option: &FieldOption| {
            let mut sent = sent.iter();
            let sent = sent.find(|value| value.value.trim() == option.name);
            sent.cloned()
                .unwrap_or_else(|| ValidValue::named(&option.name))
        };
        Some(self.options.iter().map(label).collect())
    }
}

fn mistake(attribute: &str, problem: &str) -> Mistake {
    Mistake::in_member(format!("/data/attributes/{attribute}"), problem)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::schema::mistakes;

    #[test]
    fn bodies_are_accepted_and_mistakes_are_listed() {
        let body = json!({ "data": {
            "type": "user_defined_field",
            "attributes": {
                "name": "region", "type": 1, "category": null, "collected": "stable",
                "valid_values": [{ "value": "eu", "display_name": "Europe" }],
            },
            "relationships": { "incident_type": { "data": { "type": "incident_types", "id": "1" } } },
        } });
        assert_eq!(mistakes::<CreateField>(&body), []);
        assert_eq!(mistakes::<UpdateField>(&body), []);
        let wrong = json!({ "data": { "type": "user_defined_field", "attributes": {
            "type": 9, "category": "other", "valid_values": [{ "value": "eu" }],
        } } });
        assert_eq!(mistakes::<CreateField>(&wrong).len(), 5);
    }
}
