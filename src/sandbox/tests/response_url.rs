//! Responses to the response URL of a command or a click.

use serde_json::json;

use crate::app::Fixture;

#[tokio::test]
async fn response_url_works_five_times_within_thirty_minutes() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    slack.types("alice", "general", "/lantern on").await;
    let url = fixture.last_body()["response_url"]
        .as_str()
        .unwrap()
        .to_owned();
    let respond = |body: &str| fixture.http.post(&url).body(body.to_owned()).send();
    for _ in 0..5 {
        let response = respond(r#"{"text":"Lit"}"#).await.unwrap();
        assert_eq!(response.status(), 200);
    }
    assert_eq!(slack.ephemeral_messages("alice").len(), 5);
    let response = respond(r#"{"text":"Lit"}"#).await.unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            response.text().await.unwrap().contains("used_url")
        ),
        (404, true)
    );

    slack.types("alice", "general", "/lantern on").await;
    let url = fixture.last_body()["response_url"]
        .as_str()
        .unwrap()
        .to_owned();
    fixture.advance(1801);
    let response = fixture
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
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let blocks = json!([{"type": "actions", "elements": [
        {"type": "button", "action_id": "again", "text": {"type": "plain_text", "text": "Again"}}
    ]}]);
    fixture.queue(json!({"text": "Failed", "blocks": blocks}));
    let result = slack.types("alice", "general", "/lantern on").await;
    let ts = result.ephemeral[0].ts.clone();
    slack.clicks("alice", "general", &ts, "again", None).await;
    let payload = fixture.last_body();
    assert_eq!(payload["container"]["is_ephemeral"], true);
    assert!(payload.get("message").is_none());
    let url = payload["response_url"].as_str().unwrap();
    let body = r#"{"replace_original":true,"text":"Done"}"#;
    assert_eq!(
        fixture
            .http
            .post(url)
            .body(body)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    let messages = slack.ephemeral_messages("alice");
    assert_eq!((messages.len(), messages[0].rendered_text()), (1, "Done"));
}
