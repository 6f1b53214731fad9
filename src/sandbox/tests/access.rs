//! Web API: tokens, scopes, request bodies, pagination and rate limits.

use muster_sandbox::Limits;
use serde_json::{Value, json};

use crate::app::{Fixture, manifest};

#[tokio::test]
async fn call_requires_a_token_of_the_right_kind() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let call = |token: &str| {
        let call = fixture.http.post(format!("{}/auth.test", slack.api_url()));
        if token.is_empty() {
            call
        } else {
            call.bearer_auth(token)
        }
    };
    for (token, error) in [
        (String::new(), "not_authed"),
        ("xoxb-nonsense".to_owned(), "invalid_auth"),
        (slack.app_token(), "not_allowed_token_type"),
    ] {
        let body: Value = call(&token).send().await.unwrap().json().await.unwrap();
        assert_eq!(body["error"], error);
    }
    let response = call(&slack.bot_token()).send().await.unwrap();
    assert!(
        response.headers()["x-oauth-scopes"]
            .to_str()
            .unwrap()
            .contains("chat:write")
    );
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["user_id"], "U0LANTERN01");
    assert_eq!(body["team"], "Acme");
}

#[tokio::test]
async fn call_without_the_required_scope_is_rejected() {
    let mut manifest = manifest();
    manifest["oauth_config"]["scopes"]["bot"] =
        json!(["commands", "channels:read", "channels:history"]);
    manifest["settings"]["event_subscriptions"]["bot_events"] = json!([]);
    let fixture = Fixture::with_manifest(manifest, Limits::Off).await;
    let rejected = fixture
        .call("pins.add", json!({"channel": "C1", "timestamp": "1.0"}))
        .await;
    assert_eq!(rejected["error"], "missing_scope");
    assert_eq!(rejected["needed"], "pins:write");
    assert_eq!(
        rejected["provided"],
        "commands,channels:read,channels:history"
    );
}

#[tokio::test]
async fn unknown_method_is_rejected_and_logged() {
    let fixture = Fixture::new().await;
    fixture
        .assert_error("chat.shout", json!({"text": "x"}), "unknown_method")
        .await;
    let call = fixture.slack.calls().pop().unwrap();
    assert_eq!(
        (call.method.as_str(), call.error.as_deref()),
        ("chat.shout", Some("unknown_method"))
    );
    assert_eq!(call.arguments["text"], "x");
}

#[tokio::test]
async fn read_methods_ignore_json_bodies() {
    let fixture = Fixture::new().await;
    let rejected = fixture
        .call("users.info", json!({"user": "U0BOB000001"}))
        .await;
    assert_eq!(rejected["error"], "invalid_arguments");
    assert_eq!(
        rejected["response_metadata"]["messages"][0],
        "[ERROR] missing required field: user"
    );
    let response = fixture.get("users.info", &[("user", "U0BOB000001")]).await;
    assert_eq!(response["user"]["tz"], "America/New_York");
    assert_eq!(response["user"]["tz_offset"], -18_000);
}

#[tokio::test]
async fn lists_are_paginated() {
    let fixture = Fixture::new().await;
    let mut names = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = fixture
            .get("conversations.list", &[("limit", "2"), ("cursor", &cursor)])
            .await;
        let channels = page["channels"].as_array().unwrap();
        assert!(channels.len() <= 2);
        names.extend(
            channels
                .iter()
                .map(|c| c["name"].as_str().unwrap().to_owned()),
        );
        cursor = page["response_metadata"]["next_cursor"]
            .as_str()
            .unwrap()
            .to_owned();
        if cursor.is_empty() {
            break;
        }
    }
    assert_eq!(names, ["general", "incidents", "random"]);
    let rejected = fixture.get("conversations.list", &[("cursor", "x")]).await;
    assert_eq!(rejected["error"], "invalid_cursor");
    let rejected = fixture
        .get("conversations.list", &[("types", "secret")])
        .await;
    assert_eq!(rejected["error"], "invalid_types");
}

#[tokio::test]
async fn calls_are_rate_limited_when_limits_are_on() {
    let fixture = Fixture::with_manifest(manifest(), Limits::Slack).await;
    let post = |channel: String| {
        fixture.try_call("chat.postMessage", json!({"channel": channel, "text": "x"}))
    };
    let (general, random) = (fixture.channel("general"), fixture.channel("random"));
    assert_eq!(post(general.clone()).await.unwrap().0, 200);
    let (status, body) = post(general.clone()).await.unwrap();
    assert_eq!((status, body["error"].as_str()), (429, Some("ratelimited")));
    assert_eq!(post(random).await.unwrap().0, 200);
    fixture.advance(1);
    assert_eq!(post(general).await.unwrap().0, 200);
    let rejected = fixture
        .slack
        .calls()
        .into_iter()
        .filter(|call| call.error.is_some());
    assert_eq!(rejected.count(), 1);
}
