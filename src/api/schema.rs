//! JSON Schemas of the types of bodies, and the mistakes that they find.

use std::any::TypeId;
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::api::error::{MAX_MISTAKES, Mistake};
use crate::domain::Timestamp;

/// The errors of one of several schemas for a member.
type Branch = Vec<ValidationError<'static>>;

/// The validators of the types, which are compiled once.
static VALIDATORS: LazyLock<Mutex<HashMap<TypeId, Option<Arc<Validator>>>>> =
    LazyLock::new(Mutex::default);

/// The seconds of the times from 1970 to 9999. Slack shows no earlier one, and the store would not sort a later one.
const SECONDS: RangeInclusive<i64> = 0..=253_402_300_799;

/// Returns all mistakes of a body of this type.
pub(super) fn mistakes<T: JsonSchema + 'static>(json: &Value) -> Vec<Mistake> {
    let Some(validator) = validator::<T>() else {
        return Vec::new();
    };
    let errors = validator.iter_errors(json).take(MAX_MISTAKES);
    errors.flat_map(|error| mistakes_of(&error)).collect()
}

/// Returns the validator of a type; `None` if its schema is not valid, which a test of each type excludes.
fn validator<T: JsonSchema + 'static>() -> Option<Arc<Validator>> {
    let mut validators = VALIDATORS.lock().unwrap_or_else(PoisonError::into_inner);
    let compile = || {
        let schema = SchemaSettings::draft2020_12().into_generator();
        let schema = schema.into_root_schema_for::<T>();
        let options = jsonschema::options()
            .should_validate_formats(true)
            .with_format("date-time", is_time);
        options.build(schema.as_value()).ok().map(Arc::new)
    };
    validators
        .entry(TypeId::of::<T>())
        .or_insert_with(compile)
        .clone()
}

/// Returns whether a text is a time that can be stored and shown.
fn is_time(text: &str) -> bool {
    let time = text.parse::<Timestamp>();
    time.is_ok_and(|time| SECONDS.contains(&time.epoch_seconds()))
}

/// Returns the mistakes of an error of the validator.
fn mistakes_of(error: &ValidationError<'_>) -> Vec<Mistake> {
    let pointer = error.instance_path().as_str().to_owned();
    let mistake = match error.kind() {
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            return mistakes_of_branches(&pointer, context);
        }
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            Mistake::in_member(format!("{pointer}/{name}"), "is missing")
        }
        kind => Mistake::in_member(pointer, detail(kind, error)),
    };
    vec![mistake]
}

/// Returns the type of the member that a branch expects; `None` if the member has it.
fn other_type(pointer: &str, branch: &Branch) -> Option<&'static str> {
    let mut errors = branch.iter();
    errors.find_map(|error| type_name(error.kind()).filter(|_| is_at(pointer, error)))
}

/// Returns the mistakes of a member that fits none of some branches: those of the only branch whose type the member
/// has. A member that may be null has a branch for it.
fn mistakes_of_branches(pointer: &str, branches: &[Branch]) -> Vec<Mistake> {
    let types = branches
        .iter()
        .filter_map(|branch| other_type(pointer, branch));
    let types: Vec<_> = types.collect();
    let fitting = branches
        .iter()
        .filter(|branch| other_type(pointer, branch).is_none());
    let fitting: Vec<_> = fitting.collect();
    let detail = match fitting.as_slice() {
        [] => format!("must be {}", expected_types(&types)),
        [branch] => return branch.iter().flat_map(mistakes_of).collect(),
        branches => {
            let values = branches.iter().map(|branch| expected_value(branch));
            let required = branches
                .iter()
                .map(|branch| required_member(pointer, branch));
            if let Some(values) = values.collect::<Option<Vec<_>>>() {
                format!("isn't one of {}", listed(&Value::Array(values)))
            } else if let Some(required) = required.collect::<Option<Vec<_>>>() {
                format!("must have {}", alternatives(&required))
            } else {
                let inner = branches
                    .iter()
                    .find(|branch| required_member(pointer, branch).is_none());
                let errors = inner.into_iter().flat_map(|branch| branch.iter());
                return errors.flat_map(mistakes_of).collect();
            }
        }
    };
    vec![Mistake::in_member(pointer, detail)]
}

fn is_at(pointer: &str, error: &ValidationError<'_>) -> bool {
    error.instance_path().as_str() == pointer
}

/// Returns the value that a branch expects; `None` if it expects something else. A name with a description is a branch.
fn expected_value(branch: &Branch) -> Option<Value> {
    match branch.first().map(ValidationError::kind) {
        Some(ValidationErrorKind::Constant { expected_value }) => Some((**expected_value).clone()),
        _ => None,
    }
}

/// Returns the member that an object lacks for a branch; `None` if it has it.
fn required_member<'b>(pointer: &str, branch: &'b Branch) -> Option<&'b str> {
    let mut errors = branch.iter().filter(|error| is_at(pointer, error));
    errors.find_map(|error| match error.kind() {
        ValidationErrorKind::Required { property } => property.as_str(),
        _ => None,
    })
}

fn type_name(kind: &ValidationErrorKind) -> Option<&'static str> {
    match kind {
        ValidationErrorKind::Type {
            kind: TypeKind::Single(name),
        } => Some(name.as_str()),
        _ => None,
    }
}

/// Returns what is wrong with a member, in words.
fn detail(kind: &ValidationErrorKind, error: &ValidationError<'_>) -> String {
    match kind {
        ValidationErrorKind::Type { kind } => format!("must be {}", expected_types(&names(kind))),
        ValidationErrorKind::Enum { options } => {
            format!("isn't one of {}", listed(options))
        }
        ValidationErrorKind::Constant { expected_value } => format!("must be {expected_value}"),
        ValidationErrorKind::Format { format } if format == "date-time" => {
            let text = error.instance().as_str().unwrap_or_default();
            match text.parse::<Timestamp>() {
                Ok(_) => "must be a time from 1970 to 9999".to_owned(),
                Err(_) => "must be a time in RFC 3339, such as 2026-11-23T14:05:09Z".to_owned(),
            }
        }
        ValidationErrorKind::MaxLength { limit } => format!("is longer than {limit} characters"),
        ValidationErrorKind::MinLength { .. } => "can't be empty".to_owned(),
        ValidationErrorKind::MaxItems { limit } => format!("has more than {limit} items"),
        ValidationErrorKind::MinItems { limit } => format!("has fewer than {limit} items"),
        ValidationErrorKind::Maximum { limit } => format!("is greater than {limit}"),
        ValidationErrorKind::Minimum { limit } => format!("is less than {limit}"),
        _ => {
            let message = error.masked_with("the value").to_string();
            format!("isn't valid: {message}")
        }
    }
}

fn names(kind: &TypeKind) -> Vec<&'static str> {
    match kind {
        TypeKind::Single(name) => vec![name.as_str()],
        TypeKind::Multiple(names) => names.iter().map(|name| name.as_str()).collect(),
    }
}

/// Returns types in words: `a string, a number or a list`.
fn expected_types(names: &[&str]) -> String {
    let names = names.iter().copied().filter(|name| *name != "null");
    let named = names.map(|name| match name {
        "string" => "a string",
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        "array" => "a list",
        "object" => "an object",
        other => other,
    });
    let mut distinct = Vec::new();
    for name in named {
        if !distinct.contains(&name) {
            distinct.push(name);
        }
    }
    alternatives(&distinct)
}

/// Returns alternatives in words: `channels, issues or teams`.
fn alternatives(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => "null".to_owned(),
    }
}

fn listed(options: &Value) -> String {
    let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
    let named = options.iter().filter(|option| !option.is_null());
    let named = named.map(|option| match option.as_str() {
        Some(text) => text.to_owned(),
        None => option.to_string(),
    });
    named.collect::<Vec<_>>().join(", ")
}
