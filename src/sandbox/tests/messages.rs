//! Messages, slash commands, clicks and reactions: the requests to the app and the results for users.

use muster_sandbox::{AccountKind, Visibility};
use serde_json::json;

use crate::app::{Fixture, is_signed};

#[tokio::test]
async fn slash_command_request_is_signed() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    fixture.queue(json!("Lit."));
    let result = slack
        .types("alice", "#general", "/lantern  on @bob & \"go\" ")
        .await;
    assert_eq!(result.status, Some(200));
    assert_eq!(result.error, None);
    assert_eq!(result.ephemeral[0].rendered_text(), "Lit.");
    assert_eq!(slack.ephemeral_messages("alice").len(), 1);
    assert!(slack.ephemeral_messages("bob").is_empty());

    let got = fixture.app.last_request();
    assert_eq!(got.path, "/slack/commands");
    assert_eq!(got.body["text"], "on <@U0BOB000001|bob> &amp; \"go\"");
    assert_eq!(got.body["user_id"], "U0ALICE0001");
    assert_eq!(got.body["channel_name"], "general");
    assert_eq!(got.body["is_enterprise_install"], "false");
    let request = slack.last_request("alice").unwrap();
    assert!(is_signed(&fixture, &got, &request.body()));
}

#[tokio::test]
async fn failed_command_shows_an_error() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    fixture.app.queue_response(500, json!(null));
    let result = slack.types("alice", "general", "/lantern on").await;
    assert_eq!(result.status, Some(500));
    assert!(result.error.unwrap().contains("http_service_error"));

    slack.set_app_url("http://127.0.0.1:1");
    let result = slack.types("alice", "general", "/lantern on").await;
    assert_eq!(result.status, None);
    assert!(result.error.unwrap().contains("dispatch_failed"));

    let result = slack.types("alice", "general", "/matches").await;
    assert_eq!(result.error.unwrap(), "/matches is not a valid command.");
}

#[tokio::test]
async fn slash_command_is_rejected_in_a_thread_unless_it_starts_with_a_space() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let result = slack.types("alice", "general", " /lantern").await;
    let ts = result.ts.unwrap();
    let reply = async |text| slack.types_in_thread("bob", "general", &ts, text).await;
    let error = reply("/lantern on").await.error.unwrap();
    assert_eq!(error, "/lantern is not supported in threads. Sorry!");
    assert!(reply(" /lantern on").await.error.is_none());
    assert_eq!(slack.replies("general", &ts).len(), 1);
}

#[tokio::test]
async fn in_channel_response_is_visible_to_all_members() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    fixture.queue(json!({"response_type": "in_channel", "text": "Lit for <@U0BOB000001>"}));
    let result = slack.types("alice", "general", "/lantern on").await;
    assert!(result.ephemeral.is_empty());
    let read: Vec<String> = slack
        .messages("general")
        .iter()
        .map(|m| m.rendered_text().to_owned())
        .collect();
    assert_eq!(read, ["/lantern on", "Lit for @bob"]);
}

#[tokio::test]
async fn events_are_sent_only_for_channels_with_the_bot() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    slack.types("alice", "incidents", "is the bot here?").await;
    assert!(fixture.app.requests().is_empty());
    slack.invite_bot("incidents").await;
    assert_eq!(
        fixture.app.events("member_joined_channel")[0]["inviter"],
        "U0ALICE0001"
    );
    let result = slack.types("alice", "incidents", "hello @bob <b>").await;
    let event = fixture.last_body()["event"].clone();
    assert_eq!(event["text"], "hello <@U0BOB000001> &lt;b&gt;");
    assert_eq!(event["channel_type"], "channel");
    assert_eq!(event["ts"], result.ts.unwrap());
    assert_eq!(event["blocks"][0]["type"], "rich_text");
}

#[tokio::test]
async fn reactions_edits_and_deletions_send_events() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    slack.invite_bot("incidents").await;
    let ts = fixture.posts("alice", "incidents", "hello").await;
    let last = || fixture.last_body()["event"].clone();
    slack.adds_reaction("bob", "incidents", &ts, "eyes").await;
    assert_eq!(
        (&last()["type"], &last()["item_user"]),
        (&json!("reaction_added"), &json!("U0ALICE0001"))
    );
    slack.edits("alice", "incidents", &ts, "hello again").await;
    assert_eq!(last()["subtype"], "message_changed");
    assert_eq!(last()["previous_message"]["text"], "hello");
    assert_eq!(last()["message"]["text"], "hello again");
    slack.deletes("alice", "incidents", &ts).await;
    assert_eq!(last()["deleted_ts"], json!(ts));
    let left = slack.messages("incidents");
    assert!(left.iter().all(|message| message.ts != ts));
    assert!(slack.message("incidents", &ts).unwrap().deleted);
}

#[tokio::test]
async fn message_timestamps_increase_while_the_clock_is_fixed() {
    let fixture = Fixture::new().await;
    let first = fixture.posts("alice", "general", "one").await;
    let second = fixture.posts("bob", "general", "two").await;
    assert!(first < second);
    assert!(first.starts_with("1795447205."));
}

/// Posts a message of the bot with a button and a select in #general. Returns its `ts`.
async fn post_interactive_message(fixture: &Fixture) -> String {
    let plain = |text: &str| json!({"type": "plain_text", "text": text});
    let option = json!({"text": plain("Red"), "value": "red"});
    let blocks = json!([
        {"type": "section", "block_id": "text", "text": {"type": "mrkdwn", "text": "Burning"}},
        {"type": "actions", "block_id": "row", "elements": [
            {"type": "button", "action_id": "put_out", "text": plain("Put out"), "value": "7"},
            {"type": "static_select", "action_id": "colour", "options": [option]}
        ]}
    ]);
    let post = json!({"channel": fixture.channel("general"), "text": "Burning", "blocks": blocks});
    let posted = fixture.call("chat.postMessage", post).await;
    posted["ts"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn button_click_payload_contains_its_message() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let ts = post_interactive_message(&fixture).await;
    let result = slack.clicks("bob", "general", &ts, "put_out", None).await;
    assert_eq!(result.status, Some(200));
    let payload = fixture.last_body();
    assert_eq!(payload["type"], "block_actions");
    assert_eq!(payload["container"]["message_ts"], json!(ts));
    assert_eq!(payload["message"]["bot_profile"]["name"], "Lantern");
    assert_eq!(payload["actions"][0]["value"], "7");
    assert_eq!(payload["actions"][0]["block_id"], "row");
    assert_eq!(payload["channel"]["name"], "general");
    let result = slack.clicks("bob", "general", &ts, "nothing", None).await;
    assert!(result.was_rejected && result.status.is_none());
}

#[tokio::test]
async fn selection_in_a_message_is_sent_and_stored() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let ts = post_interactive_message(&fixture).await;
    slack
        .clicks("bob", "general", &ts, "colour", Some("Red"))
        .await;
    let payload = fixture.last_body();
    assert_eq!(payload["actions"][0]["selected_option"]["value"], "red");
    slack.clicks("bob", "general", &ts, "put_out", None).await;
    let payload = fixture.last_body();
    assert_eq!(
        payload["state"]["values"]["row"]["colour"]["selected_option"]["value"],
        "red"
    );
}

#[tokio::test]
async fn message_shortcut_payload_contains_the_message() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let ts = fixture.posts("bob", "random", "I am *on* it").await;
    let result = slack
        .runs_message_action("alice", "random", &ts, "save")
        .await;
    assert_eq!(result.status, Some(200));
    let payload = fixture.last_body();
    assert_eq!(payload["type"], "message_action");
    assert_eq!(payload["message"]["text"], "I am *on* it");
    assert_eq!(payload["message_ts"], json!(ts));
    assert_eq!(payload["user"]["id"], "U0ALICE0001");
    let result = slack
        .runs_message_action("alice", "random", &ts, "light")
        .await;
    assert!(result.error.is_some());
}

#[tokio::test]
async fn redelivered_request_has_the_same_body() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    slack.invite_bot("incidents").await;
    slack.types("alice", "incidents", "hello").await;
    let request = slack.last_request("alice").unwrap();
    let first = fixture.app.last_request();
    let result = slack.redeliver(&request, 2).await;
    let again = fixture.app.last_request();
    assert_eq!(result.status, Some(200));
    assert_eq!(first.body, again.body);
    assert_eq!(again.headers["x-slack-retry-num"], "2");
    assert_eq!(again.headers["x-slack-retry-reason"], "http_timeout");
}

#[tokio::test]
async fn users_cannot_post_in_inaccessible_channels() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    slack.add_user("gus", "Gus Guest", "Europe/Paris", AccountKind::Guest);
    slack.add_user(
        "dora",
        "Dora Gone",
        "Europe/Paris",
        AccountKind::Deactivated,
    );
    slack.add_channel("secret", Visibility::Private, &["bob"]);
    for (who, channel) in [
        ("gus", "general"),
        ("dora", "general"),
        ("alice", "secret"),
        ("nobody", "general"),
    ] {
        let result = slack.types(who, channel, "hello").await;
        assert!(result.error.is_some(), "{who} wrote in {channel}");
    }
    assert!(slack.messages("general").is_empty());
    assert_eq!(slack.types("bob", "secret", "hello").await.error, None);
}

#[tokio::test]
async fn channels_are_renamed_archived_unarchived_and_deleted() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    slack.invite_bot("random").await;
    slack.renames_channel("alice", "random", "chatter").await;
    assert_eq!(
        fixture.app.events("channel_rename")[0]["channel"]["name"],
        "chatter"
    );
    slack.archives("alice", "chatter").await;
    assert_eq!(
        fixture.app.events("channel_archive")[0]["user"],
        "U0ALICE0001"
    );
    assert!(slack.is_archived("chatter"));
    assert!(!slack.members("chatter").contains(&slack.bot_user()));
    assert!(
        slack
            .types("alice", "chatter", "hello")
            .await
            .error
            .is_some()
    );
    slack.unarchives("alice", "chatter").await;
    assert!(!slack.is_archived("chatter"));
    slack.deletes_channel("alice", "chatter").await;
    assert_eq!(slack.channel("chatter"), None);
}

#[tokio::test]
async fn uninstalled_app_receives_an_event_and_its_calls_are_rejected() {
    let fixture = Fixture::new().await;
    fixture.slack.uninstall_app().await;
    assert_eq!(fixture.app.events("app_uninstalled").len(), 1);
    fixture
        .assert_error("auth.test", json!({}), "account_inactive")
        .await;
}
