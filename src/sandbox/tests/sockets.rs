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

async fn socket_url(stage: &Fixture) -> String {
    let url = format!("{}/apps.connections.open", stage.slack.api_url());
    let call = stage.http.post(url).bearer_auth(stage.slack.app_token());
    let told: Value = call.send().await.unwrap().json().await.unwrap();
    told["url"].as_str().unwrap().to_owned()
}

async fn connect(stage: &Fixture) -> Socket {
    let (mut socket, _) = connect_async(socket_url(stage).await).await.unwrap();
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
    let mut answer = json!({"envelope_id": envelope["envelope_id"]});
    if let Some(payload) = payload {
        answer["payload"] = payload;
    }
    socket
        .send(Message::text(answer.to_string()))
        .await
        .unwrap();
}

#[tokio::test]
async fn command_is_sent_over_the_socket_while_one_is_open() {
    let stage = Fixture::new().await;
    let mut socket = connect(&stage).await;
    assert_eq!(stage.slack.socket_connections(), 1);
    let (seen, ()) = tokio::join!(
        stage.slack.types("alice", "general", "/lantern on"),
        async {
            let envelope = next_message(&mut socket).await.unwrap();
            assert_eq!(envelope["type"], "slash_commands");
            assert_eq!(envelope["accepts_response_payload"], true);
            assert_eq!(envelope["payload"]["text"], "on");
            acknowledge(&mut socket, &envelope, Some(json!({"text": "Lit."}))).await;
        }
    );
    assert_eq!(seen.status, Some(200));
    assert_eq!(seen.ephemeral[0].rendered_text(), "Lit.");
    assert!(stage.app.requests().is_empty());
}

#[tokio::test]
async fn event_envelopes_contain_the_retry_attempt() {
    let stage = Fixture::new().await;
    let mut socket = connect(&stage).await;
    let (_, ()) = tokio::join!(stage.slack.invite_bot("incidents"), async {
        for attempt in ["member_joined_channel", "message"] {
            let envelope = next_message(&mut socket).await.unwrap();
            assert_eq!(envelope["payload"]["event"]["type"], attempt);
            assert_eq!(envelope["retry_attempt"], 0);
            acknowledge(&mut socket, &envelope, None).await;
        }
    });
    let request = stage.slack.last_request("alice");
    assert!(request.is_none());
    let request = stage.slack.last_request(&stage.slack.bot_user()).unwrap();
    let (seen, ()) = tokio::join!(stage.slack.redeliver(&request, 1), async {
        let envelope = next_message(&mut socket).await.unwrap();
        assert_eq!(envelope["retry_attempt"], 1);
        acknowledge(&mut socket, &envelope, None).await;
    });
    assert_eq!(seen.status, Some(200));
}

#[tokio::test]
async fn lost_connection_fails_the_command() {
    let stage = Fixture::new().await;
    let mut socket = connect(&stage).await;
    let (seen, ()) = tokio::join!(
        stage.slack.types("alice", "general", "/lantern on"),
        async {
            next_message(&mut socket).await.unwrap();
            stage.slack.drop_sockets();
        }
    );
    assert_eq!(seen.status, None);
    assert!(seen.error.unwrap().contains("dispatch_failed"));
    assert_eq!(stage.slack.socket_connections(), 0);
}

#[tokio::test]
async fn missing_acknowledgement_times_out() {
    let stage = Fixture::new().await;
    stage.slack.set_ack_timeout(Duration::from_millis(1));
    let _socket = connect(&stage).await;
    let seen = stage.slack.types("alice", "general", "/lantern on").await;
    assert!(seen.error.unwrap().contains("operation_timeout"));
}

#[tokio::test]
async fn ticket_is_valid_for_one_connection_within_thirty_seconds() {
    let stage = Fixture::new().await;
    let url = socket_url(&stage).await;
    let socket = connect_async(&url).await;
    assert!(socket.is_ok());
    assert!(connect_async(&url).await.is_err());
    let late = socket_url(&stage).await;
    stage.advance(31);
    assert!(connect_async(&late).await.is_err());
}

#[tokio::test]
async fn open_connections_receive_disconnect_messages() {
    let stage = Fixture::new().await;
    stage.slack.report_connection_count(4);
    let (mut socket, _) = connect_async(socket_url(&stage).await).await.unwrap();
    assert_eq!(
        next_message(&mut socket).await.unwrap()["num_connections"],
        4
    );
    stage
        .slack
        .disconnect_sockets(DisconnectReason::RefreshRequested);
    let told = next_message(&mut socket).await.unwrap();
    assert_eq!(
        (told["type"].as_str(), told["reason"].as_str()),
        (Some("disconnect"), Some("refresh_requested"))
    );
    stage
        .slack
        .disconnect_sockets(DisconnectReason::LinkDisabled);
    assert_eq!(
        next_message(&mut socket).await.unwrap()["reason"],
        "link_disabled"
    );
    assert_eq!(next_message(&mut socket).await, None);
    let gone = stage
        .slack
        .wait_for(|slack| (slack.socket_connections() == 0).then_some(()))
        .await;
    assert!(gone.is_some());
}
