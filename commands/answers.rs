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

    /// Gives the names of all fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(String::as_str)
    }

    /// Gives what the person added to a field that takes several, and what they took out.
    pub fn moved(&self, name: &str) -> (Vec<&str>, Vec<&str>) {
        let Some(Field { given, initial }) = self.fields.get(name) else {
            return (Vec::new(), Vec::new());
        };
        let added = given.iter().filter(|value| !initial.contains(value));
        let removed = initial.iter().filter(|value| !given.contains(value));
        let (added, removed) = (added.map(String::as_str), removed.map(String::as_str));
        (added.collect(), removed.collect())
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn answers(element: &Value, state: &Value) -> Answers {
        Answers::read(&json!({
            "blocks": [
                { "type": "context", "elements": [] },
                { "type": "input", "block_id": "field", "element": element },
            ],
            "state": { "values": { "field": { "field": state } } },
        }))
    }

    /// Makes sure that a field is changed exactly if what stands in it is another than at first.
    fn tells_a_change(initial: &str, chosen: &str, same: Value, other: Value, given: &str) {
        let element = json!({ "action_id": "field", initial: same });
        let unchanged = answers(&element, &json!({ chosen: same }));
        assert_eq!(unchanged.changed("field"), None, "{chosen}");
        let changed = answers(&element, &json!({ chosen: other }));
        assert_eq!(changed.changed("field"), Some(given), "{chosen}");
        assert_eq!(changed.given("field"), given, "{chosen}");
    }

    #[test]
    fn what_stays_as_it_was_is_not_changed_and_all_else_is() {
        let text = |text: &str| json!(text);
        tells_a_change("initial_value", "value", text("a"), text(" b\n"), "b");
        tells_a_change("initial_value", "value", text("a"), Value::Null, "");
        tells_a_change(
            "initial_user",
            "selected_user",
            text("U1"),
            text("U2"),
            "U2",
        );
        tells_a_change(
            "initial_channel",
            "selected_channel",
            Value::Null,
            text("C1"),
            "C1",
        );
        tells_a_change(
            "initial_date_time",
            "selected_date_time",
            json!(1),
            json!(2),
            "2",
        );
        let option = |value: &str| json!({ "text": { "text": "x" }, "value": value });
        tells_a_change(
            "initial_option",
            "selected_option",
            option("a"),
            option("b"),
            "b",
        );
        let people = |ids: &[&str]| json!(ids);
        tells_a_change(
            "initial_users",
            "selected_users",
            people(&["U1"]),
            people(&["U1", "U2"]),
            "U1",
        );
    }

    #[test]
    fn white_space_around_a_text_is_no_change() {
        let element = json!({ "action_id": "field", "initial_value": "a\nb " });
        let same = answers(&element, &json!({ "value": " a\r\nb" }));
        assert_eq!((same.given("field"), same.changed("field")), ("a\nb", None));
    }

    #[test]
    fn several_that_are_chosen_are_all_given() {
        let state = json!({ "type": "multi_users_select", "selected_users": ["U2", "U3"] });
        let answers = answers(&json!({ "action_id": "field" }), &state);
        assert_eq!(answers.all_given("field"), ["U2", "U3"]);
    }

    #[test]
    fn a_field_that_is_not_there_is_not_given_and_not_changed() {
        for view in [
            json!(null),
            json!({}),
            json!({ "state": { "values": [1] }, "blocks": "x" }),
        ] {
            let answers = Answers::read(&view);
            assert_eq!(
                (answers.given("title"), answers.changed("title")),
                ("", None)
            );
            assert!(answers.all_given("title").is_empty());
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,5}".prop_map(Value::from),
        ];
        let keys = "(blocks|state|values|element|action_id|value|selected_option|initial_user|x)";
        leaf.prop_recursive(6, 60, 5, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(keys, inner, 0..5)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_view_is_read_without_trouble(state in any_json(), blocks in any_json()) {
            let answers = Answers::read(&json!({ "state": { "values": state }, "blocks": blocks }));
            let _ = (answers.given("x"), answers.changed("value"));
        }
    }
}
