//! Typing, clicking, reacting: what the app is told, and what people see.

use muster::sandbox::{PersonKind, Visibility};
use serde_json::json;

use crate::app::{Stage, is_signed};

#[tokio::test]
async fn a_slash_command_reaches_the_app_signed() {
    let stage = Stage::new().await;
    stage.app.answers(200, json!("Lit."));
    let seen = stage
        .slack
        .types("alice", "#general", "/lantern  on @bob & \"go\" ")
        .await;
    assert_eq!(seen.status, Some(200));
    assert_eq!(seen.trouble, None);
    assert_eq!(seen.ephemeral[0].as_read(), "Lit.");
    assert_eq!(stage.slack.ephemerals("alice").len(), 1);
    assert!(stage.slack.ephemerals("bob").is_empty());

    let got = stage.app.last();
    assert_eq!(got.path, "/slack/commands");
    assert_eq!(got.body["text"], "on <@U0BOB000001|bob> &amp; \"go\"");
    assert_eq!(got.body["user_id"], "U0ALICE0001");
    assert_eq!(got.body["channel_name"], "general");
    assert_eq!(got.body["is_enterprise_install"], "false");
    let request = stage.slack.last_request("alice").unwrap();
    assert!(is_signed(&stage, &got, &request.body()));
}

#[tokio::test]
async fn a_command_that_fails_says_so() {
    let stage = Stage::new().await;
    stage.app.answers(500, json!(null));
    let seen = stage.slack.types("alice", "general", "/lantern on").await;
    assert_eq!(seen.status, Some(500));
    assert!(seen.trouble.unwrap().contains("http_service_error"));

    stage.slack.app_listens_at("http://127.0.0.1:1");
    let seen = stage.slack.types("alice", "general", "/lantern on").await;
    assert_eq!(seen.status, None);
    assert!(seen.trouble.unwrap().contains("dispatch_failed"));

    let seen = stage.slack.types("alice", "general", "/matches").await;
    assert_eq!(seen.trouble.unwrap(), "/matches is not a valid command.");
}

#[tokio::test]
async fn a_thread_knows_no_commands_and_a_space_makes_a_message() {
    let stage = Stage::new().await;
    let said = stage.slack.types("alice", "general", " /lantern").await;
    let ts = said.ts.unwrap();
    let reply = async |text| {
        stage
            .slack
            .types_in_thread("bob", "general", &ts, text)
            .await
    };
    let refused = reply("/lantern on").await.trouble.unwrap();
    assert_eq!(refused, "/lantern is not supported in threads. Sorry!");
    assert!(reply(" /lantern on").await.trouble.is_none());
    assert_eq!(stage.slack.replies("general", &ts).len(), 1);
}

#[tokio::test]
async fn a_command_answered_in_the_channel_is_seen_by_all() {
    let stage = Stage::new().await;
    stage.app.answers(
        200,
        json!({"response_type": "in_channel", "text": "Lit for <@U0BOB000001>"}),
    );
    let seen = stage.slack.types("alice", "general", "/lantern on").await;
    assert!(seen.ephemeral.is_empty());
    let read: Vec<String> = stage
        .slack
        .messages("general")
        .iter()
        .map(|m| m.as_read().to_owned())
        .collect();
    assert_eq!(read, ["/lantern on", "Lit for @bob"]);
}

#[tokio::test]
async fn events_come_only_from_channels_with_the_bot() {
    let stage = Stage::new().await;
    stage
        .slack
        .types("alice", "incidents", "anybody here?")
        .await;
    assert!(stage.app.got().is_empty());
    stage.slack.invites_bot("incidents").await;
    assert_eq!(
        stage.app.events("member_joined_channel")[0]["inviter"],
        "U0ALICE0001"
    );
    let seen = stage
        .slack
        .types("alice", "incidents", "hello @bob <b>")
        .await;
    let event = stage.app.last().body["event"].clone();
    assert_eq!(event["text"], "hello <@U0BOB000001> &lt;b&gt;");
    assert_eq!(event["channel_type"], "channel");
    assert_eq!(event["ts"], seen.ts.unwrap());
    assert_eq!(event["blocks"][0]["type"], "rich_text");
}

#[tokio::test]
async fn what_becomes_of_a_message_is_told() {
    let stage = Stage::new().await;
    stage.slack.invites_bot("incidents").await;
    let ts = stage
        .slack
        .types("alice", "incidents", "hello")
        .await
        .ts
        .unwrap();
    let last = || stage.app.last().body["event"].clone();
    stage.slack.reacts("bob", "incidents", &ts, "eyes").await;
    assert_eq!(
        (&last()["type"], &last()["item_user"]),
        (&json!("reaction_added"), &json!("U0ALICE0001"))
    );
    stage
        .slack
        .edits("alice", "incidents", &ts, "hello again")
        .await;
    assert_eq!(last()["subtype"], "message_changed");
    assert_eq!(last()["previous_message"]["text"], "hello");
    assert_eq!(last()["message"]["text"], "hello again");
    stage.slack.deletes("alice", "incidents", &ts).await;
    assert_eq!(last()["deleted_ts"], json!(ts));
    let left = stage.slack.messages("incidents");
    assert!(left.iter().all(|message| message.ts != ts));
    assert!(stage.slack.message("incidents", &ts).unwrap().deleted);
}

#[tokio::test]
async fn timestamps_rise_while_the_clock_stands_still() {
    let stage = Stage::new().await;
    let first = stage
        .slack
        .types("alice", "general", "one")
        .await
        .ts
        .unwrap();
    let second = stage.slack.types("bob", "general", "two").await.ts.unwrap();
    assert!(first < second);
    assert!(first.starts_with("1795447205."));
}

/// Has the bot post a message with a button and a select in #general; gives its `ts`.
async fn card(stage: &Stage) -> String {
    let plain = |text: &str| json!({"type": "plain_text", "text": text});
    let option = json!({"text": plain("Red"), "value": "red"});
    let blocks = json!([
        {"type": "section", "block_id": "text", "text": {"type": "mrkdwn", "text": "Burning"}},
        {"type": "actions", "block_id": "row", "elements": [
            {"type": "button", "action_id": "put_out", "text": plain("Put out"), "value": "7"},
            {"type": "static_select", "action_id": "colour", "options": [option]}
        ]}
    ]);
    let post = json!({"channel": stage.channel("general"), "text": "Burning", "blocks": blocks});
    let posted = stage.call("chat.postMessage", post).await;
    posted["ts"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_button_tells_all_about_its_message() {
    let stage = Stage::new().await;
    let ts = card(&stage).await;
    let seen = stage
        .slack
        .clicks("bob", "general", &ts, "put_out", None)
        .await;
    assert_eq!(seen.status, Some(200));
    let payload = stage.app.last().body;
    assert_eq!(payload["type"], "block_actions");
    assert_eq!(payload["container"]["message_ts"], json!(ts));
    assert_eq!(payload["message"]["bot_profile"]["name"], "Lantern");
    assert_eq!(payload["actions"][0]["value"], "7");
    assert_eq!(payload["actions"][0]["block_id"], "row");
    assert_eq!(payload["channel"]["name"], "general");
    let seen = stage
        .slack
        .clicks("bob", "general", &ts, "nothing", None)
        .await;
    assert!(seen.was_refused && seen.status.is_none());
}

#[tokio::test]
async fn a_choice_in_a_message_is_told_and_kept() {
    let stage = Stage::new().await;
    let ts = card(&stage).await;
    stage
        .slack
        .clicks("bob", "general", &ts, "colour", Some("Red"))
        .await;
    let payload = stage.app.last().body;
    assert_eq!(payload["actions"][0]["selected_option"]["value"], "red");
    stage
        .slack
        .clicks("bob", "general", &ts, "put_out", None)
        .await;
    let payload = stage.app.last().body;
    assert_eq!(
        payload["state"]["values"]["row"]["colour"]["selected_option"]["value"],
        "red"
    );
}

#[tokio::test]
async fn a_response_url_works_five_times_and_half_an_hour() {
    let stage = Stage::new().await;
    stage.slack.types("alice", "general", "/lantern on").await;
    let url = stage.app.last().body["response_url"]
        .as_str()
        .unwrap()
        .to_owned();
    let answer = |body: &str| stage.http.post(&url).body(body.to_owned()).send();
    for _ in 0..5 {
        let response = answer(r#"{"text":"Lit"}"#).await.unwrap();
        assert_eq!(response.status(), 200);
    }
    assert_eq!(stage.slack.ephemerals("alice").len(), 5);
    let response = answer(r#"{"text":"Lit"}"#).await.unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            response.text().await.unwrap().contains("used_url")
        ),
        (404, true)
    );

    stage.slack.types("alice", "general", "/lantern on").await;
    let url = stage.app.last().body["response_url"]
        .as_str()
        .unwrap()
        .to_owned();
    stage.later(1801);
    let response = stage
        .http
        .post(&url)
        .body(r#"{"text":"Lit"}"#)
        .send()
        .await
        .unwrap();
    assert!(response.text().await.unwrap().contains("expired_url"));
}

#[tokio::test]
async fn an_ephemeral_message_is_replaced_by_its_response_url() {
    let stage = Stage::new().await;
    let blocks = json!([{"type": "actions", "elements": [
        {"type": "button", "action_id": "again", "text": {"type": "plain_text", "text": "Again"}}
    ]}]);
    stage
        .app
        .answers(200, json!({"text": "Failed", "blocks": blocks}));
    let seen = stage.slack.types("alice", "general", "/lantern on").await;
    let ts = seen.ephemeral[0].ts.clone();
    stage
        .slack
        .clicks("alice", "general", &ts, "again", None)
        .await;
    let payload = stage.app.last().body;
    assert_eq!(payload["container"]["is_ephemeral"], true);
    assert!(payload.get("message").is_none());
    let url = payload["response_url"].as_str().unwrap();
    let body = r#"{"replace_original":true,"text":"Done"}"#;
    assert_eq!(
        stage
            .http
            .post(url)
            .body(body)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    let shown = stage.slack.ephemerals("alice");
    assert_eq!((shown.len(), shown[0].as_read()), (1, "Done"));
}

#[tokio::test]
async fn a_message_shortcut_hands_over_the_message() {
    let stage = Stage::new().await;
    let ts = stage
        .slack
        .types("bob", "random", "I am *on* it")
        .await
        .ts
        .unwrap();
    let seen = stage
        .slack
        .message_action("alice", "random", &ts, "keep")
        .await;
    assert_eq!(seen.status, Some(200));
    let payload = stage.app.last().body;
    assert_eq!(payload["type"], "message_action");
    assert_eq!(payload["message"]["text"], "I am *on* it");
    assert_eq!(payload["message_ts"], json!(ts));
    assert_eq!(payload["user"]["id"], "U0ALICE0001");
    let seen = stage
        .slack
        .message_action("alice", "random", &ts, "light")
        .await;
    assert!(seen.trouble.is_some());
}

#[tokio::test]
async fn a_request_is_delivered_again_the_very_same() {
    let stage = Stage::new().await;
    stage.slack.invites_bot("incidents").await;
    stage.slack.types("alice", "incidents", "hello").await;
    let request = stage.slack.last_request("alice").unwrap();
    let first = stage.app.last();
    let seen = stage.slack.redelivers(&request, 2).await;
    let again = stage.app.last();
    assert_eq!(seen.status, Some(200));
    assert_eq!(first.body, again.body);
    assert_eq!(again.headers["x-slack-retry-num"], "2");
    assert_eq!(again.headers["x-slack-retry-reason"], "http_timeout");
}

#[tokio::test]
async fn people_cannot_do_what_slack_does_not_let_them() {
    let stage = Stage::new().await;
    stage
        .slack
        .add_person("gus", "Gus Guest", "Europe/Paris", PersonKind::Guest);
    stage
        .slack
        .add_person("dora", "Dora Gone", "Europe/Paris", PersonKind::Deactivated);
    stage
        .slack
        .add_channel("secret", Visibility::Private, &["bob"]);
    for (who, channel) in [
        ("gus", "general"),
        ("dora", "general"),
        ("alice", "secret"),
        ("nobody", "general"),
    ] {
        let seen = stage.slack.types(who, channel, "hello").await;
        assert!(seen.trouble.is_some(), "{who} wrote in {channel}");
    }
    assert!(stage.slack.messages("general").is_empty());
    assert_eq!(
        stage.slack.types("bob", "secret", "hello").await.trouble,
        None
    );
}

#[tokio::test]
async fn channels_end_and_come_back() {
    let stage = Stage::new().await;
    stage.slack.invites_bot("random").await;
    stage.slack.renames("alice", "random", "chatter").await;
    assert_eq!(
        stage.app.events("channel_rename")[0]["channel"]["name"],
        "chatter"
    );
    stage.slack.archives("alice", "chatter").await;
    assert_eq!(
        stage.app.events("channel_archive")[0]["user"],
        "U0ALICE0001"
    );
    assert!(stage.slack.is_archived("chatter"));
    assert!(
        !stage
            .slack
            .members("chatter")
            .contains(&stage.slack.bot_user())
    );
    assert!(
        stage
            .slack
            .types("alice", "chatter", "hello")
            .await
            .trouble
            .is_some()
    );
    stage.slack.unarchives("alice", "chatter").await;
    assert!(!stage.slack.is_archived("chatter"));
    stage.slack.deletes_channel("alice", "chatter").await;
    assert_eq!(stage.slack.channel("chatter"), None);
}

#[tokio::test]
async fn an_app_that_is_taken_out_is_told_and_then_refused() {
    let stage = Stage::new().await;
    stage.slack.uninstalls_app().await;
    assert_eq!(stage.app.events("app_uninstalled").len(), 1);
    assert_eq!(
        stage.call("auth.test", json!({})).await["error"],
        "account_inactive"
    );
}
