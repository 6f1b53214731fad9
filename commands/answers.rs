//! What a person filled in, read from the `view` of a submission.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What a person filled in, by the name of the field, beside what the form said before.
///
/// Whatever is missing or not understood counts as not given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    fields: BTreeMap<String, Field>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Field {
    given: Vec<String>,
    initial: Vec<String>,
}

impl Answers {
    /// Reads the `view` of a `view_submission`: its `state.values`, and what its `blocks` began with.
    pub fn read(view: &Value) -> Self {
        let mut fields: BTreeMap<String, Field> = BTreeMap::new();
        for (name, state) in states(view) {
            fields.entry(name.clone()).or_default().given = chosen(state, "selected_", "value");
        }
        for element in elements(view) {
            let name = element.get("action_id").and_then(Value::as_str);
            if let Some(field) = name.and_then(|name| fields.get_mut(name)) {
                field.initial = chosen(element, "initial_", "initial_value");
            }
        }
        Self { fields }
    }

    /// Gives what stands in a field: the text without surrounding white space, the value of the
    /// option or the id of the person. Empty if nothing does, or if there is no such field.
    pub fn given(&self, name: &str) -> &str {
        self.fields
            .get(name)
            .map_or("", |field| first(&field.given))
    }

    /// Gives all that is chosen in a field that takes several.
    pub fn all_given(&self, name: &str) -> Vec<&str> {
        let field = self.fields.get(name);
        field.map_or_else(Vec::new, |field| {
            field.given.iter().map(String::as_str).collect()
        })
    }

    /// Gives what stands in a field if the person changed it; `Some("")` if they emptied it.
    ///
    /// `None` if it says what the form said before, or if the form has no such field.
    pub fn changed(&self, name: &str) -> Option<&str> {
        self.fields
            .get(name)
            .filter(|field| field.given != field.initial)
            .map(|field| first(&field.given))
    }
}

fn first(values: &[String]) -> &str {
    values.first().map_or("", String::as_str)
}

/// Gives each field's name (`action_id`) and state.
fn states(view: &Value) -> impl Iterator<Item = (&String, &Map<String, Value>)> {
    let blocks = view.pointer("/state/values").and_then(Value::as_object);
    blocks
        .into_iter()
        .flat_map(Map::values)
        .filter_map(Value::as_object)
        .flatten()
        .filter_map(|(name, state)| Some((name, state.as_object()?)))
}

/// Gives each element of an input block.
fn elements(view: &Value) -> impl Iterator<Item = &Map<String, Value>> {
    let blocks = view.get("blocks").and_then(Value::as_array);
    blocks
        .into_iter()
        .flatten()
        .filter_map(|block| block.get("element")?.as_object())
}

/// Gives what stands in an element: its text, or whatever is chosen in it.
fn chosen(element: &Map<String, Value>, chosen: &str, text: &str) -> Vec<String> {
    let is_value = |key: &str| key == text || key.starts_with(chosen);
    element
        .iter()
        .filter(|(key, _)| is_value(key))
        .flat_map(|(_, value)| scalars(value))
        .filter(|value| !value.is_empty())
        .collect()
}

/// Gives the plain values in a value: of a list each, of an option its `value`.
fn scalars(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.replace("\r\n", "\n").trim().to_owned()],
        Value::Number(number) => vec![number.to_string()],
        Value::Array(list) => list.iter().flat_map(scalars).collect(),
        Value::Object(option) => option.get("value").map_or_else(Vec::new, scalars),
        Value::Null | Value::Bool(_) => Vec::new(),
    }
}
