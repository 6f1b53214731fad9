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

async fn new_trigger_id(stage: &Fixture) -> String {
    stage.slack.runs_shortcut("alice", "light").await;
    stage.app.last_request().body["trigger_id"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn open_modal(stage: &Fixture) -> String {
    let trigger_id = new_trigger_id(stage).await;
    let answer = stage
        .call(
            "views.open",
            json!({"trigger_id": trigger_id, "view": modal()}),
        )
        .await;
    answer["view"]["id"]
        .as_str()
        .expect("the modal did not open")
        .to_owned()
}

#[tokio::test]
async fn trigger_id_opens_one_modal_within_three_seconds() {
    let stage = Fixture::new().await;
    let open = |trigger_id: String| {
        stage.call(
            "views.open",
            json!({"trigger_id": trigger_id, "view": modal()}),
        )
    };
    assert_eq!(
        open("1.2.3".to_owned()).await["error"],
        "invalid_trigger_id"
    );
    let late = new_trigger_id(&stage).await;
    stage.advance(4);
    assert_eq!(open(late).await["error"], "expired_trigger_id");
    let good = new_trigger_id(&stage).await;
    stage.advance(3);
    assert_eq!(open(good.clone()).await["ok"], true);
    assert_eq!(open(good).await["error"], "exchanged_trigger_id");
    assert_eq!(stage.slack.top_modal("alice").unwrap().title, "Light");
    assert_eq!(stage.slack.top_modal("bob"), None);
}

#[tokio::test]
async fn empty_required_field_prevents_submission() {
    let stage = Fixture::new().await;
    let id = open_modal(&stage).await;
    let requests = stage.app.requests().len();
    let seen = stage.slack.submits("alice", &id).await;
    assert_eq!(seen.errors["What"], "Please complete this required field.");
    assert_eq!(seen.status, None);
    assert_eq!(stage.app.requests().len(), requests);
}

#[tokio::test]
async fn blank_text_is_submitted_to_the_app() {
    let stage = Fixture::new().await;
    let id = open_modal(&stage).await;
    stage.slack.fills("alice", &id, "What", "  ").await.unwrap();
    let errors = json!({"what": "This is nothing."});
    stage
        .app
        .queue_response(200, json!({"response_action": "errors", "errors": errors}));
    let seen = stage.slack.submits("alice", &id).await;
    assert_eq!(seen.errors["What"], "This is nothing.");
    let state = &stage.app.last_request().body["view"]["state"]["values"]["what"]["what"];
    assert_eq!(state["value"], "  ");
}

#[tokio::test]
async fn filled_modal_is_submitted() {
    let stage = Fixture::new().await;
    let id = open_modal(&stage).await;
    let option = json!({"text": {"type": "plain_text", "text": "Cellar"}, "value": "c"});
    stage
        .slack
        .fills("alice", &id, "What", "Checkout")
        .await
        .unwrap();
    stage.app.queue_response(200, json!({"options": [option]}));
    stage
        .slack
        .fills("alice", &id, "Where", "Cellar")
        .await
        .unwrap();
    let asked = stage.app.last_request().body;
    assert_eq!(
        (&asked["type"], &asked["value"]),
        (&json!("block_suggestion"), &json!("Cellar"))
    );

    let seen = stage.slack.submits("alice", &id).await;
    assert_eq!(
        (seen.status, seen.view, seen.error),
        (Some(200), None, None)
    );
    let sent = stage.app.last_request().body;
    let values = &sent["view"]["state"]["values"];
    assert_eq!(values["what"]["what"]["value"], "Checkout");
    assert_eq!(values["where"]["where"]["selected_option"]["value"], "c");
    assert_eq!(sent["view"]["callback_id"], "light");
}

#[tokio::test]
async fn app_errors_appear_under_their_fields() {
    let stage = Fixture::new().await;
    let id = open_modal(&stage).await;
    stage
        .slack
        .fills("alice", &id, "What", "Checkout")
        .await
        .unwrap();
    stage.app.queue_response(
        200,
        json!({"response_action": "errors", "errors": {"what": "Not that."}}),
    );
    let seen = stage.slack.submits("alice", &id).await;
    assert_eq!(seen.errors["what"], "Not that.");
    assert_eq!(seen.errors["What"], "Not that.");
    assert_eq!(seen.view.unwrap().id, id);
}

#[tokio::test]
async fn invalid_response_keeps_the_modal_open() {
    let stage = Fixture::new().await;
    let id = open_modal(&stage).await;
    stage.slack.fills("alice", &id, "What", "x").await.unwrap();
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
        stage.app.queue_response(status, body.clone());
        let seen = stage.slack.submits("alice", &id).await;
        assert_eq!(
            seen.error.as_deref(),
            Some("We had some trouble connecting. Try again?"),
            "{body}"
        );
        assert_eq!(seen.view.unwrap().id, id);
    }
}

#[tokio::test]
async fn modals_stack_three_deep_and_are_cleared_together() {
    let stage = Fixture::new().await;
    let id = open_modal(&stage).await;
    stage.slack.fills("alice", &id, "What", "x").await.unwrap();
    let mut top = id;
    for height in [2, 3] {
        stage
            .app
            .queue_response(200, json!({"response_action": "push", "view": modal()}));
        let seen = stage.slack.submits("alice", &top).await;
        top = seen.view.unwrap().id;
        stage.slack.fills("alice", &top, "What", "x").await.unwrap();
        assert_eq!(stage.slack.modal_count("alice"), height);
    }
    stage
        .app
        .queue_response(200, json!({"response_action": "push", "view": modal()}));
    assert!(stage.slack.submits("alice", &top).await.error.is_some());
    stage
        .app
        .queue_response(200, json!({"response_action": "clear"}));
    assert_eq!(stage.slack.submits("alice", &top).await.view, None);
    assert_eq!(stage.slack.modal_count("alice"), 0);
}

#[tokio::test]
async fn closing_the_stack_sends_view_closed_for_each_modal() {
    let stage = Fixture::new().await;
    let id = open_modal(&stage).await;
    stage.slack.fills("alice", &id, "What", "x").await.unwrap();
    stage
        .app
        .queue_response(200, json!({"response_action": "push", "view": modal()}));
    let top = stage.slack.submits("alice", &id).await.view.unwrap().id;
    let before = stage.app.requests().len();
    assert_eq!(stage.slack.closes_all("alice", &top).await.view, None);
    assert_eq!(stage.slack.modal_count("alice"), 0);
    let told = stage.app.requests().split_off(before);
    let told: Vec<_> = told
        .iter()
        .map(|got| (&got.body["type"], &got.body["is_cleared"]))
        .collect();
    assert_eq!(told, [(&json!("view_closed"), &json!(true)); 2]);
}

#[tokio::test]
async fn update_preserves_entered_values_and_checks_the_hash() {
    let stage = Fixture::new().await;
    let id = open_modal(&stage).await;
    stage
        .slack
        .fills("alice", &id, "What", "typed")
        .await
        .unwrap();
    let hash = stage.slack.top_modal("alice").unwrap().hash;
    let update = |hash: &str| {
        stage.call(
            "views.update",
            json!({"view_id": id, "hash": hash, "view": modal()}),
        )
    };
    assert_eq!(update(&hash).await["ok"], true);
    assert_eq!(update(&hash).await["error"], "hash_conflict");
    let view = stage.slack.top_modal("alice").unwrap();
    assert_eq!(view.value("What").unwrap()["value"], "typed");

    let seen = stage.slack.closes("alice", &id).await;
    assert_eq!(seen.view, None);
    assert_eq!(stage.app.last_request().body["type"], "view_closed");
    assert_eq!(stage.app.last_request().body["is_cleared"], false);
    assert_eq!(update(&hash).await["error"], "not_found");
}

#[tokio::test]
async fn invalid_modal_is_rejected_with_error_locations() {
    let stage = Fixture::new().await;
    let mut view = modal();
    view["title"]["text"] = json!("x".repeat(25));
    let trigger_id = new_trigger_id(&stage).await;
    let refused = stage
        .call(
            "views.open",
            json!({"trigger_id": trigger_id, "view": view}),
        )
        .await;
    assert_eq!(refused["error"], "invalid_arguments");
    assert_eq!(
        refused["response_metadata"]["messages"][0],
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    );
    view = modal();
    view["blocks"] =
        json!([{"type": "section", "text": {"type": "mrkdwn", "text": "x".repeat(260_000)}}]);
    let refused = stage
        .call(
            "views.open",
            json!({"trigger_id": trigger_id, "view": view}),
        )
        .await;
    assert_eq!(refused["error"], "view_too_large");
    // A rejected call does not consume the trigger ID.
    let opened = stage
        .call(
            "views.open",
            json!({"trigger_id": trigger_id, "view": modal()}),
        )
        .await;
    assert_eq!(opened["ok"], true);
}

#[tokio::test]
async fn published_home_view_sends_block_actions() {
    let stage = Fixture::new().await;
    stage.slack.opens_home("bob").await;
    let event = stage.app.last_request().body["event"].clone();
    assert_eq!(
        (event["type"].as_str(), event["tab"].as_str()),
        (Some("app_home_opened"), Some("home"))
    );
    let home = json!({"type": "home", "blocks": [{"type": "actions", "block_id": "row", "elements": [
        {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "1"}
    ]}]});
    let told = stage
        .call(
            "views.publish",
            json!({"user_id": "U0BOB000001", "view": home}),
        )
        .await;
    assert_eq!(told["ok"], true);
    let view = stage.slack.home_view("bob").unwrap();
    assert_eq!(stage.slack.render_view(&view), "[Go]");
    stage
        .slack
        .clicks_in_view("bob", &view.id, "go", None)
        .await;
    let payload = stage.app.last_request().body;
    assert_eq!(payload["container"]["view_id"], json!(view.id));
    assert_eq!(payload["actions"][0]["value"], "1");
    let seen = stage
        .slack
        .clicks_in_view("alice", &view.id, "go", None)
        .await;
    assert!(seen.error.is_some());
}
