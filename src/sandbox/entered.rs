//! What a person enters into a field, and the state that the field is in then.

use serde_json::{Value, json};

use super::view_state;
use super::workspace::Workspace;

/// What a person enters into a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Words, a number, a date; in a select the text or value of one option; in a picker of people or
    /// channels a name or id.
    Text(String),
    /// Several options, people or channels.
    Many(Vec<String>),
    /// The field's state itself, as `view.state.values` holds it.
    State(Value),
    /// Nothing: the field is emptied.
    Nothing,
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

/// An option of a select.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What people read.
    pub text: String,
    /// What the app gets.
    pub value: String,
    /// The heading that it stands under, if there is one.
    pub group: Option<String>,
    pub(super) json: Value,
}

/// Gives the options in `{"options": […]}` or `{"option_groups": […]}`, one after another.
pub(super) fn choices(holder: &Value) -> Vec<Choice> {
    let mut choices: Vec<Choice> = options(holder, None);
    for group in holder["option_groups"].as_array().into_iter().flatten() {
        choices.extend(options(group, group["label"]["text"].as_str()));
    }
    choices
}

fn options(holder: &Value, group: Option<&str>) -> Vec<Choice> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    holder["options"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|option| Choice {
            text: text(&option["text"]["text"]),
            value: text(&option["value"]),
            group: group.map(str::to_owned),
            json: option.clone(),
        })
        .collect()
}

/// Finds an option by its text or value.
pub(super) fn pick<'a>(choices: &'a [Choice], wanted: &str) -> Result<&'a Choice, String> {
    let by_value = choices.iter().find(|choice| choice.value == wanted);
    by_value
        .or_else(|| choices.iter().find(|choice| choice.text == wanted))
        .ok_or_else(|| {
            let offered: Vec<&str> = choices.iter().map(|choice| choice.text.as_str()).collect();
            format!(
                "There is no option “{wanted}”. There are: {}.",
                offered.join(", ")
            )
        })
}

impl Workspace {
    /// Gives the state of an element when this was entered. `offered` are the options that may be chosen.
    ///
    /// An error is a sentence: such a thing cannot be entered there.
    pub(super) fn entered(
        &self,
        element: &Value,
        input: &Input,
        offered: &[Choice],
    ) -> Result<Value, String> {
        let kind = element["type"].as_str().unwrap_or_default();
        let (field, _) = view_state::state_fields(element)
            .ok_or_else(|| format!("Nothing can be entered into a {kind}."))?;
        let value = match input {
            Input::State(state) => return self.checked_state(element, state, offered),
            Input::Nothing => return Ok(emptied(element, field)),
            Input::Many(several) => {
                let values: Result<Vec<Value>, String> = several
                    .iter()
                    .map(|one| self.one_value(element, one, offered))
                    .collect();
                Value::Array(kept_choices(element, values?)?)
            }
            Input::Text(text) => {
                let value = self.one_value(element, text, offered)?;
                if is_plural(field) {
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

    fn one_value(&self, element: &Value, text: &str, offered: &[Choice]) -> Result<Value, String> {
        let kind = element["type"].as_str().unwrap_or_default();
        Ok(match kind {
            "static_select"
            | "multi_static_select"
            | "external_select"
            | "multi_external_select"
            | "radio_buttons"
            | "checkboxes" => pick(offered, text)?.json.clone(),
            "users_select" | "multi_users_select" => {
                let person = self.find_person(text);
                json!(
                    person
                        .ok_or_else(|| format!("There is nobody called {text}."))?
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
            "plain_text_input" => json!(kept_text(element, text)?),
            _ => json!(text),
        })
    }

    /// Checks a state that came from outside: it must be of the element's kind and hold an option that is offered.
    fn checked_state(
        &self,
        element: &Value,
        state: &Value,
        offered: &[Choice],
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
        if let Some(chosen) = state[field].as_array() {
            kept_choices(element, chosen.clone())?;
        }
        match state["value"].as_str() {
            Some("") => state["value"] = Value::Null,
            Some(text) => {
                kept_text(element, text)?;
            }
            None => {}
        }
        Ok(state)
    }
}

fn rich_text(text: &str) -> Value {
    let line = json!({"type": "rich_text_section", "elements": [{"type": "text", "text": text}]});
    json!({"type": "rich_text", "elements": [line]})
}

/// Slack's own field does not take more than `max_length` characters.
fn kept_text<'a>(element: &Value, text: &'a str) -> Result<&'a str, String> {
    let most = element["max_length"].as_u64().unwrap_or(3000);
    let length = text.chars().count() as u64;
    if length > most {
        return Err(format!(
            "The field takes {most} characters at most; these are {length}."
        ));
    }
    Ok(text)
}

/// Slack's own field does not take more than `max_selected_items`.
fn kept_choices(element: &Value, chosen: Vec<Value>) -> Result<Vec<Value>, String> {
    let most = element["max_selected_items"].as_u64().unwrap_or(u64::MAX);
    let count = chosen.len() as u64;
    if count > most {
        return Err(format!(
            "The field takes {most} choices at most; these are {count}."
        ));
    }
    Ok(chosen)
}

fn is_plural(field: &str) -> bool {
    matches!(
        field,
        "selected_options"
            | "selected_users"
            | "selected_channels"
            | "selected_conversations"
            | "files"
    )
}

fn emptied(element: &Value, field: &str) -> Value {
    let mut state = json!({"type": element["type"]});
    state[field] = if is_plural(field) {
        json!([])
    } else {
        Value::Null
    };
    state
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::workspace;
    use super::*;

    fn select() -> Value {
        json!({"type": "static_select", "action_id": "s", "options": [
            {"text": {"type": "plain_text", "text": "High"}, "value": "h"},
            {"text": {"type": "plain_text", "text": "Low"}, "value": "l"}
        ]})
    }

    #[test]
    fn an_option_is_chosen_by_text_or_value() {
        let (element, workspace) = (select(), workspace());
        let offered = choices(&element);
        for word in ["Low", "l"] {
            let state = workspace.entered(&element, &word.into(), &offered).unwrap();
            assert_eq!(state["selected_option"]["value"], "l");
        }
        let refused = workspace
            .entered(&element, &"Middle".into(), &offered)
            .unwrap_err();
        assert_eq!(
            refused,
            "There is no option “Middle”. There are: High, Low."
        );
    }

    #[test]
    fn people_are_chosen_by_name() {
        let element = json!({"type": "multi_users_select", "action_id": "who"});
        let input = Input::from(&["bob", "chioma"][..]);
        let state = workspace().entered(&element, &input, &[]).unwrap();
        assert_eq!(
            state["selected_users"],
            json!(["U0BOB000001", "U0CHIOMA001"])
        );
        let state = workspace().entered(&element, &Input::Nothing, &[]).unwrap();
        assert_eq!(state["selected_users"], json!([]));
    }

    #[test]
    fn a_field_takes_no_more_than_its_length() {
        let element = json!({"type": "plain_text_input", "action_id": "t", "max_length": 3});
        let enter = |text: &str| workspace().entered(&element, &text.into(), &[]);
        assert_eq!(enter("äöü").unwrap()["value"], "äöü");
        assert!(enter("äöüß").is_err());
        assert_eq!(enter("").unwrap()["value"], Value::Null);
    }

    #[test]
    fn a_field_takes_no_more_choices_than_it_says() {
        let element =
            json!({"type": "multi_users_select", "action_id": "who", "max_selected_items": 1});
        let refused = "The field takes 1 choices at most; these are 2.";
        let state = json!({"type": "multi_users_select", "selected_users": ["U1", "U2"]});
        for input in [Input::from(&["bob", "chioma"][..]), Input::State(state)] {
            let entered = workspace().entered(&element, &input, &[]);
            assert_eq!(entered.unwrap_err(), refused);
        }
        let one = Input::from(&["bob"][..]);
        assert!(workspace().entered(&element, &one, &[]).is_ok());
    }

    #[test]
    fn a_state_from_outside_is_checked() {
        let (element, workspace) = (select(), workspace());
        let state = json!({"type": "static_select", "selected_option": {"value": "x"}});
        assert!(
            workspace
                .entered(&element, &Input::State(state), &choices(&element))
                .is_err()
        );
        let state = json!({"type": "users_select", "selected_user": "U1"});
        assert!(
            workspace
                .entered(&element, &Input::State(state), &choices(&element))
                .is_err()
        );
    }
}
