//! The page's own paths.

use muster::sandbox::Visibility;
use serde_json::{Value, json};

use crate::app::Stage;

async fn screen(stage: &Stage, query: &str) -> Value {
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

async fn act(stage: &Stage, wanted: Value) -> Value {
    let url = format!("{}/sandbox/do", stage.slack.url());
    let call = stage.http.post(url).json(&wanted);
    call.send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn the_page_and_its_files_are_served() {
    let stage = Stage::new().await;
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
async fn a_screen_shows_what_this_person_sees() {
    let stage = Stage::new().await;
    stage
        .slack
        .add_channel("secret", Visibility::Private, &["bob"]);
    let (alice, bob) = (stage.slack.person("alice"), stage.slack.person("bob"));
    let general = stage.channel("general");
    stage.app.answers(200, json!("Only for you"));
    stage.slack.types("alice", "general", "/lantern on").await;
    let ts = stage
        .slack
        .types("alice", "general", "hello @bob")
        .await
        .ts
        .unwrap();
    stage
        .slack
        .types_in_thread("bob", "general", &ts, "hello yourself")
        .await;
    stage.slack.reacts("bob", "general", &ts, "eyes").await;

    let mine = screen(&stage, &format!("as={alice}&channel={general}&thread={ts}")).await;
    assert_eq!(mine["me"], json!(alice));
    assert_eq!(mine["app"]["commands"][0]["usage_hint"], "[on|off]");
    let messages = mine["channel"]["messages"].as_array().unwrap();
    assert_eq!(messages[0]["ephemeral"], true);
    assert_eq!(messages[1]["reply_count"], 1);
    assert_eq!(messages[1]["reactions"][0]["users"][0], json!(bob));
    assert_eq!(mine["thread"]["replies"][0]["text"], "hello yourself");
    assert!(!mine["channels"].to_string().contains("secret"));

    let theirs = screen(&stage, &format!("as={bob}&channel={general}")).await;
    assert_eq!(theirs["channel"]["messages"].as_array().unwrap().len(), 1);
    assert!(theirs["channels"].to_string().contains("secret"));
    let listed = |screen: &Value| {
        let channels = screen["channels"].as_array().unwrap().clone();
        channels
            .into_iter()
            .find(|channel| channel["name"] == "general")
            .unwrap()
    };
    // Bob wrote a reply after the message, so he has read it.
    assert_eq!(listed(&theirs)["unread"], 0);
    let chioma = stage.slack.person("chioma");
    assert_eq!(
        listed(&screen(&stage, &format!("as={chioma}")).await)["unread"],
        1
    );
    act(
        &stage,
        json!({"as": chioma, "do": "read", "channel": general}),
    )
    .await;
    assert_eq!(
        listed(&screen(&stage, &format!("as={chioma}")).await)["unread"],
        0
    );
}

#[tokio::test]
async fn what_fails_after_it_was_sent_is_a_notice() {
    let stage = Stage::new().await;
    let (alice, general) = (stage.slack.person("alice"), stage.channel("general"));
    stage.app.answers(500, Value::Null);
    let typed = json!({"as": alice, "do": "type", "channel": general, "text": "/lantern on", "thread": null});
    assert_eq!(act(&stage, typed).await["ok"], true);
    let shown = screen(&stage, &format!("as={alice}")).await;
    assert!(
        shown["notice"]["text"]
            .as_str()
            .unwrap()
            .contains("/lantern failed")
    );

    let typed =
        json!({"as": alice, "do": "type", "channel": general, "text": "/matches", "thread": null});
    let refused = act(&stage, typed).await;
    assert_eq!(
        (refused["ok"].clone(), refused["error"].clone()),
        (json!(false), json!("/matches is not a valid command."))
    );
}

#[tokio::test]
async fn a_form_is_sent_with_the_pages_values() {
    let stage = Stage::new().await;
    let alice = stage.slack.person("alice");
    act(
        &stage,
        json!({"as": alice, "do": "shortcut", "callback_id": "light"}),
    )
    .await;
    let trigger_id = stage.app.last().body["trigger_id"].clone();
    let plain = |text: &str| json!({"type": "plain_text", "text": text});
    let option = json!({"text": plain("Cellar"), "value": "c"});
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
    let id = opened["view"]["id"].clone();
    let shown = screen(&stage, &format!("as={alice}")).await;
    assert_eq!(
        (shown["modal"]["id"].clone(), shown["modal_depth"].clone()),
        (id.clone(), json!(1))
    );

    stage.app.answers(200, json!({"options": [option]}));
    let asked = json!({"as": alice, "do": "suggest", "view": id, "block_id": "where", "action_id": "a", "query": ""});
    assert_eq!(act(&stage, asked).await["options"][0]["value"], "c");

    let mut values = json!({
        "what": {"a": {"type": "plain_text_input", "value": "Lamp"}},
        "where": {"a": {"type": "external_select", "selected_option": option}}
    });
    let pressed = json!({"as": alice, "do": "act", "view": id, "block_id": "row", "action_id": "b", "type": "button", "value": "1", "values": values});
    assert_eq!(act(&stage, pressed).await["ok"], true);
    let told = stage.app.last().body;
    assert_eq!(
        told["view"]["state"]["values"]["what"]["a"]["value"],
        "Lamp"
    );
    assert_eq!(told["actions"][0]["value"], "1");

    stage.app.answers(
        200,
        json!({"response_action": "errors", "errors": {"what": "Not that."}}),
    );
    let sent = act(
        &stage,
        json!({"as": alice, "do": "submit", "view": id, "values": values}),
    )
    .await;
    assert_eq!(
        (sent["ok"].clone(), sent["errors"].clone()),
        (json!(true), json!({"what": "Not that."}))
    );
    values["where"]["a"]["selected_option"]["value"] = json!("x");
    let refused = act(
        &stage,
        json!({"as": alice, "do": "submit", "view": id, "values": values}),
    )
    .await;
    assert_eq!(refused["ok"], false);
    values["where"]["a"]["selected_option"]["value"] = json!("c");
    let sent = act(
        &stage,
        json!({"as": alice, "do": "submit", "view": id, "values": values}),
    )
    .await;
    assert_eq!(
        (sent["ok"].clone(), sent["errors"].clone()),
        (json!(true), json!({}))
    );
    assert_eq!(
        screen(&stage, &format!("as={alice}")).await["modal"],
        Value::Null
    );
}

#[tokio::test]
async fn changes_are_told_as_they_happen() {
    let stage = Stage::new().await;
    let url = format!("{}/sandbox/changes", stage.slack.url());
    let mut stream = stage.http.get(url).send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    stage.slack.types("alice", "general", "hello").await;
    let told = String::from_utf8(stream.chunk().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(told.starts_with("event: change\ndata: {\"n\":"), "{told}");
}

#[tokio::test]
async fn a_permalink_leads_to_the_page() {
    let stage = Stage::new().await;
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
