//! For tests: what Slack does with a form. It refuses what breaks its rules, and it sends back what
//! was filled in.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use slack_morphism::prelude::*;

use crate::form::{Answers, Submission};
use crate::limits::{length, sent_length};
use crate::payload::Interaction;

/// Gives what Slack hands back when the form is submitted as it was opened.
pub(crate) fn untouched(form: &SlackModalView) -> Answers {
    filled(form, &[])
}

/// Gives what Slack hands back when the form is submitted with some fields filled in: a text for a
/// text field, the value of an option, the id of a person; `null` empties a field.
pub(crate) fn filled(form: &SlackModalView, fields: &[(&str, Value)]) -> Answers {
    as_sent(submitted(form, fields)).answers
}

/// Gives the form that is sent with such a `view`.
pub(crate) fn as_sent(view: Value) -> Submission {
    let payload =
        json!({ "type": "view_submission", "user": { "id": "U0ALICE0001" }, "view": view });
    form_of(payload.into())
}

/// Gives the form that was submitted.
pub(crate) fn form_of(interaction: Interaction) -> Submission {
    match interaction {
        Interaction::Submitted(form) => *form,
        Interaction::Other(payload) => panic!("no form: {payload}"),
    }
}

/// Gives the `view` of the submission.
pub(crate) fn submitted(form: &SlackModalView, fields: &[(&str, Value)]) -> Value {
    let mut view = json_of(form);
    let mut values = Map::new();
    for block in view["blocks"].as_array().into_iter().flatten() {
        let Some(name) = block["block_id"].as_str() else {
            continue;
        };
        let filled_in = fields.iter().find(|(field, _)| *field == name);
        values.insert(
            name.to_owned(),
            json!({ name: state(&block["element"], filled_in) }),
        );
    }
    view["state"] = json!({ "values": values });
    view
}

/// Gives how long the request is that brings a form as it was opened, in bytes.
pub(crate) fn request_length(form: &SlackModalView) -> usize {
    sent_length(&submitted(form, &[]))
}

fn state(element: &Value, filled_in: Option<&(&str, Value)>) -> Value {
    let kind = element["type"].as_str().unwrap_or_default();
    let (initial, key) = match kind {
        "plain_text_input" => ("initial_value", "value"),
        "users_select" => ("initial_user", "selected_user"),
        "checkboxes" => ("initial_options", "selected_options"),
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

/// Gives texts of any script and of any length around Slack's limits.
pub(crate) fn any_text() -> impl Strategy<Value = String> {
    let long = ("(.|\\n){1,20}", 1_usize..400).prop_map(|(text, times)| text.repeat(times));
    prop_oneof!["(.|\\n){0,80}", long]
}

fn json_of(form: &SlackModalView) -> Value {
    let view = SlackView::Modal(form.clone());
    serde_json::to_value(view).unwrap_or_default()
}

/// Gives all that Slack would refuse in a form; empty if it takes it.
///
/// Slack: docs.slack.dev/reference/block-kit and docs.slack.dev/reference/views.
pub(crate) fn complaints(form: &SlackModalView) -> Vec<String> {
    let view = json_of(form);
    let mut found = Vec::new();
    let keys = "type title submit close blocks callback_id private_metadata";
    object(&view, "view", keys, &mut found);
    for part in ["title", "submit", "close"] {
        plain(&view[part], part, 24, &mut found);
    }
    let metadata = view["private_metadata"].as_str().unwrap_or_default();
    check(length(metadata) <= 3_000, "private_metadata", &mut found);
    let blocks = view["blocks"].as_array().cloned().unwrap_or_default();
    check((1..=100).contains(&blocks.len()), "blocks", &mut found);
    let mut names: Vec<&str> = blocks
        .iter()
        .filter_map(|it| it["block_id"].as_str())
        .collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    check(names.len() == all, "block_id twice", &mut found);
    for block in &blocks {
        match block["type"].as_str() {
            Some("input") => input(block, &mut found),
            Some("context") => {
                object(block, "context", "type elements", &mut found);
                plain(&block["elements"][0], "remark", 3_000, &mut found);
            }
            other => found.push(format!("block {other:?}")),
        }
    }
    found
}

fn input(block: &Value, found: &mut Vec<String>) {
    object(
        block,
        "input",
        "type block_id label element hint optional dispatch_action",
        found,
    );
    plain(&block["label"], "label", 2_000, found);
    if !block["hint"].is_null() {
        plain(&block["hint"], "hint", 2_000, found);
    }
    let element = &block["element"];
    check(
        element["action_id"] == block["block_id"],
        "action_id",
        found,
    );
    let keys = match element["type"].as_str() {
        Some("plain_text_input") => "type action_id initial_value multiline max_length",
        Some("static_select") => "type action_id options initial_option",
        Some("checkboxes") => "type action_id options initial_options",
        Some("users_select") => "type action_id initial_user",
        Some("multi_users_select") => "type action_id initial_users max_selected_items",
        Some("datepicker") => "type action_id initial_date",
        Some("timepicker") => "type action_id initial_time",
        Some("external_select") => "type action_id placeholder min_query_length",
        _ => "",
    };
    object(element, "element", keys, found);
    if let Some(initial) = element.get("initial_value") {
        let long = length(initial.as_str().unwrap_or_default());
        check((1..=3_000).contains(&long), "initial_value", found);
    }
    let people = element["initial_users"].as_array().map_or(0, Vec::len);
    let most = element["max_selected_items"].as_u64().unwrap_or(100);
    check(people as u64 <= most && most <= 100, "initial_users", found);
    if !element["placeholder"].is_null() {
        plain(&element["placeholder"], "placeholder", 150, found);
    }
    let options = element["options"].as_array().cloned().unwrap_or_default();
    options.iter().for_each(|it| option(it, found));
    if let Some(initial) = element.get("initial_option") {
        check(options.contains(initial), "initial_option", found);
    }
}

/// Adds what Slack would refuse in an option.
pub(crate) fn option(option: &Value, found: &mut Vec<String>) {
    object(option, "option", "text value description", found);
    plain(&option["text"], "option", 75, found);
    if !option["description"].is_null() {
        plain(&option["description"], "description", 75, found);
    }
    let long = length(option["value"].as_str().unwrap_or_default());
    check((1..=150).contains(&long), "option value", found);
}

/// Slack knows every field, and refuses others and nulls.
fn object(value: &Value, what: &str, keys: &str, found: &mut Vec<String>) {
    let fields = value.as_object().cloned().unwrap_or_default();
    check(!fields.is_empty(), what, found);
    for (key, field) in fields {
        let known = keys.split(' ').any(|known| known == key);
        check(known && !field.is_null(), &format!("{what}.{key}"), found);
    }
}

fn plain(text: &Value, what: &str, limit: usize, found: &mut Vec<String>) {
    object(text, what, "type text", found);
    check(text["type"] == "plain_text", what, found);
    let long = length(text["text"].as_str().unwrap_or_default());
    check(
        (1..=limit).contains(&long),
        &format!("{what} of {long}"),
        found,
    );
}

fn check(holds: bool, what: &str, found: &mut Vec<String>) {
    if !holds {
        found.push(what.to_owned());
    }
}
