//! The member `fields` of a body: the built-in fields and those that the team defines.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::api::error::Mistake;
use crate::api::incidents::create::LONGEST_TEXT;
use crate::domain::{
    DetectionMethod, FieldDefinition, FieldEdits, FieldKind, FieldParser, FieldValue, FieldValues,
    ParseEnumError, Settings, Severity, Status, Timestamp, UserClock,
};

/// The values of fields by their names.
pub(super) type FieldInputs = BTreeMap<String, FieldInput>;

/// A field whose value can only be read.
const SLUG: &str = "slug";

/// The longest name that is compared with those of the fields.
const LONGEST_NAME: usize = 100;

/// The built-in fields.
const BUILT_IN: [&str; 6] = [
    "severity",
    "state",
    "detection_method",
    "summary",
    "root_cause",
    SLUG,
];

/// The value of a field.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub(super) struct FieldInput {
    /// The type of the field, which Muster knows already.
    #[serde(rename = "type")]
    _kind: Option<FieldInputType>,
    /// The value; null empties the field.
    value: Option<FieldInputValue>,
}

/// The value of a field of an imported incident, which has no type.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub(super) struct ImportedFieldInput {
    /// The value; null for an empty field.
    value: Option<FieldInputValue>,
}

impl From<ImportedFieldInput> for FieldInput {
    fn from(input: ImportedFieldInput) -> Self {
        Self {
            _kind: None,
            value: input.value,
        }
    }
}

/// The type of a field.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum FieldInputType {
    /// One value of a list.
    Dropdown,
    /// A text, a number or a time.
    Textbox,
    /// Several values of a list.
    Multiselect,
    /// Several texts.
    Textarray,
    /// Several values of a tag.
    Metrictag,
    /// Several values that the client completes.
    Autocomplete,
}

/// A value of any field.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
enum FieldInputValue {
    /// One text.
    Text(#[schemars(length(max = LONGEST_TEXT))] String),
    /// A number.
    Number(serde_json::Number),
    /// Several texts.
    List(#[schemars(length(max = 1000))] Vec<String>),
}

/// The fields of a body, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FieldChanges {
    pub(super) severity: Option<Severity>,
    pub(super) state: Option<Status>,
    pub(super) detection_method: Option<DetectionMethod>,
    pub(super) summary: Option<String>,
    pub(super) root_cause: Option<String>,
    /// The fields that the team defines.
    pub(super) configured: FieldEdits,
}

/// Reads the fields of a body.
pub(super) struct FieldReader<'a> {
    pub(super) settings: &'a Settings,
    /// The present values of the incident.
    pub(super) current: &'a FieldValues,
    pub(super) now: Timestamp,
}

impl FieldReader<'_> {
    /// Returns the changes, or a mistake for each field that cannot be read.
    pub(super) fn read(&self, inputs: &FieldInputs) -> Result<FieldChanges, Vec<Mistake>> {
        let mut changes = FieldChanges::default();
        let mut mistakes = Vec::new();
        for (name, input) in inputs {
            if let Err(detail) = self.read_field(&mut changes, name, input) {
                let pointer = format!("/data/attributes/fields/{name}");
                mistakes.push(Mistake::in_member(pointer, detail));
            }
        }
        match mistakes.is_empty() {
            true => Ok(changes),
            false => Err(mistakes),
        }
    }

    fn read_field(
        &self,
        changes: &mut FieldChanges,
        name: &str,
        input: &FieldInput,
    ) -> Result<(), String> {
        let text = || input.single().map(Option::unwrap_or_default);
        match name {
            "severity" => changes.severity = Some(self.severity(&text()?)?),
            "state" => changes.state = Some(self.state(&text()?)?),
            "detection_method" => changes.detection_method = Some(method(&text()?)?),
            "summary" => changes.summary = Some(text()?),
            "root_cause" => changes.root_cause = Some(text()?),
            SLUG => {}
            name => {
                let field = self.field(name)?;
                let value = self.configured(field, input)?;
                changes.configured.insert(name.to_owned(), value);
            }
        }
        Ok(())
    }

    fn severity(&self, text: &str) -> Result<Severity, String> {
        if text.is_empty() {
            return Ok(Severity::Unknown);
        }
        let parsed = self.settings.severity_scale().parse(text);
        parsed.map_err(|error| error.to_string())
    }

    fn state(&self, text: &str) -> Result<Status, String> {
        Status::parse(text, &self.settings.statuses()).map_err(|error| error.to_string())
    }

    fn field(&self, name: &str) -> Result<&FieldDefinition, String> {
        let mut fields = self.settings.fields.iter();
        let field = fields.find(|field| field.name == name);
        field.ok_or_else(|| match self.nearest_field(name) {
            Some(near) => format!("isn't a field. The nearest is {near}"),
            None => "isn't a field".to_owned(),
        })
    }

    /// Returns the field with the most similar name; `None` for a long name.
    fn nearest_field(&self, name: &str) -> Option<&str> {
        if name.len() > LONGEST_NAME {
            return None;
        }
        let fields = self.settings.fields.iter();
        let names = fields.map(|field| field.name.as_str());
        let names = BUILT_IN.into_iter().chain(names);
        names.min_by_key(|known| strsim::osa_distance(name, known))
    }

    fn configured(
        &self,
        field: &FieldDefinition,
        input: &FieldInput,
    ) -> Result<Option<FieldValue>, String> {
        let texts = input.texts();
        if texts.len() > 1 && !has_several_values(field.kind) {
            return Err("must have one value".to_owned());
        }
        let clock = UserClock::new(self.now, "");
        let parser = FieldParser {
            settings: self.settings,
            clock: &clock,
        };
        let texts: Vec<_> = texts.iter().map(String::as_str).collect();
        parser.parse(field, &texts, self.current.get(&field.name))
    }
}

fn method(text: &str) -> Result<DetectionMethod, String> {
    match text {
        "" => Ok(DetectionMethod::Unknown),
        text => text
            .parse()
            .map_err(|error: ParseEnumError| error.to_string()),
    }
}

impl FieldInput {
    /// Returns the texts of the value; none if it is null.
    fn texts(&self) -> Vec<String> {
        match &self.value {
            None => Vec::new(),
            Some(FieldInputValue::Text(text)) => vec![text.clone()],
            Some(FieldInputValue::Number(number)) => vec![number.to_string()],
            Some(FieldInputValue::List(texts)) => texts.clone(),
        }
    }

    /// Returns the only text of the value; `None` if it is null.
    fn single(&self) -> Result<Option<String>, String> {
        let mut texts = self.texts().into_iter();
        match (texts.next(), texts.next()) {
            (text, None) => Ok(text),
            (_, Some(_)) => Err("must have one value".to_owned()),
        }
    }
}

fn has_several_values(kind: FieldKind) -> bool {
    match kind {
        FieldKind::MultiSelect | FieldKind::TextArray => true,
        FieldKind::SingleSelect | FieldKind::Text | FieldKind::Number | FieldKind::Datetime => {
            false
        }
    }
}
