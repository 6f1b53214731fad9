//! The options of a select, and of the app's suggestions for it.

use serde_json::Value;

/// An option of a select.
#[derive(Clone, Debug, PartialEq)]
pub struct SelectOption {
    /// The text that users see.
    pub text: String,
    /// The value that the app receives.
    pub value: String,
    /// The label of its option group, if it has one.
    pub group: Option<String>,
    pub(crate) json: Value,
}

/// Returns the options of `{"options": […]}` or `{"option_groups": […]}` in order.
pub(crate) fn select_options(holder: &Value) -> Vec<SelectOption> {
    let mut choices: Vec<SelectOption> = options_in_group(holder, None);
    for group in holder["option_groups"].as_array().into_iter().flatten() {
        choices.extend(options_in_group(group, group["label"]["text"].as_str()));
    }
    choices
}

fn options_in_group(holder: &Value, group: Option<&str>) -> Vec<SelectOption> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    holder["options"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|option| SelectOption {
            text: text(&option["text"]["text"]),
            value: text(&option["value"]),
            group: group.map(str::to_owned),
            json: option.clone(),
        })
        .collect()
}

/// Returns the option with this text or value.
pub(crate) fn find_option<'a>(
    choices: &'a [SelectOption],
    name: &str,
) -> Result<&'a SelectOption, String> {
    let by_value = choices.iter().find(|choice| choice.value == name);
    by_value
        .or_else(|| choices.iter().find(|choice| choice.text == name))
        .ok_or_else(|| {
            let offered: Vec<&str> = choices.iter().map(|choice| choice.text.as_str()).collect();
            format!(
                "There is no option “{name}”. There are: {}.",
                offered.join(", ")
            )
        })
}
