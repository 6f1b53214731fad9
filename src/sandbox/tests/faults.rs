//! Injected faults.

use muster_sandbox::{Fault, HoldPoint, Outage, Sandbox};
use serde_json::json;

use crate::app::Fixture;

#[tokio::test]
async fn every_kind_of_outage_starts_and_ends() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let test = || fixture.try_call("auth.test", json!({}));
    slack.start_outage(Outage::Reset);
    assert_eq!(test().await, None);
    slack.start_outage(Outage::Status(503));
    assert_eq!(test().await.unwrap().0, 503);
    slack.start_outage(Outage::Error("fatal_error"));
    assert_eq!(test().await.unwrap().1["error"], "fatal_error");
    slack.start_outage(Outage::Hang);
    let (response, ()) = tokio::join!(test(), async {
        let came = |slack: &Sandbox| (slack.calls().len() == 4).then_some(());
        assert!(slack.wait_for(came).await.is_some());
        slack.end_outage();
    });
    assert_eq!(response.unwrap().1["ok"], true);
    let errors: Vec<Option<String>> = slack.calls().into_iter().map(|call| call.error).collect();
    let error = |error: &str| Some(error.to_owned());
    assert_eq!(
        errors,
        [
            error("connection_reset"),
            error("503"),
            error("fatal_error"),
            None
        ]
    );
}

#[tokio::test]
async fn method_fails_the_requested_number_of_times() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let channel = fixture.channel("general");
    let post = || fixture.try_call("chat.postMessage", json!({"channel": channel, "text": "x"}));
    slack.fail_calls("chat.postMessage", 2, Fault::Error("internal_error"));
    slack.fail_calls("chat.postMessage", 1, Fault::RateLimited(30));
    slack.fail_calls(
        "chat.postMessage",
        1,
        Fault::ErrorBody(json!({"error": "missing_scope", "needed": "x"})),
    );
    slack.fail_calls("chat.postMessage", 1, Fault::Reset);
    for _ in 0..2 {
        assert_eq!(post().await.unwrap().1["error"], "internal_error");
    }
    assert_eq!(post().await.unwrap().0, 429);
    assert_eq!(post().await.unwrap().1["needed"], "x");
    assert_eq!(post().await, None);
    assert!(slack.messages("general").is_empty());
    assert_eq!(post().await.unwrap().1["ok"], true);
}

#[tokio::test]
async fn lost_response_keeps_the_effect() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    slack.fail_calls("conversations.create", 1, Fault::LostResponse);
    assert_eq!(
        fixture
            .try_call("conversations.create", json!({"name": "fire-1"}))
            .await,
        None
    );
    assert!(slack.channel("fire-1").is_some());
    assert_eq!(slack.calls()[0].error.as_deref(), Some("response_lost"));
}

#[tokio::test]
async fn call_pauses_before_and_after_its_effect() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let channel = fixture.channel("general");
    let post = || fixture.try_call("chat.postMessage", json!({"channel": channel, "text": "x"}));
    let before = slack.hold_call("chat.postMessage", HoldPoint::Before);
    let after = slack.hold_call("chat.postMessage", HoldPoint::After);
    let (response, ()) = tokio::join!(post(), async {
        before.wait_for_call().await;
        assert!(slack.messages("general").is_empty());
        before.release();
        after.wait_for_call().await;
        assert_eq!(slack.messages("general").len(), 1);
        after.drop_connection();
    });
    assert_eq!(response, None);
    assert_eq!(post().await.unwrap().1["ok"], true);
}
