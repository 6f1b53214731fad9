//! The HTTP API of the page.

use muster_sandbox::Visibility;
use serde_json::{Value, json};

use crate::app::Fixture;
use crate::modals::{last_trigger_id, open_view};

async fn page_state(fixture: &Fixture, query: &str) -> Value {
    fixture.page_state(query).await
}

async fn perform_action(fixture: &Fixture, action: Value) -> Value {
    fixture.perform_action(action).await
}

#[tokio::test]
async fn page_and_its_assets_are_served() {
    let fixture = Fixture::new().await;
    let get = |path: &str| {
        fixture
            .http
            .get(format!("{}{path}", fixture.slack.url()))
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
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    slack.add_channel("secret", Visibility::Private, &["bob"]);
    let (alice, bob) = (slack.user("alice"), slack.user("bob"));
    let general = fixture.channel("general");
    fixture.queue(json!("Only for you"));
    slack.types("alice", "general", "/lantern on").await;

    let mine = page_state(&fixture, &format!("as={alice}&channel={general}")).await;
    assert_eq!(mine["me"], json!(alice));
    assert_eq!(mine["app"]["commands"][0]["usage_hint"], "[on|off]");
    assert_eq!(mine["channel"]["messages"][0]["ephemeral"], true);
    assert!(!mine["channels"].to_string().contains("secret"));

    let theirs = page_state(&fixture, &format!("as={bob}&channel={general}")).await;
    assert_eq!(theirs["channel"]["messages"], json!([]));
    assert!(theirs["channels"].to_string().contains("secret"));
}

#[tokio::test]
async fn page_state_contains_the_open_thread() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let (alice, bob) = (slack.user("alice"), slack.user("bob"));
    let general = fixture.channel("general");
    let ts = fixture.posts("alice", "general", "hello").await;
    slack
        .types_in_thread("bob", "general", &ts, "hello yourself")
        .await;
    slack.adds_reaction("bob", "general", &ts, "eyes").await;
    let state = page_state(
        &fixture,
        &format!("as={alice}&channel={general}&thread={ts}"),
    )
    .await;
    assert_eq!(state["channel"]["messages"].as_array().unwrap().len(), 1);
    assert_eq!(state["channel"]["messages"][0]["reply_count"], 1);
    assert_eq!(
        state["thread"]["parent"]["reactions"][0]["users"][0],
        json!(bob)
    );
    assert_eq!(state["thread"]["replies"][0]["text"], "hello yourself");
}

#[tokio::test]
async fn unread_messages_and_mentions_are_counted() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let (chioma, general) = (slack.user("chioma"), fixture.channel("general"));
    slack.types("alice", "general", "hello @chioma").await;
    slack.types("alice", "general", "are you there?").await;
    let counts = || async {
        let state = page_state(&fixture, &format!("as={chioma}")).await;
        let channels = state["channels"].as_array().unwrap().clone();
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
        &fixture,
        json!({"as": chioma, "do": "read", "channel": general}),
    )
    .await;
    assert_eq!(counts().await, (0, 0));
}

#[tokio::test]
async fn failed_command_appears_as_a_notice() {
    let fixture = Fixture::new().await;
    let (alice, general) = (fixture.slack.user("alice"), fixture.channel("general"));
    fixture.app.queue_response(500, Value::Null);
    let action = json!({"as": alice, "do": "type", "channel": general, "text": "/lantern on", "thread": null});
    assert_eq!(perform_action(&fixture, action).await["ok"], true);
    let state = page_state(&fixture, &format!("as={alice}")).await;
    assert!(
        state["notice"]["text"]
            .as_str()
            .unwrap()
            .contains("/lantern failed")
    );

    let action =
        json!({"as": alice, "do": "type", "channel": general, "text": "/matches", "thread": null});
    let rejected = perform_action(&fixture, action).await;
    assert_eq!(
        (rejected["ok"].clone(), rejected["error"].clone()),
        (json!(false), json!("/matches is not a valid command."))
    );
}

/// Opens a modal as alice on the page. Returns its ID.
async fn open_modal(fixture: &Fixture) -> Value {
    let shortcut =
        json!({"as": fixture.slack.user("alice"), "do": "shortcut", "callback_id": "light"});
    perform_action(fixture, shortcut).await;
    let trigger_id = last_trigger_id(fixture);
    let plain = |text: &str| json!({"type": "plain_text", "text": text});
    let view = json!({"type": "modal", "title": plain("Light"), "submit": plain("Go"), "blocks": [
        {"type": "input", "block_id": "what", "label": plain("What"), "element": {"type": "plain_text_input", "action_id": "a"}},
        {"type": "input", "block_id": "where", "label": plain("Where"), "element": {"type": "external_select", "action_id": "a", "min_query_length": 0}},
        {"type": "actions", "block_id": "row", "elements": [{"type": "button", "action_id": "b", "text": plain("More"), "value": "1"}]}
    ]});
    let opened = open_view(fixture, &trigger_id, view).await;
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
    let fixture = Fixture::new().await;
    let (alice, id) = (fixture.slack.user("alice"), open_modal(&fixture).await);
    let state = page_state(&fixture, &format!("as={alice}")).await;
    assert_eq!(state["modal"]["id"], id);
    assert_eq!(state["modal_depth"], 1);
    let entered = json!({"what": modal_values("c")["what"]});
    let action = json!({"as": alice, "do": "act", "view": id, "block_id": "row", "action_id": "b", "type": "button", "value": "1", "values": entered});
    assert_eq!(perform_action(&fixture, action).await["ok"], true);
    let request = fixture.last_body();
    assert_eq!(
        request["view"]["state"]["values"]["what"]["a"]["value"],
        "Lamp"
    );
    assert_eq!(request["actions"][0]["value"], "1");
}

#[tokio::test]
async fn modal_is_submitted_with_the_values_of_the_page() {
    let fixture = Fixture::new().await;
    let (alice, id) = (fixture.slack.user("alice"), open_modal(&fixture).await);
    let option = modal_values("c")["where"]["a"]["selected_option"].clone();
    fixture.queue(json!({"options": [option]}));
    let action = json!({"as": alice, "do": "suggest", "view": id, "block_id": "where", "action_id": "a", "query": ""});
    assert_eq!(
        perform_action(&fixture, action).await["options"][0]["value"],
        "c"
    );

    let submit = |option: &str| {
        perform_action(
            &fixture,
            json!({"as": alice, "do": "submit", "view": id, "values": modal_values(option)}),
        )
    };
    assert_eq!(submit("never offered").await["ok"], false);
    fixture.queue(json!({"response_action": "errors", "errors": {"what": "Not that."}}));
    let sent = submit("c").await;
    assert_eq!(
        (&sent["ok"], &sent["errors"]),
        (&json!(true), &json!({"what": "Not that."}))
    );
    let sent = submit("c").await;
    assert_eq!((&sent["ok"], &sent["errors"]), (&json!(true), &json!({})));
    assert_eq!(
        page_state(&fixture, &format!("as={alice}")).await["modal"],
        Value::Null
    );
}

#[tokio::test]
async fn changes_are_streamed_to_the_page() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let url = format!("{}/sandbox/changes", slack.url());
    let mut stream = fixture.http.get(url).send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    slack.types("alice", "general", "hello").await;
    let chunk = String::from_utf8(stream.chunk().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(chunk.starts_with("event: change\ndata: {\"n\":"), "{chunk}");
}

#[tokio::test]
async fn permalink_redirects_to_the_page() {
    let fixture = Fixture::new().await;
    let ts = fixture.posts("alice", "general", "hello").await;
    let link = fixture.slack.permalink("general", &ts).unwrap();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let page = client.build().unwrap().get(link).send().await.unwrap();
    let general = fixture.channel("general");
    let location = format!("/#channel={general}&message={ts}");
    assert_eq!(page.headers()["location"], location);
}
