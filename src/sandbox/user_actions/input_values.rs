//! Converts the input of a user into the state of a Block Kit element.

use serde_json::{Value, json};

use crate::user_actions::select_options::{SelectOption, find_option};
use crate::workspace::Workspace;
use crate::workspace::view_state;

/// The input of a user for a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Text, a number or a date. In a select, the text or value of an option; in a user or
    /// channel picker, a name or an ID.
    Text(String),
    /// Several options, users or channels.
    Many(Vec<String>),
    /// The element state itself, as in `view.state.values`.
    State(Value),
    /// Clears the field.
    Empty,
}

impl From<&str> for Input {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Input {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&[&str]> for Input {
    fn from(several: &[&str]) -> Self {
        Self::Many(several.iter().map(|one| (*one).to_owned()).collect())
    }
}

impl Workspace {
    /// Returns the state of an element after this input. `offered` are the options that may be selected.
    ///
    /// The error is a sentence for the user.
    pub(crate) fn element_state(
        &self,
        element: &Value,
        input: &Input,
        offered: &[SelectOption],
    ) -> Result<Value, String> {
        let kind = element["type"].as_str().unwrap_or_default();
        let (field, _) = view_state::state_fields(element)
            .ok_or_else(|| format!("Nothing can be entered into a {kind}."))?;
        let value = match input {
            Input::State(state) => return self.check_state(element, state, offered),
            Input::Empty => return Ok(empty_state(element, field)),
            Input::Many(several) => {
                let values: Result<Vec<Value>, String> = several
                    .iter()
                    .map(|one| self.element_value(element, one, offered))
                    .collect();
                Value::Array(check_selection_size(element, values?)?)
            }
            Input::Text(text) => {
                let value = self.element_value(element, text, offered)?;
                if is_multi_value(field) {
                    json!([value])
                } else {
                    value
                }
            }
        };
        let mut state = json!({"type": kind});
        state[field] = value;
        if kind == "timepicker"
            && let Some(zone) = element.get("timezone")
        {
            state["timezone"] = zone.clone();
        }
        Ok(state)
    }

    fn element_value(
        &self,
        element: &Value,
        text: &str,
        offered: &[SelectOption],
    ) -> Result<Value, String> {
        let kind = element["type"].as_str().unwrap_or_default();
        Ok(match kind {
            "static_select"
            | "multi_static_select"
            | "external_select"
            | "multi_external_select"
            | "radio_buttons"
            | "checkboxes" => find_option(offered, text)?.json.clone(),
            "users_select" | "multi_users_select" => {
                let user = self.find_user(text);
                json!(
                    user.ok_or_else(|| format!("There is no user called {text}."))?
                        .id
                )
            }
            "channels_select"
            | "multi_channels_select"
            | "conversations_select"
            | "multi_conversations_select" => {
                let channel = self.find_channel(text);
                json!(
                    channel
                        .ok_or_else(|| format!("There is no channel called {text}."))?
                        .id
                )
            }
            "datetimepicker" => {
                let seconds: Result<i64, _> = text.parse();
                json!(seconds.map_err(|_| format!("“{text}” is not a time in epoch seconds."))?)
            }
            "rich_text_input" => rich_text(text),
            "plain_text_input" if text.is_empty() => Value::Null,
            "plain_text_input" => json!(check_text_length(element, text)?),
            _ => json!(text),
        })
    }

    /// Checks a state that was sent by a client: its type must be that of the element, and its
    /// option must be available.
    fn check_state(
        &self,
        element: &Value,
        state: &Value,
        offered: &[SelectOption],
    ) -> Result<Value, String> {
        let kind = element["type"].as_str().unwrap_or_default();
        let mut state = state.clone();
        if state.get("type").is_none() && state.is_object() {
            state["type"] = json!(kind);
        }
        if state["type"] != kind {
            return Err(format!("This is not the state of a {kind}."));
        }
        let one = state
            .get("selected_option")
            .filter(|option| option.is_object());
        let many = state["selected_options"].as_array().into_iter().flatten();
        for option in many.chain(one) {
            let value = option["value"].as_str().unwrap_or_default();
            if !offered.iter().any(|choice| choice.value == value) {
                return Err(format!("There is no option with the value “{value}”."));
            }
        }
        let (field, _) = view_state::state_fields(element).unwrap_or_default();
        if let Some(selected) = state[field].as_array() {
            check_selection_size(element, selected.clone())?;
        }
        match state["value"].as_str() {
            Some("") => state["value"] = Value::Null,
            Some(text) => {
                check_text_length(element, text)?;
            }
            None => {}
        }
        Ok(state)
    }
}

fn rich_text(text: &str) -> Value {
    let section =
        json!({"type": "rich_text_section", "elements": [{"type": "text", "text": text}]});
    json!({"type": "rich_text", "elements": [section]})
}

/// Checks `max_length`, which Slack's client enforces.
fn check_text_length<'a>(element: &Value, text: &'a str) -> Result<&'a str, String> {
    let most = element["max_length"].as_u64().unwrap_or(3000);
    let length = text.chars().count() as u64;
    if length > most {
        return Err(format!(
            "The field takes up to {most} characters; this text has {length}."
        ));
    }
    Ok(text)
}

/// Checks `max_selected_items`, which Slack's client enforces.
fn check_selection_size(element: &Value, selected: Vec<Value>) -> Result<Vec<Value>, String> {
    let most = element["max_selected_items"].as_u64().unwrap_or(u64::MAX);
    let count = selected.len() as u64;
    if count > most {
        return Err(format!(
            "The field takes up to {most} choices; {count} were made."
        ));
    }
    Ok(selected)
}

fn is_multi_value(field: &str) -> bool {
    matches!(
        field,
        "selected_options"
            | "selected_users"
            | "selected_channels"
            | "selected_conversations"
            | "files"
    )
}

fn empty_state(element: &Value, field: &str) -> Value {
    let mut state = json!({"type": element["type"]});
    state[field] = if is_multi_value(field) {
        json!([])
    } else {
        Value::Null
    };
    state
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testing::workspace;
    use crate::user_actions::select_options::select_options;

    fn select() -> Value {
        json!({"type": "static_select", "action_id": "s", "options": [
            {"text": {"type": "plain_text", "text": "High"}, "value": "h"},
            {"text": {"type": "plain_text", "text": "Low"}, "value": "l"}
        ]})
    }

    #[test]
    fn option_is_selected_by_text_or_value() {
        let (element, workspace) = (select(), workspace());
        let offered = select_options(&element);
        for name in ["Low", "l"] {
            let state = workspace
                .element_state(&element, &name.into(), &offered)
                .unwrap();
            assert_eq!(state["selected_option"]["value"], "l");
        }
        let error = workspace
            .element_state(&element, &"Middle".into(), &offered)
            .unwrap_err();
        assert_eq!(error, "There is no option “Middle”. There are: High, Low.");
    }

    #[test]
    fn users_are_selected_by_name() {
        let element = json!({"type": "multi_users_select", "action_id": "who"});
        let input = Input::from(&["bob", "chioma"][..]);
        let state = workspace().element_state(&element, &input, &[]).unwrap();
        assert_eq!(
            state["selected_users"],
            json!(["U0BOB000001", "U0CHIOMA001"])
        );
        let state = workspace()
            .element_state(&element, &Input::Empty, &[])
            .unwrap();
        assert_eq!(state["selected_users"], json!([]));
    }

    #[test]
    fn text_longer_than_max_length_is_rejected() {
        let element = json!({"type": "plain_text_input", "action_id": "t", "max_length": 3});
        let enter = |text: &str| workspace().element_state(&element, &text.into(), &[]);
        assert_eq!(enter("äöü").unwrap()["value"], "äöü");
        assert!(enter("äöüß").is_err());
        assert_eq!(enter("").unwrap()["value"], Value::Null);
    }

    #[test]
    fn selection_above_max_selected_items_is_rejected() {
        let element =
            json!({"type": "multi_users_select", "action_id": "who", "max_selected_items": 1});
        let expected = "The field takes up to 1 choices; 2 were made.";
        let state = json!({"type": "multi_users_select", "selected_users": ["U1", "U2"]});
        for input in [Input::from(&["bob", "chioma"][..]), Input::State(state)] {
            let entered = workspace().element_state(&element, &input, &[]);
            assert_eq!(entered.unwrap_err(), expected);
        }
        let one = Input::from(&["bob"][..]);
        assert!(workspace().element_state(&element, &one, &[]).is_ok());
    }

    #[test]
    fn state_with_an_unknown_option_or_type_is_rejected() {
        let (element, workspace) = (select(), workspace());
        let state = json!({"type": "static_select", "selected_option": {"value": "x"}});
        assert!(
            workspace
                .element_state(&element, &Input::State(state), &select_options(&element))
                .is_err()
        );
        let state = json!({"type": "users_select", "selected_user": "U1"});
        assert!(
            workspace
                .element_state(&element, &Input::State(state), &select_options(&element))
                .is_err()
        );
    }
}
