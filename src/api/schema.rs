//! JSON Schemas of the types of bodies, and the mistakes that they find.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::api::error::Mistake;

/// The most mistakes that a response lists.
const MAX_MISTAKES: usize = 50;

/// The validators of the types, which are compiled once.
static VALIDATORS: LazyLock<Mutex<HashMap<TypeId, Option<Arc<Validator>>>>> =
    LazyLock::new(Mutex::default);

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
        let options = jsonschema::options().should_validate_formats(true);
        options.build(schema.as_value()).ok().map(Arc::new)
    };
    validators
        .entry(TypeId::of::<T>())
        .or_insert_with(compile)
        .clone()
}

/// Returns the mistakes of an error of the validator. A member that may be null has the error of its type.
fn mistakes_of(error: &ValidationError<'_>) -> Vec<Mistake> {
    let pointer = error.instance_path().as_str().to_owned();
    if let ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } =
        error.kind()
    {
        let is_null_branch = |branch: &&Vec<ValidationError<'static>>| {
            let expects_null = |it: &ValidationError<'_>| type_name(it.kind()) == Some("null");
            !branch.iter().any(expects_null)
        };
        let branches: Vec<_> = context.iter().filter(is_null_branch).collect();
        if let [branch] = branches.as_slice() {
            return branch.iter().flat_map(mistakes_of).collect();
        }
        let types = branches
            .iter()
            .map(|branch| branch.first().map(ValidationError::kind));
        let types: Option<Vec<_>> = types.map(|kind| type_name(kind?)).collect();
        if let Some(types) = types {
            let detail = format!("must be {}", expected_types(&types));
            return vec![Mistake::in_member(pointer, detail)];
        }
        let values = branches.iter().map(|branch| expected_value(branch));
        if let Some(values) = values.collect::<Option<Vec<_>>>() {
            let detail = format!("isn't one of {}", listed(&Value::Array(values)));
            return vec![Mistake::in_member(pointer, detail)];
        }
    }
    let mistake = match error.kind() {
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            Mistake::in_member(format!("{pointer}/{name}"), "is missing")
        }
        kind => Mistake::in_member(pointer, detail(kind, error)),
    };
    vec![mistake]
}

/// Returns the value that a branch expects; `None` if it expects something else. A name with a description is a branch.
fn expected_value(branch: &[ValidationError<'static>]) -> Option<Value> {
    match branch.first().map(ValidationError::kind) {
        Some(ValidationErrorKind::Constant { expected_value }) => Some((**expected_value).clone()),
        _ => None,
    }
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
            "must be a time in RFC 3339, such as 2026-11-23T14:05:09Z".to_owned()
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
    let named: Vec<_> = named.collect();
    match named.split_last() {
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
