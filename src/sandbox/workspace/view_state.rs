//! The state of the fields of a view or message (`state.values`): initial values and entered values.

use serde_json::{Map, Value, json};

/// An element that has a state, with its block.
#[derive(Clone, Copy)]
pub(crate) struct Field<'a> {
    pub(crate) block: &'a Value,
    pub(crate) element: &'a Value,
}

impl<'a> Field<'a> {
    pub(crate) fn block_id(&self) -> &'a str {
        self.block["block_id"].as_str().unwrap_or_default()
    }

    pub(crate) fn action_id(&self) -> &'a str {
        self.element["action_id"].as_str().unwrap_or_default()
    }
}

/// Returns every element that has a state.
pub(crate) fn fields(blocks: &Value) -> Vec<Field<'_>> {
    let mut fields = Vec::new();
    for block in blocks.as_array().into_iter().flatten() {
        let single = block.get("element").or_else(|| block.get("accessory"));
        let several = block.get("elements").and_then(Value::as_array);
        let several = match block["type"].as_str() {
            Some("actions") => several,
            _ => None,
        };
        for element in single.into_iter().chain(several.into_iter().flatten()) {
            if state_fields(element).is_some() {
                fields.push(Field { block, element });
            }
        }
    }
    fields
}

/// Returns the state of all fields: the stored value if the field still exists with the same
/// type, else the initial value.
pub(crate) fn values(blocks: &Value, stored: &Value) -> Value {
    let mut values = Map::new();
    for Field { block, element } in fields(blocks) {
        let (Some(block_id), Some(action_id)) =
            (block["block_id"].as_str(), element["action_id"].as_str())
        else {
            continue;
        };
        let before = &stored[block_id][action_id];
        let state = if before["type"] == element["type"] {
            before.clone()
        } else {
            initial_state(element)
        };
        let block = values
            .entry(block_id)
            .or_insert_with(|| Value::Object(Map::new()));
        block[action_id] = state;
    }
    Value::Object(values)
}

/// Returns the initial state of an element.
pub(crate) fn initial_state(element: &Value) -> Value {
    let mut state = json!({"type": element["type"]});
    let Some((field, initial)) = state_fields(element) else {
        return state;
    };
    let preset = element.get(initial).cloned();
    state[field] = match preset {
        Some(preset) => preset,
        None if field.ends_with("users")
            || field.ends_with("channels")
            || field.ends_with("conversations")
            || field.ends_with("options") =>
        {
            json!([])
        }
        None => Value::Null,
    };
    state
}

/// Returns whether a state has no value. Spaces are a value; Slack leaves them to the app.
pub(crate) fn is_empty(state: &Value) -> bool {
    let Some(fields) = state.as_object() else {
        return true;
    };
    fields
        .iter()
        .filter(|(name, _)| *name != "type")
        .all(|(_, value)| match value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
        })
}

/// Returns the name of the element's state field and of its initial-value field.
///
/// Returns `None` for elements without a state: buttons, overflow menus, images.
pub(crate) fn state_fields(element: &Value) -> Option<(&'static str, &'static str)> {
    Some(match element["type"].as_str()? {
        "plain_text_input" | "number_input" | "email_text_input" | "url_text_input" => {
            ("value", "initial_value")
        }
        "rich_text_input" => ("rich_text_value", "initial_value"),
        "static_select" | "external_select" | "radio_buttons" => {
            ("selected_option", "initial_option")
        }
        "multi_static_select" | "multi_external_select" | "checkboxes" => {
            ("selected_options", "initial_options")
        }
        "users_select" => ("selected_user", "initial_user"),
        "multi_users_select" => ("selected_users", "initial_users"),
        "channels_select" => ("selected_channel", "initial_channel"),
        "multi_channels_select" => ("selected_channels", "initial_channels"),
        "conversations_select" => ("selected_conversation", "initial_conversation"),
        "multi_conversations_select" => ("selected_conversations", "initial_conversations"),
        "datepicker" => ("selected_date", "initial_date"),
        "timepicker" => ("selected_time", "initial_time"),
        "datetimepicker" => ("selected_date_time", "initial_date_time"),
        "file_input" => ("files", "initial_files"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> Value {
        json!([
            {"type": "input", "block_id": "title", "element": {"type": "plain_text_input", "action_id": "title", "initial_value": "Down"}},
            {"type": "input", "block_id": "who", "element": {"type": "users_select", "action_id": "who"}},
            {"type": "actions", "block_id": "row", "elements": [
                {"type": "button", "action_id": "go"},
                {"type": "checkboxes", "action_id": "boxes", "options": []}
            ]}
        ])
    }

    #[test]
    fn untouched_fields_contain_their_initial_values() {
        let values = values(&form(), &Value::Null);
        assert_eq!(
            values,
            json!({
                "title": {"title": {"type": "plain_text_input", "value": "Down"}},
                "who": {"who": {"type": "users_select", "selected_user": null}},
                "row": {"boxes": {"type": "checkboxes", "selected_options": []}}
            })
        );
    }

    #[test]
    fn entered_value_is_preserved_while_its_field_exists() {
        let mut entered = values(&form(), &Value::Null);
        entered["title"]["title"]["value"] = json!("Up");
        assert_eq!(values(&form(), &entered)["title"]["title"]["value"], "Up");
    }

    #[test]
    fn state_is_empty_only_without_a_value() {
        assert!(is_empty(&json!({"type": "plain_text_input", "value": ""})));
        assert!(!is_empty(
            &json!({"type": "plain_text_input", "value": "  "})
        ));
        assert!(is_empty(
            &json!({"type": "users_select", "selected_user": null})
        ));
        assert!(!is_empty(
            &json!({"type": "users_select", "selected_user": "U1"})
        ));
    }
}
