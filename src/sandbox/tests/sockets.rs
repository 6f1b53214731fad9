//! Socket Mode.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use muster_sandbox::DisconnectReason;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::app::Fixture;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn socket_url(fixture: &Fixture) -> String {
    let url = format!("{}/apps.connections.open", fixture.slack.api_url());
    let call = fixture
        .http
        .post(url)
        .bearer_auth(fixture.slack.app_token());
    let told: Value = call.send().await.unwrap().json().await.unwrap();
    told["url"].as_str().unwrap().to_owned()
}

async fn connect(fixture: &Fixture) -> Socket {
    let (mut socket, _) = connect_async(socket_url(fixture).await).await.unwrap();
    assert_eq!(next_message(&mut socket).await.unwrap()["type"], "hello");
    socket
}

/// Returns the next message, or `None` when the connection is closed.
async fn next_message(socket: &mut Socket) -> Option<Value> {
    loop {
        match socket.next().await? {
            Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
            Ok(Message::Ping(_) | Message::Pong(_)) => {}
            Ok(_) | Err(_) => return None,
        }
    }
}

async fn acknowledge(socket: &mut Socket, envelope: &Value, payload: Option<Value>) {
    let mut response = json!({"envelope_id": envelope["envelope_id"]});
    if let Some(payload) = payload {
        response["payload"] = payload;
    }
    socket
        .send(Message::text(response.to_string()))
        .await
        .unwrap();
}

#[tokio::test]
async fn command_is_sent_over_the_socket_while_one_is_open() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let mut socket = connect(&fixture).await;
    assert_eq!(slack.socket_connections(), 1);
    let (result, ()) = tokio::join!(slack.types("alice", "general", "/lantern on"), async {
        let envelope = next_message(&mut socket).await.unwrap();
        assert_eq!(envelope["type"], "slash_commands");
        assert_eq!(envelope["accepts_response_payload"], true);
        assert_eq!(envelope["payload"]["text"], "on");
        acknowledge(&mut socket, &envelope, Some(json!({"text": "Lit."}))).await;
    });
    assert_eq!(result.status, Some(200));
    assert_eq!(result.ephemeral[0].rendered_text(), "Lit.");
    assert!(fixture.app.requests().is_empty());
}

#[tokio::test]
async fn event_envelopes_contain_the_retry_attempt() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let mut socket = connect(&fixture).await;
    let (_, ()) = tokio::join!(slack.invite_bot("incidents"), async {
        for attempt in ["member_joined_channel", "message"] {
            let envelope = next_message(&mut socket).await.unwrap();
            assert_eq!(envelope["payload"]["event"]["type"], attempt);
            assert_eq!(envelope["retry_attempt"], 0);
            acknowledge(&mut socket, &envelope, None).await;
        }
    });
    let request = slack.last_request("alice");
    assert!(request.is_none());
    let request = slack.last_request(&slack.bot_user()).unwrap();
    let (result, ()) = tokio::join!(slack.redeliver(&request, 1), async {
        let envelope = next_message(&mut socket).await.unwrap();
        assert_eq!(envelope["retry_attempt"], 1);
        acknowledge(&mut socket, &envelope, None).await;
    });
    assert_eq!(result.status, Some(200));
}

#[tokio::test]
async fn lost_connection_fails_the_command() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let mut socket = connect(&fixture).await;
    let (result, ()) = tokio::join!(slack.types("alice", "general", "/lantern on"), async {
        next_message(&mut socket).await.unwrap();
        slack.drop_sockets();
    });
    assert_eq!(result.status, None);
    assert!(result.error.unwrap().contains("dispatch_failed"));
    assert_eq!(slack.socket_connections(), 0);
}

#[tokio::test]
async fn missing_acknowledgement_times_out() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    slack.set_ack_timeout(Duration::from_millis(1));
    let _socket = connect(&fixture).await;
    let result = slack.types("alice", "general", "/lantern on").await;
    assert!(result.error.unwrap().contains("operation_timeout"));
}

#[tokio::test]
async fn ticket_is_valid_for_one_connection_within_thirty_seconds() {
    let fixture = Fixture::new().await;
    let url = socket_url(&fixture).await;
    let socket = connect_async(&url).await;
    assert!(socket.is_ok());
    assert!(connect_async(&url).await.is_err());
    let late = socket_url(&fixture).await;
    fixture.advance(31);
    assert!(connect_async(&late).await.is_err());
}

#[tokio::test]
async fn open_connections_receive_disconnect_messages() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    slack.report_connection_count(4);
    let (mut socket, _) = connect_async(socket_url(&fixture).await).await.unwrap();
    assert_eq!(
        next_message(&mut socket).await.unwrap()["num_connections"],
        4
    );
    slack.disconnect_sockets(DisconnectReason::RefreshRequested);
    let told = next_message(&mut socket).await.unwrap();
    assert_eq!(
        (told["type"].as_str(), told["reason"].as_str()),
        (Some("disconnect"), Some("refresh_requested"))
    );
    slack.disconnect_sockets(DisconnectReason::LinkDisabled);
    assert_eq!(
        next_message(&mut socket).await.unwrap()["reason"],
        "link_disabled"
    );
    assert_eq!(next_message(&mut socket).await, None);
    let gone = slack
        .wait_for(|slack| (slack.socket_connections() == 0).then_some(()))
        .await;
    assert!(gone.is_some());
}
