//! Modals and Home views.

use serde_json::{Value, json};

use crate::app::Fixture;

fn modal() -> Value {
    json!({
        "type": "modal", "callback_id": "light", "title": {"type": "plain_text", "text": "Light"},
        "submit": {"type": "plain_text", "text": "Go"}, "notify_on_close": true,
        "blocks": [
            {"type": "input", "block_id": "what", "label": {"type": "plain_text", "text": "What"},
             "element": {"type": "plain_text_input", "action_id": "what"}},
            {"type": "input", "block_id": "where", "optional": true, "label": {"type": "plain_text", "text": "Where"},
             "element": {"type": "external_select", "action_id": "where", "min_query_length": 1}}
        ]
    })
}

async fn new_trigger_id(fixture: &Fixture) -> String {
    fixture.slack.runs_shortcut("alice", "light").await;
    last_trigger_id(fixture)
}

pub fn last_trigger_id(fixture: &Fixture) -> String {
    fixture.last_body()["trigger_id"]
        .as_str()
        .unwrap()
        .to_owned()
}

pub async fn open_view(fixture: &Fixture, trigger_id: &str, view: Value) -> Value {
    let arguments = json!({"trigger_id": trigger_id, "view": view});
    fixture.call("views.open", arguments).await
}

async fn open_modal(fixture: &Fixture) -> String {
    let trigger_id = new_trigger_id(fixture).await;
    let response = open_view(fixture, &trigger_id, modal()).await;
    let id = response["view"]["id"].as_str();
    id.expect("the modal did not open").to_owned()
}

/// Opens the modal with a text in its required field. Returns its ID.
async fn open_filled_modal(fixture: &Fixture, text: &str) -> String {
    let id = open_modal(fixture).await;
    fill_what(fixture, &id, text).await;
    id
}

async fn fill_what(fixture: &Fixture, id: &str, text: &str) {
    let filled = fixture.slack.fills("alice", id, "What", text);
    assert_eq!(filled.await, Ok(()));
}

/// The response that pushes a modal.
fn push() -> Value {
    json!({"response_action": "push", "view": modal()})
}

#[tokio::test]
async fn trigger_id_opens_one_modal_within_three_seconds() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let open = async |trigger_id: String| open_view(&fixture, &trigger_id, modal()).await;
    assert_eq!(
        open("1.2.3".to_owned()).await["error"],
        "invalid_trigger_id"
    );
    let late = new_trigger_id(&fixture).await;
    fixture.advance(4);
    assert_eq!(open(late).await["error"], "expired_trigger_id");
    let good = new_trigger_id(&fixture).await;
    fixture.advance(3);
    assert_eq!(open(good.clone()).await["ok"], true);
    assert_eq!(open(good).await["error"], "exchanged_trigger_id");
    assert_eq!(slack.top_modal("alice").unwrap().title, "Light");
    assert_eq!(slack.top_modal("bob"), None);
}

#[tokio::test]
async fn empty_required_field_prevents_submission() {
    let fixture = Fixture::new().await;
    let id = open_modal(&fixture).await;
    let requests = fixture.app.requests().len();
    let result = fixture.slack.submits("alice", &id).await;
    assert_eq!(
        result.errors["What"],
        "Please complete this required field."
    );
    assert_eq!(result.status, None);
    assert_eq!(fixture.app.requests().len(), requests);
}

#[tokio::test]
async fn blank_text_is_submitted_to_the_app() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let id = open_filled_modal(&fixture, "  ").await;
    let errors = json!({"what": "This is nothing."});
    fixture.queue(json!({"response_action": "errors", "errors": errors}));
    let result = slack.submits("alice", &id).await;
    assert_eq!(result.errors["What"], "This is nothing.");
    let state = &fixture.last_body()["view"]["state"]["values"]["what"]["what"];
    assert_eq!(state["value"], "  ");
}

#[tokio::test]
async fn filled_modal_is_submitted() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let id = open_modal(&fixture).await;
    let option = json!({"text": {"type": "plain_text", "text": "Cellar"}, "value": "c"});
    fill_what(&fixture, &id, "Checkout").await;
    fixture.queue(json!({"options": [option]}));
    slack.fills("alice", &id, "Where", "Cellar").await.unwrap();
    let request = fixture.last_body();
    assert_eq!(
        (&request["type"], &request["value"]),
        (&json!("block_suggestion"), &json!("Cellar"))
    );

    let result = slack.submits("alice", &id).await;
    assert_eq!(
        (result.status, result.view, result.error),
        (Some(200), None, None)
    );
    let sent = fixture.last_body();
    let values = &sent["view"]["state"]["values"];
    assert_eq!(values["what"]["what"]["value"], "Checkout");
    assert_eq!(values["where"]["where"]["selected_option"]["value"], "c");
    assert_eq!(sent["view"]["callback_id"], "light");
}

#[tokio::test]
async fn app_errors_appear_under_their_fields() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let id = open_filled_modal(&fixture, "Checkout").await;
    fixture.queue(json!({"response_action": "errors", "errors": {"what": "Not that."}}));
    let result = slack.submits("alice", &id).await;
    assert_eq!(result.errors["what"], "Not that.");
    assert_eq!(result.errors["What"], "Not that.");
    assert_eq!(result.view.unwrap().id, id);
}

#[tokio::test]
async fn invalid_response_keeps_the_modal_open() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let id = open_filled_modal(&fixture, "x").await;
    for (status, body) in [
        (500, Value::Null),
        (200, json!("OK")),
        (
            200,
            json!({"response_action": "errors", "errors": {"nowhere": "x"}}),
        ),
        (
            200,
            json!({"response_action": "update", "view": {"type": "modal"}}),
        ),
    ] {
        fixture.app.queue_response(status, body.clone());
        let result = slack.submits("alice", &id).await;
        assert_eq!(
            result.error.as_deref(),
            Some("We had some trouble connecting. Try again?"),
            "{body}"
        );
        assert_eq!(result.view.unwrap().id, id);
    }
}

#[tokio::test]
async fn modals_stack_three_deep_and_are_cleared_together() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let id = open_filled_modal(&fixture, "x").await;
    let mut top = id;
    for height in [2, 3] {
        fixture.queue(push());
        let result = slack.submits("alice", &top).await;
        top = result.view.unwrap().id;
        fill_what(&fixture, &top, "x").await;
        assert_eq!(slack.modal_count("alice"), height);
    }
    fixture.queue(push());
    assert!(slack.submits("alice", &top).await.error.is_some());
    fixture.queue(json!({"response_action": "clear"}));
    assert_eq!(slack.submits("alice", &top).await.view, None);
    assert_eq!(slack.modal_count("alice"), 0);
}

#[tokio::test]
async fn closing_the_stack_sends_view_closed_for_each_modal() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let id = open_filled_modal(&fixture, "x").await;
    fixture.queue(push());
    let top = slack.submits("alice", &id).await.view.unwrap().id;
    let before = fixture.app.requests().len();
    assert_eq!(slack.closes_all("alice", &top).await.view, None);
    assert_eq!(slack.modal_count("alice"), 0);
    let response = fixture.app.requests().split_off(before);
    let response: Vec<_> = response
        .iter()
        .map(|got| (&got.body["type"], &got.body["is_cleared"]))
        .collect();
    assert_eq!(response, [(&json!("view_closed"), &json!(true)); 2]);
}

#[tokio::test]
async fn update_preserves_entered_values_and_checks_the_hash() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let id = open_filled_modal(&fixture, "typed").await;
    let hash = slack.top_modal("alice").unwrap().hash;
    let update = |hash: &str| {
        fixture.call(
            "views.update",
            json!({"view_id": id, "hash": hash, "view": modal()}),
        )
    };
    assert_eq!(update(&hash).await["ok"], true);
    assert_eq!(update(&hash).await["error"], "hash_conflict");
    let view = slack.top_modal("alice").unwrap();
    assert_eq!(view.value("What").unwrap()["value"], "typed");

    let result = slack.closes("alice", &id).await;
    assert_eq!(result.view, None);
    assert_eq!(fixture.last_body()["type"], "view_closed");
    assert_eq!(fixture.last_body()["is_cleared"], false);
    assert_eq!(update(&hash).await["error"], "not_found");
}

#[tokio::test]
async fn invalid_modal_is_rejected_with_error_locations() {
    let fixture = Fixture::new().await;
    let mut view = modal();
    view["title"]["text"] = json!("x".repeat(25));
    let trigger_id = new_trigger_id(&fixture).await;
    let rejected = open_view(&fixture, &trigger_id, view).await;
    assert_eq!(rejected["error"], "invalid_arguments");
    assert_eq!(
        rejected["response_metadata"]["messages"][0],
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    );
    view = modal();
    view["blocks"] =
        json!([{"type": "section", "text": {"type": "mrkdwn", "text": "x".repeat(260_000)}}]);
    let rejected = open_view(&fixture, &trigger_id, view).await;
    assert_eq!(rejected["error"], "view_too_large");
    // A rejected call does not consume the trigger ID.
    let opened = open_view(&fixture, &trigger_id, modal()).await;
    assert_eq!(opened["ok"], true);
}

#[tokio::test]
async fn published_home_view_sends_block_actions() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    slack.opens_home("bob").await;
    let event = fixture.last_body()["event"].clone();
    assert_eq!(
        (event["type"].as_str(), event["tab"].as_str()),
        (Some("app_home_opened"), Some("home"))
    );
    let home = json!({"type": "home", "blocks": [{"type": "actions", "block_id": "row", "elements": [
        {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "1"}
    ]}]});
    let response = fixture
        .call(
            "views.publish",
            json!({"user_id": "U0BOB000001", "view": home}),
        )
        .await;
    assert_eq!(response["ok"], true);
    let view = slack.home_view("bob").unwrap();
    assert_eq!(slack.render_view(&view), "[Go]");
    slack.clicks_in_view("bob", &view.id, "go", None).await;
    let payload = fixture.last_body();
    assert_eq!(payload["container"]["view_id"], json!(view.id));
    assert_eq!(payload["actions"][0]["value"], "1");
    let result = slack.clicks_in_view("alice", &view.id, "go", None).await;
    assert!(result.error.is_some());
}
