//! The values of fields that the team defines.

use serde_json::Value;

use crate::cli::import::incident::{Conversion, Remarks};
use crate::domain::field::MAX_FIELD_VALUES;
use crate::domain::{FieldValue, FieldValues};

/// The fields that every incident has, and that are read from elsewhere.
const BUILT_IN: [&str; 6] = [
    "severity",
    "state",
    "detection_method",
    "summary",
    "root_cause",
    "slug",
];

/// Returns the values of the fields that the settings define. The others are in the note.
pub(super) fn values(conversion: &Conversion<'_>, remarks: &mut Remarks) -> FieldValues {
    let fields = conversion.source.incident.attribute("fields").as_object();
    let mut values = FieldValues::new();
    for (name, field) in fields.into_iter().flatten() {
        let items = items(&field["value"]);
        if items.is_empty() || BUILT_IN.contains(&name.as_str()) {
            continue;
        }
        match value(conversion, name, &items) {
            Some(value) => drop(values.insert(name.clone(), value)),
            None => remarks.add(name, &items.join(", ")),
        }
    }
    values
}

/// Returns a value; `None` if there is no such field, or its type does not have the value.
fn value(conversion: &Conversion<'_>, name: &str, items: &[String]) -> Option<FieldValue> {
    let definition = conversion.settings.field(name)?;
    let value = FieldValue::from_items(definition.kind, items.to_vec())?;
    // A type with one value has no place for the others.
    let is_complete = value.items().len() == items.len() && items.len() <= MAX_FIELD_VALUES;
    is_complete.then_some(value)
}

fn items(value: &Value) -> Vec<String> {
    let item = |value: &Value| match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    match value {
        Value::Array(values) => values.iter().filter_map(item).collect(),
        value => item(value).into_iter().collect(),
    }
}
