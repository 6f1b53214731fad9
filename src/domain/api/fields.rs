//! The fields of an incident as the API returns them.

use serde_json::{Map, Value, json};

use crate::field::{FieldDefinition, FieldKind, FieldValue, SERVICES, TEAMS};
use crate::{Incident, Status};

/// Returns all fields: the built-in ones, those that the team defines for its type, and the others that the incident
/// has.
pub(super) fn fields(incident: &Incident, definitions: &[FieldDefinition]) -> Value {
    let mut fields = Map::new();
    let definitions = definitions.iter();
    for definition in definitions.filter(|it| it.is_for(incident.incident_type)) {
        let type_name = type_name(&definition.name, definition.kind);
        let value = json!({ "type": type_name, "value": null });
        fields.insert(definition.name.clone(), value);
    }
    for (name, value) in &incident.fields {
        fields.insert(name.clone(), field_value(name, value));
    }
    let dropdown = |value: &str| json!({ "type": "dropdown", "value": value });
    let textbox = |value: &str| json!({ "type": "textbox", "value": none_if_empty(value) });
    let state: Status = incident.status;
    for (name, value) in [
        ("severity", dropdown(incident.severity.as_str())),
        ("state", dropdown(state.as_str())),
        (
            "detection_method",
            dropdown(incident.detection_method.as_str()),
        ),
        ("summary", textbox(&incident.summary)),
        ("root_cause", textbox(&incident.root_cause)),
        ("slug", textbox(&incident.id.to_string())),
    ] {
        fields.insert(name.to_owned(), value);
    }
    Value::Object(fields)
}

/// Returns a text as JSON: null if it is empty.
pub(super) fn none_if_empty(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// Returns the type of a field. The API has no type for a number or a time: they are textboxes.
fn type_name(name: &str, kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::MultiSelect if [SERVICES, TEAMS].contains(&name) => "autocomplete",
        FieldKind::MultiSelect => "multiselect",
        FieldKind::TextArray => "textarray",
        FieldKind::SingleSelect => "dropdown",
        FieldKind::Text | FieldKind::Number | FieldKind::Datetime => "textbox",
    }
}

fn field_value(name: &str, value: &FieldValue) -> Value {
    let type_name = type_name(name, value.kind());
    match value {
        FieldValue::MultiSelect(_) | FieldValue::TextArray(_) => {
            json!({ "type": type_name, "value": value.items() })
        }
        FieldValue::SingleSelect(_)
        | FieldValue::Text(_)
        | FieldValue::Number(_)
        | FieldValue::Datetime(_) => json!({ "type": type_name, "value": value.to_line() }),
    }
}
