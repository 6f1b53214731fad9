//! Events: which ones come, and what happens when the app does not take them.

use muster::sandbox::{Limits, Retries};
use serde_json::{Value, json};

use crate::app::{Stage, manifest};

#[tokio::test]
async fn what_the_bot_does_is_told_as_events_too() {
    let stage = Stage::new().await;
    stage.slack.invites_bot("general").await;
    let post = json!({"channel": stage.channel("general"), "text": "Burning"});
    stage.call("chat.postMessage", post).await;
    stage.slack.settled().await;
    let event = stage.app.events("message").pop().unwrap();
    assert_eq!(event["text"], "Burning");
    assert_eq!(event["bot_id"], "B0LANTERN01");
}

#[tokio::test]
async fn an_event_that_was_not_taken_comes_again() {
    let stage = Stage::new().await;
    stage.slack.invites_bot("general").await;
    stage.slack.retries(Retries::AsSlack);
    let before = stage.app.got().len();
    stage.app.answers(503, Value::Null);
    let seen = stage.slack.types("alice", "general", "hello").await;
    assert_eq!(seen.status, Some(503));
    stage.slack.settled().await;
    let got = stage.app.got().split_off(before);
    assert_eq!(got.len(), 2);
    assert_eq!(got[0].body["event_id"], got[1].body["event_id"]);
    assert_eq!(got[1].headers["x-slack-retry-num"], "1");
    assert_eq!(got[1].headers["x-slack-retry-reason"], "http_error");
}

#[tokio::test]
async fn only_subscribed_events_come() {
    let mut manifest = manifest();
    manifest["settings"]["event_subscriptions"]["bot_events"] = json!(["channel_archive"]);
    let stage = Stage::with(manifest, Limits::Off).await;
    stage.slack.invites_bot("random").await;
    stage.slack.types("alice", "random", "hello").await;
    stage.slack.archives("alice", "random").await;
    let kinds: Vec<Value> = stage
        .app
        .got()
        .iter()
        .map(|got| got.body["event"]["type"].clone())
        .collect();
    assert_eq!(kinds, ["channel_archive"]);
}

#[tokio::test]
async fn a_direct_message_to_the_bot_is_an_event() {
    let stage = Stage::new().await;
    let channel = stage
        .slack
        .opens_direct_message("alice", "lantern")
        .unwrap();
    stage.slack.types("alice", &channel, "hello").await;
    let event = stage.app.events("message").pop().unwrap();
    assert_eq!(
        (&event["channel"], &event["channel_type"]),
        (&json!(channel), &json!("im"))
    );
    let post = json!({"channel": stage.slack.person("alice"), "text": "Hello yourself"});
    let posted = stage.call("chat.postMessage", post).await;
    assert_eq!(posted["channel"], json!(channel));
}

#[tokio::test]
async fn the_address_is_checked_with_a_challenge() {
    let stage = Stage::new().await;
    assert!(!stage.slack.verifies_address().await);
    let challenge = stage.app.last().body["challenge"].clone();
    stage.app.answers(200, json!({"challenge": challenge}));
    assert!(stage.slack.verifies_address().await);
}
