//! Validation of field definitions and of their lists of values.

use std::fmt;

use crate::field::{
    FieldDefinition, FieldKind, FieldParser, RequiredFrom, SERVICES, TEAMS, option_list_error,
};
use crate::text::length;
use crate::{Settings, Timestamp, UserClock};

/// The maximum number of fields.
const MAX_FIELDS: usize = 30;
/// The longest name of a field.
const LONGEST_NAME: usize = 40;
/// The longest label of a field.
const LONGEST_LABEL: usize = 60;
/// The longest explanation of a field.
const LONGEST_HELP: usize = 300;

/// Names that a field cannot have: what an incident has already, and the fields of forms.
const RESERVED_NAMES: [&str; 32] = [
    "another",
    "back",
    "call",
    "channel",
    "chat",
    "commander",
    "customer_impact",
    "declared",
    "detected",
    "detection_method",
    "field",
    "id",
    "impact",
    "impact_end",
    "key",
    "kind",
    "next_update",
    "number",
    "resolved",
    "root_cause",
    "severity",
    "signal",
    "signals",
    "state",
    "status",
    "summary",
    "test",
    "text",
    "ticked",
    "title",
    "visibility",
    "what_fixed_it",
];

/// A mistake in the definition of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionError {
    /// The index of the definition in the list.
    pub index: usize,
    /// The name of the field; may be empty.
    pub name: String,
    /// The attribute with the mistake: `name`, `display_name`, `type`, `help`, `default`, `required` or `values`.
    pub attribute: &'static str,
    /// The problem and its solution; continues a sentence that starts with the field: `needs values.`
    pub problem: String,
}

impl fmt::Display for DefinitionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.as_str() {
            "" => write!(f, "field {} {}", self.index + 1, self.problem),
            name => write!(f, "{name} {}", self.problem),
        }
    }
}

impl Settings {
    /// Returns all mistakes in these definitions, together with the present lists of services and teams.
    pub fn definition_errors(&self, fields: &[FieldDefinition]) -> Vec<DefinitionError> {
        let mut errors = Vec::new();
        for (index, field) in fields.iter().enumerate() {
            let mut add = |attribute: &'static str, problem: Option<String>| {
                errors.extend(problem.map(|problem| DefinitionError {
                    index,
                    name: field.name.clone(),
                    attribute,
                    problem,
                }));
            };
            add("name", name_error(field, &fields[..index]));
            let label = text_error(&field.display_name, LONGEST_LABEL);
            add(
                "display_name",
                label.map(|limit| format!("must have a display name of {limit}.")),
            );
            let help = text_error(&field.help, LONGEST_HELP);
            add(
                "help",
                help.map(|limit| format!("must have a help text of {limit}.")),
            );
            add("type", kind_error(field));
            add("values", self.values_error(field));
            add("default", self.default_error(field));
        }
        if fields.len() > MAX_FIELDS {
            errors.push(DefinitionError {
                index: MAX_FIELDS,
                name: fields[MAX_FIELDS].name.clone(),
                attribute: "name",
                problem: format!("is one too many: there can be {MAX_FIELDS} fields."),
            });
        }
        errors
    }

    fn values_error(&self, field: &FieldDefinition) -> Option<String> {
        let has_own_setting = field.name == SERVICES || field.name == TEAMS;
        if has_own_setting && !field.values.is_empty() {
            return Some(format!("has its values in the setting {}.", field.name));
        }
        if !field.kind.is_select() {
            return (!field.values.is_empty())
                .then(|| format!("can't have values, because its type is {}.", field.kind));
        }
        if let Some(problem) = option_list_error(&field.values) {
            return Some(problem);
        }
        let is_empty = self.field_options(field).is_empty();
        match has_own_setting {
            true => (is_empty && field.required != RequiredFrom::Never).then(|| {
                format!(
                    "can't be required without values: list them in the setting {}.",
                    field.name
                )
            }),
            false => {
                is_empty.then(|| "needs values, such as values = [\"eu\", \"us\"].".to_owned())
            }
        }
    }

    fn default_error(&self, field: &FieldDefinition) -> Option<String> {
        if field.default.is_empty() {
            return None;
        }
        if field.kind == FieldKind::Datetime {
            return Some("can't have a default, because it is a time.".to_owned());
        }
        let clock = UserClock::new(Timestamp::from_epoch_seconds(0), "");
        let parser = FieldParser {
            settings: self,
            clock: &clock,
        };
        let default: Vec<_> = field.default.iter().map(String::as_str).collect();
        if default.len() > 1 && matches!(field.kind, FieldKind::SingleSelect | FieldKind::Number) {
            return Some("must have one default.".to_owned());
        }
        let problem = parser.parse(field, &default, None).err()?;
        Some(format!("has an invalid default: {problem}"))
    }
}

fn name_error(field: &FieldDefinition, earlier: &[FieldDefinition]) -> Option<String> {
    let name = field.name.as_str();
    let is_snake_case = name.starts_with(|sign: char| sign.is_ascii_lowercase())
        && name
            .bytes()
            .all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'_');
    if !is_snake_case || name.len() > LONGEST_NAME {
        return Some(format!(
            "must have a name of at most {LONGEST_NAME} lower-case letters, digits and _, such as customer_region."
        ));
    }
    if RESERVED_NAMES.contains(&name) || name.starts_with("expected_") {
        return Some("is built in. Choose another name.".to_owned());
    }
    let is_listed = earlier.iter().any(|other| other.name == name);
    is_listed.then(|| "is listed twice.".to_owned())
}

fn kind_error(field: &FieldDefinition) -> Option<String> {
    let is_predefined = field.name == SERVICES || field.name == TEAMS;
    (is_predefined && !field.kind.is_select())
        .then(|| "must be of type multi_select or single_select.".to_owned())
}

/// Returns the limit that a text exceeds: its length, or one line.
pub(super) fn text_error(text: &str, longest: usize) -> Option<String> {
    if length(text) > longest {
        return Some(format!("at most {longest} characters"));
    }
    text.contains(['\r', '\n']).then(|| "one line".to_owned())
}
