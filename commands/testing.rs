//! Test double for Slack's modals: checks a view against Slack's rules and builds its submission.

use muster_domain::text::length;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use slack_morphism::prelude::*;

use crate::modal::block_kit_limits::encoded_length;
use crate::modal::{ViewState, ViewSubmission};
use crate::payload::interaction::Interaction;

/// Returns the view state of a submission without any changes.
pub(crate) fn submit_unchanged(form: &SlackModalView) -> ViewState {
    submit_with(form, &[])
}

/// Returns the view state of a submission with some fields changed: the text of a text field, the
/// value of an option or the ID of a user. `null` empties a field.
pub(crate) fn submit_with(form: &SlackModalView, fields: &[(&str, Value)]) -> ViewState {
    read_view(submitted_view(form, fields)).view_state
}

/// Reads a submission with this `view`.
pub(crate) fn read_view(view: Value) -> ViewSubmission {
    let payload =
        json!({ "type": "view_submission", "user": { "id": "U0ALICE0001" }, "view": view });
    expect_submission(payload.into())
}

/// Returns the submission, or panics if the interaction is another one.
pub(crate) fn expect_submission(interaction: Interaction) -> ViewSubmission {
    match interaction {
        Interaction::ViewSubmission(form) => *form,
        Interaction::Other(payload) => panic!("not a view_submission: {payload}"),
    }
}

/// Returns the `view` of the submission.
pub(crate) fn submitted_view(form: &SlackModalView, fields: &[(&str, Value)]) -> Value {
    let mut view = view_json(form);
    let mut values = Map::new();
    for block in view["blocks"].as_array().into_iter().flatten() {
        let Some(name) = block["block_id"].as_str() else {
            continue;
        };
        let filled_in = fields.iter().find(|(field, _)| *field == name);
        values.insert(
            name.to_owned(),
            json!({ name: element_state(&block["element"], filled_in) }),
        );
    }
    view["state"] = json!({ "values": values });
    view
}

/// Returns the size of an unchanged submission in bytes.
pub(crate) fn request_length(form: &SlackModalView) -> usize {
    encoded_length(&submitted_view(form, &[]))
}

fn element_state(element: &Value, filled_in: Option<&(&str, Value)>) -> Value {
    let kind = element["type"].as_str().unwrap_or_default();
    let (initial, key) = match kind {
        "plain_text_input" => ("initial_value", "value"),
        "users_select" => ("initial_user", "selected_user"),
        "checkboxes" | "multi_static_select" | "multi_external_select" => {
            ("initial_options", "selected_options")
        }
        "multi_users_select" => ("initial_users", "selected_users"),
        "datepicker" => ("initial_date", "selected_date"),
        "timepicker" => ("initial_time", "selected_time"),
        _ => ("initial_option", "selected_option"),
    };
    let value = match filled_in {
        None => element[initial].clone(),
        Some((_, Value::String(value))) if key == "selected_option" => {
            json!({ "text": { "type": "plain_text", "text": value, "emoji": true }, "value": value })
        }
        Some((_, value)) => value.clone(),
    };
    json!({ "type": kind, key: value })
}

/// Generates texts in any script, of lengths around Slack's limits.
pub(crate) fn any_text() -> impl Strategy<Value = String> {
    let long = ("(.|\\n){1,20}", 1_usize..400).prop_map(|(text, times)| text.repeat(times));
    prop_oneof!["(.|\\n){0,80}", long]
}

fn view_json(form: &SlackModalView) -> Value {
    let view = SlackView::Modal(form.clone());
    serde_json::to_value(view).unwrap_or_default()
}

/// Returns everything in a view that Slack would reject; empty if the view is valid.
///
/// Slack: docs.slack.dev/reference/block-kit and docs.slack.dev/reference/views.
pub(crate) fn block_kit_errors(form: &SlackModalView) -> Vec<String> {
    let view = view_json(form);
    let mut errors = Vec::new();
    let keys = "type title submit close blocks callback_id private_metadata";
    check_object(&view, "view", keys, &mut errors);
    for part in ["title", "submit", "close"] {
        check_plain_text(&view[part], part, 24, &mut errors);
    }
    let metadata = view["private_metadata"].as_str().unwrap_or_default();
    check(length(metadata) <= 3_000, "private_metadata", &mut errors);
    let blocks = view["blocks"].as_array().cloned().unwrap_or_default();
    check((1..=100).contains(&blocks.len()), "blocks", &mut errors);
    let mut names: Vec<&str> = blocks
        .iter()
        .filter_map(|it| it["block_id"].as_str())
        .collect();
    let total = names.len();
    names.sort_unstable();
    names.dedup();
    check(names.len() == total, "block_id twice", &mut errors);
    for block in &blocks {
        match block["type"].as_str() {
            Some("input") => check_input(block, &mut errors),
            Some("context") => {
                check_object(block, "context", "type elements", &mut errors);
                check_plain_text(&block["elements"][0], "remark", 3_000, &mut errors);
            }
            Some("actions") => check_buttons(block, &mut errors),
            other => errors.push(format!("block {other:?}")),
        }
    }
    errors
}

fn check_buttons(block: &Value, errors: &mut Vec<String>) {
    check_object(block, "actions", "type block_id elements", errors);
    let buttons = block["elements"].as_array().cloned().unwrap_or_default();
    check((1..=25).contains(&buttons.len()), "elements", errors);
    for button in &buttons {
        let keys = "type action_id text value url style confirm";
        check_object(button, "button", keys, errors);
        check_plain_text(&button["text"], "text", 75, errors);
        let value = length(button["value"].as_str().unwrap_or_default());
        check(value <= 2_000, "value", errors);
    }
}

fn check_input(block: &Value, errors: &mut Vec<String>) {
    check_object(
        block,
        "input",
        "type block_id label element hint optional dispatch_action",
        errors,
    );
    check_plain_text(&block["label"], "label", 2_000, errors);
    if !block["hint"].is_null() {
        check_plain_text(&block["hint"], "hint", 2_000, errors);
    }
    let element = &block["element"];
    check(
        element["action_id"] == block["block_id"],
        "action_id",
        errors,
    );
    let keys = element_keys(element);
    check_object(element, "element", keys, errors);
    if let Some(initial) = element.get("initial_value") {
        let long = length(initial.as_str().unwrap_or_default());
        check((1..=3_000).contains(&long), "initial_value", errors);
    }
    let users = element["initial_users"].as_array().map_or(0, Vec::len);
    let most = element["max_selected_items"].as_u64().unwrap_or(100);
    check(users as u64 <= most && most <= 100, "initial_users", errors);
    if !element["placeholder"].is_null() {
        check_plain_text(&element["placeholder"], "placeholder", 150, errors);
    }
    let options = element["options"].as_array().cloned().unwrap_or_default();
    options.iter().for_each(|it| check_option(it, errors));
    if let Some(initial) = element.get("initial_option") {
        check(options.contains(initial), "initial_option", errors);
    }
}

fn element_keys(element: &Value) -> &'static str {
    match element["type"].as_str() {
        Some("plain_text_input") => "type action_id initial_value multiline max_length",
        Some("static_select") => "type action_id options initial_option",
        Some("checkboxes") => "type action_id options initial_options",
        Some("users_select") => "type action_id initial_user",
        Some("multi_users_select") => "type action_id initial_users max_selected_items",
        Some("datepicker") => "type action_id initial_date",
        Some("timepicker") => "type action_id initial_time",
        Some("multi_static_select") => "type action_id options initial_options",
        Some("external_select") => "type action_id placeholder min_query_length initial_option",
        Some("multi_external_select") => {
            "type action_id placeholder min_query_length initial_options"
        }
        _ => "",
    }
}

/// Adds everything in an option that Slack would reject.
pub(crate) fn check_option(option: &Value, errors: &mut Vec<String>) {
    check_object(option, "option", "text value description", errors);
    check_plain_text(&option["text"], "option", 75, errors);
    if !option["description"].is_null() {
        check_plain_text(&option["description"], "description", 75, errors);
    }
    let long = length(option["value"].as_str().unwrap_or_default());
    check((1..=150).contains(&long), "option value", errors);
}

/// Checks the keys of an object. Slack rejects unknown fields and nulls.
fn check_object(value: &Value, what: &str, keys: &str, errors: &mut Vec<String>) {
    let fields = value.as_object().cloned().unwrap_or_default();
    check(!fields.is_empty(), what, errors);
    for (key, field) in fields {
        let known = keys.split(' ').any(|known| known == key);
        check(known && !field.is_null(), &format!("{what}.{key}"), errors);
    }
}

fn check_plain_text(text: &Value, what: &str, limit: usize, errors: &mut Vec<String>) {
    check_object(text, what, "type text", errors);
    check(text["type"] == "plain_text", what, errors);
    let long = length(text["text"].as_str().unwrap_or_default());
    check(
        (1..=limit).contains(&long),
        &format!("{what} of {long}"),
        errors,
    );
}

#[expect(
    clippy::fn_params_excessive_bools,
    reason = "the condition of an assertion"
)]
fn check(holds: bool, what: &str, errors: &mut Vec<String>) {
    if !holds {
        errors.push(what.to_owned());
    }
}
