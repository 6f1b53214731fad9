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

    let mine = screen(&stage, &format!("as={alice}&channel={general}")).await;
    assert_eq!(mine["me"], json!(alice));
    assert_eq!(mine["app"]["commands"][0]["usage_hint"], "[on|off]");
    assert_eq!(mine["channel"]["messages"][0]["ephemeral"], true);
    assert!(!mine["channels"].to_string().contains("secret"));

    let theirs = screen(&stage, &format!("as={bob}&channel={general}")).await;
    assert_eq!(theirs["channel"]["messages"], json!([]));
    assert!(theirs["channels"].to_string().contains("secret"));
}

#[tokio::test]
async fn a_thread_is_shown_beside_its_message() {
    let stage = Stage::new().await;
    let (alice, bob) = (stage.slack.person("alice"), stage.slack.person("bob"));
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
    stage.slack.reacts("bob", "general", &ts, "eyes").await;
    let shown = screen(&stage, &format!("as={alice}&channel={general}&thread={ts}")).await;
    assert_eq!(shown["channel"]["messages"].as_array().unwrap().len(), 1);
    assert_eq!(shown["channel"]["messages"][0]["reply_count"], 1);
    assert_eq!(
        shown["thread"]["parent"]["reactions"][0]["users"][0],
        json!(bob)
    );
    assert_eq!(shown["thread"]["replies"][0]["text"], "hello yourself");
}

#[tokio::test]
async fn what_was_not_read_is_counted() {
    let stage = Stage::new().await;
    let (chioma, general) = (stage.slack.person("chioma"), stage.channel("general"));
    stage.slack.types("alice", "general", "hello @chioma").await;
    stage
        .slack
        .types("alice", "general", "are you there?")
        .await;
    let counts = || async {
        let shown = screen(&stage, &format!("as={chioma}")).await;
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
    act(
        &stage,
        json!({"as": chioma, "do": "read", "channel": general}),
    )
    .await;
    assert_eq!(counts().await, (0, 0));
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

/// Has alice open a form on the page; gives its id.
async fn form(stage: &Stage) -> Value {
    let shortcut =
        json!({"as": stage.slack.person("alice"), "do": "shortcut", "callback_id": "light"});
    act(stage, shortcut).await;
    let trigger_id = stage.app.last().body["trigger_id"].clone();
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

fn values(option: &str) -> Value {
    let option = json!({"text": {"type": "plain_text", "text": "Cellar"}, "value": option});
    json!({
        "what": {"a": {"type": "plain_text_input", "value": "Lamp"}},
        "where": {"a": {"type": "external_select", "selected_option": option}}
    })
}

#[tokio::test]
async fn a_button_of_a_form_sends_what_was_entered_so_far() {
    let stage = Stage::new().await;
    let (alice, id) = (stage.slack.person("alice"), form(&stage).await);
    let shown = screen(&stage, &format!("as={alice}")).await;
    assert_eq!(shown["modal"]["id"], id);
    assert_eq!(shown["modal_depth"], 1);
    let entered = json!({"what": values("c")["what"]});
    let pressed = json!({"as": alice, "do": "act", "view": id, "block_id": "row", "action_id": "b", "type": "button", "value": "1", "values": entered});
    assert_eq!(act(&stage, pressed).await["ok"], true);
    let told = stage.app.last().body;
    assert_eq!(
        told["view"]["state"]["values"]["what"]["a"]["value"],
        "Lamp"
    );
    assert_eq!(told["actions"][0]["value"], "1");
}

#[tokio::test]
async fn a_form_is_sent_with_the_pages_values() {
    let stage = Stage::new().await;
    let (alice, id) = (stage.slack.person("alice"), form(&stage).await);
    let option = values("c")["where"]["a"]["selected_option"].clone();
    stage.app.answers(200, json!({"options": [option]}));
    let asked = json!({"as": alice, "do": "suggest", "view": id, "block_id": "where", "action_id": "a", "query": ""});
    assert_eq!(act(&stage, asked).await["options"][0]["value"], "c");

    let submit = |option: &str| {
        act(
            &stage,
            json!({"as": alice, "do": "submit", "view": id, "values": values(option)}),
        )
    };
    assert_eq!(submit("never offered").await["ok"], false);
    stage.app.answers(
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
