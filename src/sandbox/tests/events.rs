//! Events: subscriptions, retries, and verification of the request URL.

use muster_sandbox::{Limits, Retries};
use serde_json::{Value, json};

use crate::app::{Fixture, manifest};

#[tokio::test]
async fn bot_message_is_sent_as_an_event() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    slack.invite_bot("general").await;
    let post = json!({"channel": fixture.channel("general"), "text": "Burning"});
    fixture.call("chat.postMessage", post).await;
    slack.wait_until_idle().await;
    let event = fixture.app.events("message").pop().unwrap();
    assert_eq!(event["text"], "Burning");
    assert_eq!(event["bot_id"], "B0LANTERN01");
}

#[tokio::test]
async fn failed_event_is_retried() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    slack.invite_bot("general").await;
    slack.set_retries(Retries::LikeSlack);
    let before = fixture.app.requests().len();
    fixture.app.queue_response(503, Value::Null);
    let result = slack.types("alice", "general", "hello").await;
    assert_eq!(result.status, Some(503));
    slack.wait_until_idle().await;
    let got = fixture.app.requests().split_off(before);
    assert_eq!(got.len(), 2);
    assert_eq!(got[0].body["event_id"], got[1].body["event_id"]);
    assert_eq!(got[1].headers["x-slack-retry-num"], "1");
    assert_eq!(got[1].headers["x-slack-retry-reason"], "http_error");
}

#[tokio::test]
async fn only_subscribed_events_are_sent() {
    let mut manifest = manifest();
    manifest["settings"]["event_subscriptions"]["bot_events"] = json!(["channel_archive"]);
    let fixture = Fixture::with_manifest(manifest, Limits::Off).await;
    let slack = &fixture.slack;
    slack.invite_bot("random").await;
    slack.types("alice", "random", "hello").await;
    slack.archives("alice", "random").await;
    let kinds: Vec<Value> = fixture
        .app
        .requests()
        .iter()
        .map(|got| got.body["event"]["type"].clone())
        .collect();
    assert_eq!(kinds, ["channel_archive"]);
}

#[tokio::test]
async fn direct_message_to_the_bot_is_sent_as_an_event() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let channel = slack.opens_direct_message("alice", "lantern").unwrap();
    slack.types("alice", &channel, "hello").await;
    let event = fixture.app.events("message").pop().unwrap();
    assert_eq!(
        (&event["channel"], &event["channel_type"]),
        (&json!(channel), &json!("im"))
    );
    let post = json!({"channel": slack.user("alice"), "text": "Hello yourself"});
    let posted = fixture.call("chat.postMessage", post).await;
    assert_eq!(posted["channel"], json!(channel));
}

#[tokio::test]
async fn request_url_is_verified_with_a_challenge() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    assert!(!slack.verify_request_url().await);
    let challenge = fixture.last_body()["challenge"].clone();
    fixture.queue(json!({"challenge": challenge}));
    assert!(slack.verify_request_url().await);
}
