//! Modals and the Home tab.

use serde_json::{Value, json};

use crate::app::Stage;

fn form() -> Value {
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

async fn trigger(stage: &Stage) -> String {
    stage.slack.shortcut("alice", "light").await;
    stage.app.last().body["trigger_id"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn opened(stage: &Stage) -> String {
    let trigger_id = trigger(stage).await;
    let answer = stage
        .call(
            "views.open",
            json!({"trigger_id": trigger_id, "view": form()}),
        )
        .await;
    answer["view"]["id"]
        .as_str()
        .expect("the form did not open")
        .to_owned()
}

#[tokio::test]
async fn a_trigger_opens_one_form_within_three_seconds() {
    let stage = Stage::new().await;
    let open = |trigger_id: String| {
        stage.call(
            "views.open",
            json!({"trigger_id": trigger_id, "view": form()}),
        )
    };
    assert_eq!(
        open("1.2.3".to_owned()).await["error"],
        "invalid_trigger_id"
    );
    let late = trigger(&stage).await;
    stage.later(4);
    assert_eq!(open(late).await["error"], "expired_trigger_id");
    let good = trigger(&stage).await;
    stage.later(3);
    assert_eq!(open(good.clone()).await["ok"], true);
    assert_eq!(open(good).await["error"], "exchanged_trigger_id");
    assert_eq!(stage.slack.view("alice").unwrap().title, "Light");
    assert_eq!(stage.slack.view("bob"), None);
}

#[tokio::test]
async fn slack_itself_asks_for_required_fields() {
    let stage = Stage::new().await;
    let id = opened(&stage).await;
    let requests = stage.app.got().len();
    let seen = stage.slack.submits("alice", &id).await;
    assert_eq!(seen.errors["What"], "Please complete this required field.");
    assert_eq!(seen.status, None);
    assert_eq!(stage.app.got().len(), requests);
}

#[tokio::test]
async fn what_is_only_spaces_is_for_the_app_to_judge() {
    let stage = Stage::new().await;
    let id = opened(&stage).await;
    stage.slack.fills("alice", &id, "What", "  ").await.unwrap();
    let errors = json!({"what": "This is nothing."});
    stage
        .app
        .answers(200, json!({"response_action": "errors", "errors": errors}));
    let seen = stage.slack.submits("alice", &id).await;
    assert_eq!(seen.errors["What"], "This is nothing.");
    let state = &stage.app.last().body["view"]["state"]["values"]["what"]["what"];
    assert_eq!(state["value"], "  ");
}

#[tokio::test]
async fn a_form_is_filled_in_and_sent() {
    let stage = Stage::new().await;
    let id = opened(&stage).await;
    let option = json!({"text": {"type": "plain_text", "text": "Cellar"}, "value": "c"});
    stage
        .slack
        .fills("alice", &id, "What", "Checkout")
        .await
        .unwrap();
    stage.app.answers(200, json!({"options": [option]}));
    stage
        .slack
        .fills("alice", &id, "Where", "Cellar")
        .await
        .unwrap();
    let asked = stage.app.last().body;
    assert_eq!(
        (&asked["type"], &asked["value"]),
        (&json!("block_suggestion"), &json!("Cellar"))
    );

    let seen = stage.slack.submits("alice", &id).await;
    assert_eq!(
        (seen.status, seen.view, seen.trouble),
        (Some(200), None, None)
    );
    let sent = stage.app.last().body;
    let values = &sent["view"]["state"]["values"];
    assert_eq!(values["what"]["what"]["value"], "Checkout");
    assert_eq!(values["where"]["where"]["selected_option"]["value"], "c");
    assert_eq!(sent["view"]["callback_id"], "light");
}

#[tokio::test]
async fn errors_of_the_app_stand_under_their_fields() {
    let stage = Stage::new().await;
    let id = opened(&stage).await;
    stage
        .slack
        .fills("alice", &id, "What", "Checkout")
        .await
        .unwrap();
    stage.app.answers(
        200,
        json!({"response_action": "errors", "errors": {"what": "Not that."}}),
    );
    let seen = stage.slack.submits("alice", &id).await;
    assert_eq!(seen.errors["what"], "Not that.");
    assert_eq!(seen.errors["What"], "Not that.");
    assert_eq!(seen.view.unwrap().id, id);
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_keeps_the_form_open() {
    let stage = Stage::new().await;
    let id = opened(&stage).await;
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
        stage.app.answers(status, body.clone());
        let seen = stage.slack.submits("alice", &id).await;
        assert_eq!(
            seen.trouble.as_deref(),
            Some("We had some trouble connecting. Try again?"),
            "{body}"
        );
        assert_eq!(seen.view.unwrap().id, id);
    }
}

#[tokio::test]
async fn forms_lie_three_high_and_are_cleared_together() {
    let stage = Stage::new().await;
    let id = opened(&stage).await;
    stage.slack.fills("alice", &id, "What", "x").await.unwrap();
    let mut top = id;
    for height in [2, 3] {
        stage
            .app
            .answers(200, json!({"response_action": "push", "view": form()}));
        let seen = stage.slack.submits("alice", &top).await;
        top = seen.view.unwrap().id;
        stage.slack.fills("alice", &top, "What", "x").await.unwrap();
        assert_eq!(stage.slack.modals("alice"), height);
    }
    stage
        .app
        .answers(200, json!({"response_action": "push", "view": form()}));
    assert!(stage.slack.submits("alice", &top).await.trouble.is_some());
    stage.app.answers(200, json!({"response_action": "clear"}));
    assert_eq!(stage.slack.submits("alice", &top).await.view, None);
    assert_eq!(stage.slack.modals("alice"), 0);
}

#[tokio::test]
async fn the_corner_of_a_form_closes_those_below_it_too() {
    let stage = Stage::new().await;
    let id = opened(&stage).await;
    stage.slack.fills("alice", &id, "What", "x").await.unwrap();
    stage
        .app
        .answers(200, json!({"response_action": "push", "view": form()}));
    let top = stage.slack.submits("alice", &id).await.view.unwrap().id;
    let before = stage.app.got().len();
    assert_eq!(stage.slack.closes_all("alice", &top).await.view, None);
    assert_eq!(stage.slack.modals("alice"), 0);
    let told = stage.app.got().split_off(before);
    let told: Vec<_> = told
        .iter()
        .map(|got| (&got.body["type"], &got.body["is_cleared"]))
        .collect();
    assert_eq!(told, [(&json!("view_closed"), &json!(true)); 2]);
}

#[tokio::test]
async fn an_update_keeps_what_was_typed_and_minds_the_hash() {
    let stage = Stage::new().await;
    let id = opened(&stage).await;
    stage
        .slack
        .fills("alice", &id, "What", "typed")
        .await
        .unwrap();
    let hash = stage.slack.view("alice").unwrap().hash;
    let update = |hash: &str| {
        stage.call(
            "views.update",
            json!({"view_id": id, "hash": hash, "view": form()}),
        )
    };
    assert_eq!(update(&hash).await["ok"], true);
    assert_eq!(update(&hash).await["error"], "hash_conflict");
    let view = stage.slack.view("alice").unwrap();
    assert_eq!(view.value("What").unwrap()["value"], "typed");

    let seen = stage.slack.closes("alice", &id).await;
    assert_eq!(seen.view, None);
    assert_eq!(stage.app.last().body["type"], "view_closed");
    assert_eq!(stage.app.last().body["is_cleared"], false);
    assert_eq!(update(&hash).await["error"], "not_found");
}

#[tokio::test]
async fn a_bad_form_is_refused_with_pointers() {
    let stage = Stage::new().await;
    let mut view = form();
    view["title"]["text"] = json!("x".repeat(25));
    let trigger_id = trigger(&stage).await;
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
    view = form();
    view["blocks"] =
        json!([{"type": "section", "text": {"type": "mrkdwn", "text": "x".repeat(260_000)}}]);
    let refused = stage
        .call(
            "views.open",
            json!({"trigger_id": trigger_id, "view": view}),
        )
        .await;
    assert_eq!(refused["error"], "view_too_large");
    // What was refused did not use the trigger up.
    let opened = stage
        .call(
            "views.open",
            json!({"trigger_id": trigger_id, "view": form()}),
        )
        .await;
    assert_eq!(opened["ok"], true);
}

#[tokio::test]
async fn the_home_tab_is_published_and_clicked() {
    let stage = Stage::new().await;
    stage.slack.opens_home("bob").await;
    let event = stage.app.last().body["event"].clone();
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
    let view = stage.slack.home("bob").unwrap();
    assert_eq!(stage.slack.read_view(&view), "[Go]");
    stage.slack.acts_in_view("bob", &view.id, "go", None).await;
    let payload = stage.app.last().body;
    assert_eq!(payload["container"]["view_id"], json!(view.id));
    assert_eq!(payload["actions"][0]["value"], "1");
    let seen = stage
        .slack
        .acts_in_view("alice", &view.id, "go", None)
        .await;
    assert!(seen.trouble.is_some());
}
