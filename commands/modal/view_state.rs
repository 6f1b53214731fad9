//! The state of a submitted modal: the current and initial value of each field, read from the
//! `view` of a `view_submission`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

/// The values of a submitted modal by field name, with the initial values.
///
/// A value that is missing or of an unknown type counts as empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ViewState {
    fields: BTreeMap<String, Field>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Field {
    current: Vec<String>,
    initial: Vec<String>,
}

impl ViewState {
    /// Creates the state of a form on a page, which has the same fields as the modal.
    pub fn of_web_form(fields: impl Iterator<Item = (String, Vec<String>)>) -> Self {
        let current = fields.map(|(name, values)| (name, FieldValues(values)));
        Self::new(current, std::iter::empty())
    }

    /// Combines the current values with the initial ones. A field is included only if Slack sent
    /// its state.
    pub(crate) fn new(
        current: impl Iterator<Item = (String, FieldValues)>,
        initial: impl Iterator<Item = (String, FieldValues)>,
    ) -> Self {
        let current = current.map(|(name, FieldValues(current))| {
            let initial = Vec::new();
            (name, Field { current, initial })
        });
        let mut fields: BTreeMap<String, Field> = current.collect();
        for (name, FieldValues(values)) in initial {
            if let Some(field) = fields.get_mut(&name) {
                field.initial = values;
            }
        }
        Self { fields }
    }

    /// Returns the value of a field: the trimmed text, the value of the selected option, or the
    /// selected user's ID. Returns `""` if the field is empty or missing.
    pub fn value(&self, name: &str) -> &str {
        self.fields
            .get(name)
            .map_or("", |field| first_or_empty(&field.current))
    }

    /// Returns all values of a multi-select field.
    pub fn values(&self, name: &str) -> Vec<&str> {
        let field = self.fields.get(name);
        field.map_or_else(Vec::new, |field| {
            field.current.iter().map(String::as_str).collect()
        })
    }

    /// Returns whether the modal has a field.
    pub fn has_field(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    /// Returns the names of all fields.
    pub(crate) fn field_names(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(String::as_str)
    }

    /// Returns the values that the user added to a multi-select field, and those that the user
    /// removed.
    pub(crate) fn added_and_removed(&self, name: &str) -> (Vec<&str>, Vec<&str>) {
        let Some(Field { current, initial }) = self.fields.get(name) else {
            return (Vec::new(), Vec::new());
        };
        let added = current.iter().filter(|value| !initial.contains(value));
        let removed = initial.iter().filter(|value| !current.contains(value));
        let (added, removed) = (added.map(String::as_str), removed.map(String::as_str));
        (added.collect(), removed.collect())
    }

    /// Returns the value of a field if the user changed it, `Some("")` if the user emptied it.
    ///
    /// Returns `None` if the value equals the initial value, or if the modal has no such field.
    pub(crate) fn changed_value(&self, name: &str) -> Option<&str> {
        self.fields
            .get(name)
            .filter(|field| field.current != field.initial)
            .map(|field| first_or_empty(&field.current))
    }
}

fn first_or_empty(values: &[String]) -> &str {
    values.first().map_or("", String::as_str)
}

/// The values of an element: its text, or the selected IDs and option values.
#[derive(Default, Deserialize)]
#[serde(from = "ElementValue")]
pub(crate) struct FieldValues(Vec<String>);

/// A value as Slack sends it.
#[derive(Deserialize)]
#[serde(untagged)]
enum ElementValue {
    Text(String),
    Option { value: String },
    List(Vec<Self>),
    Unknown(IgnoredAny),
}

impl From<ElementValue> for FieldValues {
    fn from(value: ElementValue) -> Self {
        match value {
            ElementValue::Text(text) | ElementValue::Option { value: text } => {
                let text = text.trim();
                Self(match text {
                    "" => Vec::new(),
                    text => vec![text.replace("\r\n", "\n")],
                })
            }
            ElementValue::List(values) => {
                let values = values.into_iter().flat_map(|value| Self::from(value).0);
                Self(values.collect())
            }
            ElementValue::Unknown(_) => Self::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::read_view;

    fn view_state(element: &Value, state: &Value) -> ViewState {
        let view = json!({
            "blocks": [
                { "type": "context", "elements": [] },
                { "type": "input", "block_id": "field", "element": element },
            ],
            "state": { "values": { "field": { "field": state } } },
        });
        read_view(view).view_state
    }

    /// Asserts that a field counts as changed exactly if its value differs from the initial value.
    fn assert_change_detected(initial: &str, key: &str, same: Value, other: Value, current: &str) {
        let element = json!({ "action_id": "field", initial: same });
        let unchanged = view_state(&element, &json!({ key: same }));
        assert_eq!(unchanged.changed_value("field"), None, "{key}");
        let changed = view_state(&element, &json!({ key: other }));
        assert_eq!(changed.changed_value("field"), Some(current), "{key}");
        assert_eq!(changed.value("field"), current, "{key}");
    }

    #[test]
    fn field_is_changed_only_when_its_value_differs() {
        let text = |text: &str| json!(text);
        assert_change_detected("initial_value", "value", text("a"), text(" b\n"), "b");
        assert_change_detected("initial_value", "value", text("a"), Value::Null, "");
        assert_change_detected(
            "initial_user",
            "selected_user",
            text("U1"),
            text("U2"),
            "U2",
        );
        for (initial, current) in [
            ("initial_date", "selected_date"),
            ("initial_time", "selected_time"),
        ] {
            assert_change_detected(initial, current, Value::Null, text("1"), "1");
        }
        let option = |value: &str| json!({ "text": { "text": "x" }, "value": value });
        assert_change_detected(
            "initial_option",
            "selected_option",
            option("a"),
            option("b"),
            "b",
        );
        let users = |ids: &[&str]| json!(ids);
        assert_change_detected(
            "initial_users",
            "selected_users",
            users(&["U1"]),
            users(&["U1", "U2"]),
            "U1",
        );
    }

    #[test]
    fn surrounding_whitespace_is_not_a_change() {
        let element = json!({ "action_id": "field", "initial_value": "a\nb " });
        let same = view_state(&element, &json!({ "value": " a\r\nb" }));
        assert_eq!(
            (same.value("field"), same.changed_value("field")),
            ("a\nb", None)
        );
    }

    #[test]
    fn multi_select_returns_all_values() {
        let state = json!({ "type": "multi_users_select", "selected_users": ["U2", "U3"] });
        let state = view_state(&json!({ "action_id": "field" }), &state);
        assert_eq!(state.values("field"), ["U2", "U3"]);
    }

    #[test]
    fn missing_field_is_empty_and_unchanged() {
        for view in [
            json!(null),
            json!({}),
            json!({ "state": { "values": [1] }, "blocks": "x" }),
        ] {
            let state = read_view(view).view_state;
            assert_eq!(
                (state.value("title"), state.changed_value("title")),
                ("", None)
            );
            assert!(state.values("title").is_empty());
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
        fn any_view_is_read_without_panic(state in any_json(), blocks in any_json()) {
            let view = json!({ "state": { "values": state }, "blocks": blocks });
            let state = read_view(view).view_state;
            let _ = (state.value("x"), state.changed_value("value"));
        }
    }
}
