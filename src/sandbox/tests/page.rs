//! The HTTP API of the page.

use muster_sandbox::Visibility;
use serde_json::{Value, json};

use crate::app::Fixture;

async fn page_state(stage: &Fixture, query: &str) -> Value {
    let url = format!("{}/sandbox/screen?{query}", stage.slack.url());
    stage
        .http
        .get(url)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap()
}

async fn perform_action(stage: &Fixture, wanted: Value) -> Value {
    let url = format!("{}/sandbox/do", stage.slack.url());
    let call = stage.http.post(url).json(&wanted);
    call.send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn page_and_its_assets_are_served() {
    let stage = Fixture::new().await;
    let get = |path: &str| {
        stage
            .http
            .get(format!("{}{path}", stage.slack.url()))
            .send()
    };
    let page = get("/").await.unwrap();
    assert_eq!(page.headers()["content-type"], "text/html");
    let html = page.text().await.unwrap();
    let script = html
        .split("src=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    assert_eq!(
        get(script).await.unwrap().headers()["content-type"],
        "text/javascript"
    );
    assert_eq!(get("/assets/nothing.js").await.unwrap().status(), 404);
    assert_eq!(get("/assets/..%2fmod.rs").await.unwrap().status(), 404);
}

#[tokio::test]
async fn page_state_contains_only_what_the_user_may_see() {
    let stage = Fixture::new().await;
    stage
        .slack
        .add_channel("secret", Visibility::Private, &["bob"]);
    let (alice, bob) = (stage.slack.user("alice"), stage.slack.user("bob"));
    let general = stage.channel("general");
    stage.app.queue_response(200, json!("Only for you"));
    stage.slack.types("alice", "general", "/lantern on").await;

    let mine = page_state(&stage, &format!("as={alice}&channel={general}")).await;
    assert_eq!(mine["me"], json!(alice));
    assert_eq!(mine["app"]["commands"][0]["usage_hint"], "[on|off]");
    assert_eq!(mine["channel"]["messages"][0]["ephemeral"], true);
    assert!(!mine["channels"].to_string().contains("secret"));

    let theirs = page_state(&stage, &format!("as={bob}&channel={general}")).await;
    assert_eq!(theirs["channel"]["messages"], json!([]));
    assert!(theirs["channels"].to_string().contains("secret"));
}

#[tokio::test]
async fn page_state_contains_the_open_thread() {
    let stage = Fixture::new().await;
    let (alice, bob) = (stage.slack.user("alice"), stage.slack.user("bob"));
    let general = stage.channel("general");
    let ts = stage
        .slack
        .types("alice", "general", "hello")
        .await
        .ts
        .unwrap();
    stage
        .slack
        .types_in_thread("bob", "general", &ts, "hello yourself")
        .await;
    stage
        .slack
        .adds_reaction("bob", "general", &ts, "eyes")
        .await;
    let shown = page_state(&stage, &format!("as={alice}&channel={general}&thread={ts}")).await;
    assert_eq!(shown["channel"]["messages"].as_array().unwrap().len(), 1);
    assert_eq!(shown["channel"]["messages"][0]["reply_count"], 1);
    assert_eq!(
        shown["thread"]["parent"]["reactions"][0]["users"][0],
        json!(bob)
    );
    assert_eq!(shown["thread"]["replies"][0]["text"], "hello yourself");
}

#[tokio::test]
async fn unread_messages_and_mentions_are_counted() {
    let stage = Fixture::new().await;
    let (chioma, general) = (stage.slack.user("chioma"), stage.channel("general"));
    stage.slack.types("alice", "general", "hello @chioma").await;
    stage
        .slack
        .types("alice", "general", "are you there?")
        .await;
    let counts = || async {
        let shown = page_state(&stage, &format!("as={chioma}")).await;
        let channels = shown["channels"].as_array().unwrap().clone();
        let general = channels
            .into_iter()
            .find(|channel| channel["name"] == "general");
        let general = general.unwrap();
        (
            general["unread"].as_u64().unwrap(),
            general["mentions"].as_u64().unwrap(),
        )
    };
    assert_eq!(counts().await, (2, 1));
    perform_action(
        &stage,
        json!({"as": chioma, "do": "read", "channel": general}),
    )
    .await;
    assert_eq!(counts().await, (0, 0));
}

#[tokio::test]
async fn failed_command_appears_as_a_notice() {
    let stage = Fixture::new().await;
    let (alice, general) = (stage.slack.user("alice"), stage.channel("general"));
    stage.app.queue_response(500, Value::Null);
    let typed = json!({"as": alice, "do": "type", "channel": general, "text": "/lantern on", "thread": null});
    assert_eq!(perform_action(&stage, typed).await["ok"], true);
    let shown = page_state(&stage, &format!("as={alice}")).await;
    assert!(
        shown["notice"]["text"]
            .as_str()
            .unwrap()
            .contains("/lantern failed")
    );

    let typed =
        json!({"as": alice, "do": "type", "channel": general, "text": "/matches", "thread": null});
    let refused = perform_action(&stage, typed).await;
    assert_eq!(
        (refused["ok"].clone(), refused["error"].clone()),
        (json!(false), json!("/matches is not a valid command."))
    );
}

/// Opens a modal as alice on the page. Returns its ID.
async fn open_modal(stage: &Fixture) -> Value {
    let shortcut =
        json!({"as": stage.slack.user("alice"), "do": "shortcut", "callback_id": "light"});
    perform_action(stage, shortcut).await;
    let trigger_id = stage.app.last_request().body["trigger_id"].clone();
    let plain = |text: &str| json!({"type": "plain_text", "text": text});
    let view = json!({"type": "modal", "title": plain("Light"), "submit": plain("Go"), "blocks": [
        {"type": "input", "block_id": "what", "label": plain("What"), "element": {"type": "plain_text_input", "action_id": "a"}},
        {"type": "input", "block_id": "where", "label": plain("Where"), "element": {"type": "external_select", "action_id": "a", "min_query_length": 0}},
        {"type": "actions", "block_id": "row", "elements": [{"type": "button", "action_id": "b", "text": plain("More"), "value": "1"}]}
    ]});
    let opened = stage
        .call(
            "views.open",
            json!({"trigger_id": trigger_id, "view": view}),
        )
        .await;
    opened["view"]["id"].clone()
}

fn modal_values(option: &str) -> Value {
    let option = json!({"text": {"type": "plain_text", "text": "Cellar"}, "value": option});
    json!({
        "what": {"a": {"type": "plain_text_input", "value": "Lamp"}},
        "where": {"a": {"type": "external_select", "selected_option": option}}
    })
}

#[tokio::test]
async fn button_in_a_modal_sends_the_entered_values() {
    let stage = Fixture::new().await;
    let (alice, id) = (stage.slack.user("alice"), open_modal(&stage).await);
    let shown = page_state(&stage, &format!("as={alice}")).await;
    assert_eq!(shown["modal"]["id"], id);
    assert_eq!(shown["modal_depth"], 1);
    let entered = json!({"what": modal_values("c")["what"]});
    let pressed = json!({"as": alice, "do": "act", "view": id, "block_id": "row", "action_id": "b", "type": "button", "value": "1", "values": entered});
    assert_eq!(perform_action(&stage, pressed).await["ok"], true);
    let told = stage.app.last_request().body;
    assert_eq!(
        told["view"]["state"]["values"]["what"]["a"]["value"],
        "Lamp"
    );
    assert_eq!(told["actions"][0]["value"], "1");
}

#[tokio::test]
async fn modal_is_submitted_with_the_values_of_the_page() {
    let stage = Fixture::new().await;
    let (alice, id) = (stage.slack.user("alice"), open_modal(&stage).await);
    let option = modal_values("c")["where"]["a"]["selected_option"].clone();
    stage.app.queue_response(200, json!({"options": [option]}));
    let asked = json!({"as": alice, "do": "suggest", "view": id, "block_id": "where", "action_id": "a", "query": ""});
    assert_eq!(
        perform_action(&stage, asked).await["options"][0]["value"],
        "c"
    );

    let submit = |option: &str| {
        perform_action(
            &stage,
            json!({"as": alice, "do": "submit", "view": id, "values": modal_values(option)}),
        )
    };
    assert_eq!(submit("never offered").await["ok"], false);
    stage.app.queue_response(
        200,
        json!({"response_action": "errors", "errors": {"what": "Not that."}}),
    );
    let sent = submit("c").await;
    assert_eq!(
        (&sent["ok"], &sent["errors"]),
        (&json!(true), &json!({"what": "Not that."}))
    );
    let sent = submit("c").await;
    assert_eq!((&sent["ok"], &sent["errors"]), (&json!(true), &json!({})));
    assert_eq!(
        page_state(&stage, &format!("as={alice}")).await["modal"],
        Value::Null
    );
}

#[tokio::test]
async fn changes_are_streamed_to_the_page() {
    let stage = Fixture::new().await;
    let url = format!("{}/sandbox/changes", stage.slack.url());
    let mut stream = stage.http.get(url).send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    stage.slack.types("alice", "general", "hello").await;
    let told = String::from_utf8(stream.chunk().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(told.starts_with("event: change\ndata: {\"n\":"), "{told}");
}

#[tokio::test]
async fn permalink_redirects_to_the_page() {
    let stage = Fixture::new().await;
    let ts = stage
        .slack
        .types("alice", "general", "hello")
        .await
        .ts
        .unwrap();
    let link = stage.slack.permalink("general", &ts).unwrap();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let page = client.build().unwrap().get(link).send().await.unwrap();
    let general = stage.channel("general");
    let place = format!("/#channel={general}&message={ts}");
    assert_eq!(page.headers()["location"], place);
}
