//! Tests of Block Kit validation.
#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use super::{Surface, Violation, check_message, check_view, view_with_defaults};

fn sentences(problems: &[Violation]) -> Vec<String> {
    problems.iter().map(Violation::to_message).collect()
}

fn message(blocks: Value) -> Vec<String> {
    sentences(&check_message(blocks.as_array().unwrap()))
}

fn modal(view: Value) -> Vec<String> {
    sentences(&check_view(&view, Surface::Modal))
}

fn has_violation(problems: &[String], expected: &str) -> bool {
    problems.iter().any(|problem| problem == expected)
}

fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text})
}

#[test]
fn valid_message_is_accepted() {
    let blocks = json!([
        {"type": "header", "text": plain("Checkout is down")},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*SEV-2*"},
         "accessory": {"type": "overflow", "action_id": "more", "options": [{"text": plain("Open"), "value": "o", "url": "https://a.example"}]}},
        {"type": "divider"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "by <@U1>"}, {"type": "image", "image_url": "https://a.example/i.png", "alt_text": "i"}]},
        {"type": "actions", "block_id": "row", "elements": [
            {"type": "button", "text": plain("Resolve"), "action_id": "resolve", "style": "danger", "value": "1",
             "confirm": {"title": plain("Sure?"), "text": plain("It ends."), "confirm": plain("Yes"), "deny": plain("No")}},
            {"type": "users_select", "action_id": "who", "placeholder": plain("Who?")}
        ]}
    ]);
    assert_eq!(message(blocks), Vec::<String>::new());
}

#[test]
fn unknown_fields_and_nulls_are_rejected() {
    let told = message(json!([{"type": "divider", "colour": "red"}]));
    assert!(has_violation(
        &told,
        "invalid additional property: colour [json-pointer:/blocks/0]"
    ));
    let told = message(
        json!([{"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "fields": null}]),
    );
    assert!(has_violation(
        &told,
        "must provide an array [json-pointer:/blocks/0/fields]"
    ));
    let told = message(
        json!([{"type": "section", "text": {"type": "mrkdwn", "text": "x", "emoji": true}}]),
    );
    assert!(has_violation(
        &told,
        "invalid additional property: emoji [json-pointer:/blocks/0/text]"
    ));
}

#[test]
fn lengths_are_counted_in_characters() {
    let section =
        |text: &str| json!([{"type": "section", "text": {"type": "mrkdwn", "text": text}}]);
    assert_eq!(message(section(&"ä".repeat(3000))), Vec::<String>::new());
    let told = message(section(&"ä".repeat(3001)));
    assert_eq!(
        told[0],
        "failed to match all allowed schemas [json-pointer:/blocks/0]"
    );
    assert!(has_violation(
        &told,
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ));
    let told = message(section(""));
    assert!(has_violation(
        &told,
        "must be more than 0 characters [json-pointer:/blocks/0/text/text]"
    ));
}

#[test]
fn duplicate_ids_are_rejected() {
    let told = message(
        json!([{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}]),
    );
    assert!(has_violation(
        &told,
        "`block_id` \"a\" already exists [json-pointer:/blocks/1/block_id]"
    ));
    let button = json!({"type": "button", "text": plain("x"), "action_id": "go"});
    let told = message(json!([{"type": "actions", "elements": [button.clone(), button]}]));
    assert!(has_violation(
        &told,
        "`action_id` \"go\" already exists [json-pointer:/blocks/0/elements/1/action_id]"
    ));
}

#[test]
fn elements_are_rejected_on_unsupported_surfaces() {
    let input = json!({"type": "plain_text_input", "action_id": "a"});
    let told = message(json!([{"type": "actions", "elements": [input]}]));
    assert!(has_violation(
        &told,
        "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]"
    ));
    let told = message(
        json!([{"type": "section", "text": plain("x"), "accessory": {"type": "datetimepicker"}}]),
    );
    assert!(has_violation(
        &told,
        "unsupported type: datetimepicker [json-pointer:/blocks/0/accessory/type]"
    ));
    let told = modal(
        json!({"type": "modal", "title": plain("T"), "blocks": [{"type": "markdown", "text": "x"}]}),
    );
    assert!(has_violation(
        &told,
        "unsupported type: markdown [json-pointer:/view/blocks/0/type]"
    ));
}

#[test]
fn item_counts_are_limited() {
    let told = message(Value::Array(vec![json!({"type": "divider"}); 51]));
    assert!(has_violation(
        &told,
        "no more than 50 items allowed [json-pointer:/blocks]"
    ));
    let told = message(json!([{"type": "actions", "elements": []}]));
    assert!(has_violation(
        &told,
        "must provide at least 1 items [json-pointer:/blocks/0/elements]"
    ));
    let options = vec![json!({"text": plain("x"), "value": "x"}); 101];
    let told = message(
        json!([{"type": "actions", "elements": [{"type": "static_select", "options": options}]}]),
    );
    assert!(has_violation(
        &told,
        "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]"
    ));
}

#[test]
fn initial_option_must_be_one_of_the_options() {
    let option = |value: &str| json!({"text": plain(value), "value": value});
    let select = |initial: &str| {
        json!({"type": "modal", "title": plain("T"), "submit": plain("Go"), "blocks": [
            {"type": "input", "label": plain("L"), "element": {"type": "static_select", "options": [option("a")], "initial_option": option(initial)}}
        ]})
    };
    assert_eq!(modal(select("a")), Vec::<String>::new());
    assert!(has_violation(
        &modal(select("b")),
        "value not found in options [json-pointer:/view/blocks/0/element/initial_option]"
    ));
}

#[test]
fn modal_requires_a_short_title_and_a_submit_button() {
    let input =
        json!({"type": "input", "label": plain("L"), "element": {"type": "plain_text_input"}});
    let told = modal(json!({"type": "modal", "title": plain(&"x".repeat(25)), "blocks": [input]}));
    assert!(has_violation(
        &told,
        "must be less than 25 characters [json-pointer:/view/title/text]"
    ));
    assert!(has_violation(
        &told,
        "must define `submit` to use an `input` block in modals [json-pointer:/view]"
    ));
    let told = modal(json!({"type": "modal", "blocks": []}));
    assert!(has_violation(
        &told,
        "missing required field: title [json-pointer:/view]"
    ));
    let told = modal(json!({"type": "modal", "title": plain("T"), "blocks": [], "hash": "1"}));
    assert!(has_violation(
        &told,
        "invalid additional property: hash [json-pointer:/view]"
    ));
}

#[test]
fn missing_ids_are_generated() {
    let view = json!({"type": "modal", "title": plain("T"), "blocks": [
        {"type": "input", "label": plain("L"), "element": {"type": "plain_text_input"}}
    ]});
    let completed = view_with_defaults(&view, 7);
    assert_eq!(completed["title"]["emoji"], true);
    assert_eq!(
        completed["blocks"][0]["block_id"].as_str().unwrap().len(),
        5
    );
    assert_eq!(
        completed["blocks"][0]["element"]["action_id"]
            .as_str()
            .unwrap()
            .len(),
        5
    );
}
