//! What a person filled in, read from the `view` of a submission.

use std::collections::BTreeMap;

use serde_json::Number;

use crate::filling::Fill;

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
    /// Gives the answers of which these say how they stand and with what they began. A field of which Slack does not
    /// say how it stands is none.
    pub(crate) fn of(states: States, began: impl Iterator<Item = (String, Values)>) -> Self {
        let mut fields: BTreeMap<String, Field> = BTreeMap::new();
        for (name, state) in states.0.0 {
            if let State(Some(values)) = state {
                fields.entry(name).or_default().given = values.0;
            }
        }
        for (name, values) in began {
            if let Some(field) = fields.get_mut(&name) {
                field.initial = values.0;
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

/// `state.values`: how the elements of each block stand.
#[derive(Default)]
pub(crate) struct States(Elements);

impl Fill for States {
    fn member(&mut self, _block: &str) -> Option<&mut dyn Fill> {
        Some(&mut self.0)
    }
}

/// How elements stand, by their names (`action_id`).
#[derive(Default)]
struct Elements(Vec<(String, State)>);

impl Fill for Elements {
    fn member(&mut self, name: &str) -> Option<&mut dyn Fill> {
        self.0.push((name.to_owned(), State::default()));
        self.0.last_mut().map(|(_, state)| state as &mut dyn Fill)
    }
}

/// How an element stands; `None` if Slack does not say it.
#[derive(Default)]
struct State(Option<Values>);

impl Fill for State {
    fn member(&mut self, name: &str) -> Option<&mut dyn Fill> {
        let values = self.0.get_or_insert_default();
        let is_read = name == "value" || name.starts_with("selected_");
        is_read.then_some(values)
    }
}

/// What stands in an element: its text, or whatever is chosen in it; of an option its `value`.
#[derive(Default)]
pub(crate) struct Values(Vec<String>);

impl Fill for Values {
    fn text(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.0.push(text.replace("\r\n", "\n"));
        }
    }

    fn number(&mut self, number: Number) {
        self.0.push(number.to_string());
    }

    fn item(&mut self) -> Option<&mut dyn Fill> {
        Some(self)
    }

    fn member(&mut self, name: &str) -> Option<&mut dyn Fill> {
        (name == "value").then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::as_slack::as_sent;

    fn answers(element: &Value, state: &Value) -> Answers {
        let view = json!({
            "blocks": [
                { "type": "context", "elements": [] },
                { "type": "input", "block_id": "field", "element": element },
            ],
            "state": { "values": { "field": { "field": state } } },
        });
        as_sent(view).answers
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
            let answers = as_sent(view).answers;
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
            let view = json!({ "state": { "values": state }, "blocks": blocks });
            let answers = as_sent(view).answers;
            let _ = (answers.given("x"), answers.changed("value"));
        }
    }
}
