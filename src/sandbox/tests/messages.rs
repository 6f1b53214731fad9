//! Messages, slash commands, clicks and reactions: the requests to the app and the results for users.

use muster_sandbox::{AccountKind, Visibility};
use serde_json::json;

use crate::app::{Fixture, is_signed};

#[tokio::test]
async fn slash_command_request_is_signed() {
    let stage = Fixture::new().await;
    stage.app.queue_response(200, json!("Lit."));
    let seen = stage
        .slack
        .types("alice", "#general", "/lantern  on @bob & \"go\" ")
        .await;
    assert_eq!(seen.status, Some(200));
    assert_eq!(seen.error, None);
    assert_eq!(seen.ephemeral[0].rendered_text(), "Lit.");
    assert_eq!(stage.slack.ephemeral_messages("alice").len(), 1);
    assert!(stage.slack.ephemeral_messages("bob").is_empty());

    let got = stage.app.last_request();
    assert_eq!(got.path, "/slack/commands");
    assert_eq!(got.body["text"], "on <@U0BOB000001|bob> &amp; \"go\"");
    assert_eq!(got.body["user_id"], "U0ALICE0001");
    assert_eq!(got.body["channel_name"], "general");
    assert_eq!(got.body["is_enterprise_install"], "false");
    let request = stage.slack.last_request("alice").unwrap();
    assert!(is_signed(&stage, &got, &request.body()));
}

#[tokio::test]
async fn failed_command_shows_an_error() {
    let stage = Fixture::new().await;
    stage.app.queue_response(500, json!(null));
    let seen = stage.slack.types("alice", "general", "/lantern on").await;
    assert_eq!(seen.status, Some(500));
    assert!(seen.error.unwrap().contains("http_service_error"));

    stage.slack.set_app_url("http://127.0.0.1:1");
    let seen = stage.slack.types("alice", "general", "/lantern on").await;
    assert_eq!(seen.status, None);
    assert!(seen.error.unwrap().contains("dispatch_failed"));

    let seen = stage.slack.types("alice", "general", "/matches").await;
    assert_eq!(seen.error.unwrap(), "/matches is not a valid command.");
}

#[tokio::test]
async fn slash_command_is_rejected_in_a_thread_unless_it_starts_with_a_space() {
    let stage = Fixture::new().await;
    let said = stage.slack.types("alice", "general", " /lantern").await;
    let ts = said.ts.unwrap();
    let reply = async |text| {
        stage
            .slack
            .types_in_thread("bob", "general", &ts, text)
            .await
    };
    let refused = reply("/lantern on").await.error.unwrap();
    assert_eq!(refused, "/lantern is not supported in threads. Sorry!");
    assert!(reply(" /lantern on").await.error.is_none());
    assert_eq!(stage.slack.replies("general", &ts).len(), 1);
}

#[tokio::test]
async fn in_channel_response_is_visible_to_all_members() {
    let stage = Fixture::new().await;
    stage.app.queue_response(
        200,
        json!({"response_type": "in_channel", "text": "Lit for <@U0BOB000001>"}),
    );
    let seen = stage.slack.types("alice", "general", "/lantern on").await;
    assert!(seen.ephemeral.is_empty());
    let read: Vec<String> = stage
        .slack
        .messages("general")
        .iter()
        .map(|m| m.rendered_text().to_owned())
        .collect();
    assert_eq!(read, ["/lantern on", "Lit for @bob"]);
}

#[tokio::test]
async fn events_are_sent_only_for_channels_with_the_bot() {
    let stage = Fixture::new().await;
    stage
        .slack
        .types("alice", "incidents", "anybody here?")
        .await;
    assert!(stage.app.requests().is_empty());
    stage.slack.invite_bot("incidents").await;
    assert_eq!(
        stage.app.events("member_joined_channel")[0]["inviter"],
        "U0ALICE0001"
    );
    let seen = stage
        .slack
        .types("alice", "incidents", "hello @bob <b>")
        .await;
    let event = stage.app.last_request().body["event"].clone();
    assert_eq!(event["text"], "hello <@U0BOB000001> &lt;b&gt;");
    assert_eq!(event["channel_type"], "channel");
    assert_eq!(event["ts"], seen.ts.unwrap());
    assert_eq!(event["blocks"][0]["type"], "rich_text");
}

#[tokio::test]
async fn reactions_edits_and_deletions_send_events() {
    let stage = Fixture::new().await;
    stage.slack.invite_bot("incidents").await;
    let ts = stage
        .slack
        .types("alice", "incidents", "hello")
        .await
        .ts
        .unwrap();
    let last = || stage.app.last_request().body["event"].clone();
    stage
        .slack
        .adds_reaction("bob", "incidents", &ts, "eyes")
        .await;
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
async fn message_timestamps_increase_while_the_clock_is_fixed() {
    let stage = Fixture::new().await;
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

/// Posts a message of the bot with a button and a select in #general. Returns its `ts`.
async fn post_interactive_message(stage: &Fixture) -> String {
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
async fn button_click_payload_contains_its_message() {
    let stage = Fixture::new().await;
    let ts = post_interactive_message(&stage).await;
    let seen = stage
        .slack
        .clicks("bob", "general", &ts, "put_out", None)
        .await;
    assert_eq!(seen.status, Some(200));
    let payload = stage.app.last_request().body;
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
    assert!(seen.was_rejected && seen.status.is_none());
}

#[tokio::test]
async fn selection_in_a_message_is_sent_and_stored() {
    let stage = Fixture::new().await;
    let ts = post_interactive_message(&stage).await;
    stage
        .slack
        .clicks("bob", "general", &ts, "colour", Some("Red"))
        .await;
    let payload = stage.app.last_request().body;
    assert_eq!(payload["actions"][0]["selected_option"]["value"], "red");
    stage
        .slack
        .clicks("bob", "general", &ts, "put_out", None)
        .await;
    let payload = stage.app.last_request().body;
    assert_eq!(
        payload["state"]["values"]["row"]["colour"]["selected_option"]["value"],
        "red"
    );
}

#[tokio::test]
async fn response_url_works_five_times_within_thirty_minutes() {
    let stage = Fixture::new().await;
    stage.slack.types("alice", "general", "/lantern on").await;
    let url = stage.app.last_request().body["response_url"]
        .as_str()
        .unwrap()
        .to_owned();
    let answer = |body: &str| stage.http.post(&url).body(body.to_owned()).send();
    for _ in 0..5 {
        let response = answer(r#"{"text":"Lit"}"#).await.unwrap();
        assert_eq!(response.status(), 200);
    }
    assert_eq!(stage.slack.ephemeral_messages("alice").len(), 5);
    let response = answer(r#"{"text":"Lit"}"#).await.unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            response.text().await.unwrap().contains("used_url")
        ),
        (404, true)
    );

    stage.slack.types("alice", "general", "/lantern on").await;
    let url = stage.app.last_request().body["response_url"]
        .as_str()
        .unwrap()
        .to_owned();
    stage.advance(1801);
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
async fn response_url_replaces_an_ephemeral_message() {
    let stage = Fixture::new().await;
    let blocks = json!([{"type": "actions", "elements": [
        {"type": "button", "action_id": "again", "text": {"type": "plain_text", "text": "Again"}}
    ]}]);
    stage
        .app
        .queue_response(200, json!({"text": "Failed", "blocks": blocks}));
    let seen = stage.slack.types("alice", "general", "/lantern on").await;
    let ts = seen.ephemeral[0].ts.clone();
    stage
        .slack
        .clicks("alice", "general", &ts, "again", None)
        .await;
    let payload = stage.app.last_request().body;
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
    let shown = stage.slack.ephemeral_messages("alice");
    assert_eq!((shown.len(), shown[0].rendered_text()), (1, "Done"));
}

#[tokio::test]
async fn message_shortcut_payload_contains_the_message() {
    let stage = Fixture::new().await;
    let ts = stage
        .slack
        .types("bob", "random", "I am *on* it")
        .await
        .ts
        .unwrap();
    let seen = stage
        .slack
        .runs_message_action("alice", "random", &ts, "keep")
        .await;
    assert_eq!(seen.status, Some(200));
    let payload = stage.app.last_request().body;
    assert_eq!(payload["type"], "message_action");
    assert_eq!(payload["message"]["text"], "I am *on* it");
    assert_eq!(payload["message_ts"], json!(ts));
    assert_eq!(payload["user"]["id"], "U0ALICE0001");
    let seen = stage
        .slack
        .runs_message_action("alice", "random", &ts, "light")
        .await;
    assert!(seen.error.is_some());
}

#[tokio::test]
async fn redelivered_request_has_the_same_body() {
    let stage = Fixture::new().await;
    stage.slack.invite_bot("incidents").await;
    stage.slack.types("alice", "incidents", "hello").await;
    let request = stage.slack.last_request("alice").unwrap();
    let first = stage.app.last_request();
    let seen = stage.slack.redeliver(&request, 2).await;
    let again = stage.app.last_request();
    assert_eq!(seen.status, Some(200));
    assert_eq!(first.body, again.body);
    assert_eq!(again.headers["x-slack-retry-num"], "2");
    assert_eq!(again.headers["x-slack-retry-reason"], "http_timeout");
}

#[tokio::test]
async fn users_cannot_post_in_inaccessible_channels() {
    let stage = Fixture::new().await;
    stage
        .slack
        .add_user("gus", "Gus Guest", "Europe/Paris", AccountKind::Guest);
    stage.slack.add_user(
        "dora",
        "Dora Gone",
        "Europe/Paris",
        AccountKind::Deactivated,
    );
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
        assert!(seen.error.is_some(), "{who} wrote in {channel}");
    }
    assert!(stage.slack.messages("general").is_empty());
    assert_eq!(
        stage.slack.types("bob", "secret", "hello").await.error,
        None
    );
}

#[tokio::test]
async fn channels_are_renamed_archived_unarchived_and_deleted() {
    let stage = Fixture::new().await;
    stage.slack.invite_bot("random").await;
    stage
        .slack
        .renames_channel("alice", "random", "chatter")
        .await;
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
            .error
            .is_some()
    );
    stage.slack.unarchives("alice", "chatter").await;
    assert!(!stage.slack.is_archived("chatter"));
    stage.slack.deletes_channel("alice", "chatter").await;
    assert_eq!(stage.slack.channel("chatter"), None);
}

#[tokio::test]
async fn uninstalled_app_receives_an_event_and_its_calls_are_rejected() {
    let stage = Fixture::new().await;
    stage.slack.uninstall_app().await;
    assert_eq!(stage.app.events("app_uninstalled").len(), 1);
    assert_eq!(
        stage.call("auth.test", json!({})).await["error"],
        "account_inactive"
    );
}
