//! Trouble that tests stage.

use muster::sandbox::{Down, Moment, Sandbox, Trouble};
use serde_json::json;

use crate::app::Stage;

#[tokio::test]
async fn slack_goes_down_in_every_way_and_comes_back() {
    let stage = Stage::new().await;
    let test = || stage.tries("auth.test", json!({}));
    stage.slack.goes_down(Down::Reset);
    assert_eq!(test().await, None);
    stage.slack.goes_down(Down::Status(503));
    assert_eq!(test().await.unwrap().0, 503);
    stage.slack.goes_down(Down::Error("fatal_error"));
    assert_eq!(test().await.unwrap().1["error"], "fatal_error");
    stage.slack.goes_down(Down::Hang);
    let (answer, ()) = tokio::join!(test(), async {
        let came = |slack: &Sandbox| (slack.calls().len() == 4).then_some(());
        assert!(stage.slack.until(came).await.is_some());
        stage.slack.comes_back();
    });
    assert_eq!(answer.unwrap().1["ok"], true);
    let errors: Vec<Option<String>> = stage
        .slack
        .calls()
        .into_iter()
        .map(|call| call.error)
        .collect();
    let word = |word: &str| Some(word.to_owned());
    assert_eq!(
        errors,
        [
            word("connection_reset"),
            word("503"),
            word("fatal_error"),
            None
        ]
    );
}

#[tokio::test]
async fn a_method_fails_as_often_as_it_shall() {
    let stage = Stage::new().await;
    let channel = stage.channel("general");
    let post = || stage.tries("chat.postMessage", json!({"channel": channel, "text": "x"}));
    stage
        .slack
        .fails("chat.postMessage", 2, Trouble::Error("internal_error"));
    stage
        .slack
        .fails("chat.postMessage", 1, Trouble::RateLimited(30));
    stage.slack.fails(
        "chat.postMessage",
        1,
        Trouble::ErrorWith(json!({"error": "missing_scope", "needed": "x"})),
    );
    stage.slack.fails("chat.postMessage", 1, Trouble::Reset);
    for _ in 0..2 {
        assert_eq!(post().await.unwrap().1["error"], "internal_error");
    }
    assert_eq!(post().await.unwrap().0, 429);
    assert_eq!(post().await.unwrap().1["needed"], "x");
    assert_eq!(post().await, None);
    assert!(stage.slack.messages("general").is_empty());
    assert_eq!(post().await.unwrap().1["ok"], true);
}

#[tokio::test]
async fn an_answer_is_lost_after_the_effect() {
    let stage = Stage::new().await;
    stage
        .slack
        .fails("conversations.create", 1, Trouble::LostAnswer);
    assert_eq!(
        stage
            .tries("conversations.create", json!({"name": "fire-1"}))
            .await,
        None
    );
    assert!(stage.slack.channel("fire-1").is_some());
    assert_eq!(stage.slack.calls()[0].error.as_deref(), Some("answer_lost"));
}

#[tokio::test]
async fn a_call_is_held_before_and_after_its_effect() {
    let stage = Stage::new().await;
    let channel = stage.channel("general");
    let post = || stage.tries("chat.postMessage", json!({"channel": channel, "text": "x"}));
    let before = stage.slack.hold("chat.postMessage", Moment::Before);
    let after = stage.slack.hold("chat.postMessage", Moment::After);
    let (answer, ()) = tokio::join!(post(), async {
        before.reached().await;
        assert!(stage.slack.messages("general").is_empty());
        before.release();
        after.reached().await;
        assert_eq!(stage.slack.messages("general").len(), 1);
        after.cut();
    });
    assert_eq!(answer, None);
    assert_eq!(post().await.unwrap().1["ok"], true);
}
