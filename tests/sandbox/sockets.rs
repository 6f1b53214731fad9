//! Socket Mode.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use muster::sandbox::Disconnect;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::app::Stage;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn address(stage: &Stage) -> String {
    let url = format!("{}/apps.connections.open", stage.slack.api_url());
    let call = stage.http.post(url).bearer_auth(stage.slack.app_token());
    let told: Value = call.send().await.unwrap().json().await.unwrap();
    told["url"].as_str().unwrap().to_owned()
}

async fn connected(stage: &Stage) -> Socket {
    let (mut socket, _) = connect_async(address(stage).await).await.unwrap();
    assert_eq!(next(&mut socket).await.unwrap()["type"], "hello");
    socket
}

/// Gives the next message; None when the connection is closed.
async fn next(socket: &mut Socket) -> Option<Value> {
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
async fn a_command_goes_over_the_socket_while_one_is_open() {
    let stage = Stage::new().await;
    let mut socket = connected(&stage).await;
    assert_eq!(stage.slack.socket_connections(), 1);
    let (seen, ()) = tokio::join!(
        stage.slack.types("alice", "general", "/lantern on"),
        async {
            let envelope = next(&mut socket).await.unwrap();
            assert_eq!(envelope["type"], "slash_commands");
            assert_eq!(envelope["accepts_response_payload"], true);
            assert_eq!(envelope["payload"]["text"], "on");
            acknowledge(&mut socket, &envelope, Some(json!({"text": "Lit."}))).await;
        }
    );
    assert_eq!(seen.status, Some(200));
    assert_eq!(seen.ephemeral[0].as_read(), "Lit.");
    assert!(stage.app.got().is_empty());
}

#[tokio::test]
async fn events_carry_their_attempt() {
    let stage = Stage::new().await;
    let mut socket = connected(&stage).await;
    let (_, ()) = tokio::join!(stage.slack.invites_bot("incidents"), async {
        for attempt in ["member_joined_channel", "message"] {
            let envelope = next(&mut socket).await.unwrap();
            assert_eq!(envelope["payload"]["event"]["type"], attempt);
            assert_eq!(envelope["retry_attempt"], 0);
            acknowledge(&mut socket, &envelope, None).await;
        }
    });
    let request = stage.slack.last_request("alice");
    assert!(request.is_none());
    let request = stage.slack.last_request(&stage.slack.bot_user()).unwrap();
    let (seen, ()) = tokio::join!(stage.slack.redelivers(&request, 1), async {
        let envelope = next(&mut socket).await.unwrap();
        assert_eq!(envelope["retry_attempt"], 1);
        acknowledge(&mut socket, &envelope, None).await;
    });
    assert_eq!(seen.status, Some(200));
}

#[tokio::test]
async fn a_lost_connection_is_no_answer() {
    let stage = Stage::new().await;
    let mut socket = connected(&stage).await;
    let (seen, ()) = tokio::join!(
        stage.slack.types("alice", "general", "/lantern on"),
        async {
            next(&mut socket).await.unwrap();
            stage.slack.socket_drops();
        }
    );
    assert_eq!(seen.status, None);
    assert!(seen.trouble.unwrap().contains("dispatch_failed"));
    assert_eq!(stage.slack.socket_connections(), 0);
}

#[tokio::test]
async fn no_acknowledgement_is_a_timeout() {
    let stage = Stage::new().await;
    stage.slack.patience(Duration::from_millis(1));
    let _socket = connected(&stage).await;
    let seen = stage.slack.types("alice", "general", "/lantern on").await;
    assert!(seen.trouble.unwrap().contains("operation_timeout"));
}

#[tokio::test]
async fn a_ticket_is_good_once_and_soon() {
    let stage = Stage::new().await;
    let url = address(&stage).await;
    let socket = connect_async(&url).await;
    assert!(socket.is_ok());
    assert!(connect_async(&url).await.is_err());
    let late = address(&stage).await;
    stage.later(31);
    assert!(connect_async(&late).await.is_err());
}

#[tokio::test]
async fn connections_are_told_to_go() {
    let stage = Stage::new().await;
    stage.slack.sockets_want(4);
    let (mut socket, _) = connect_async(address(&stage).await).await.unwrap();
    assert_eq!(next(&mut socket).await.unwrap()["num_connections"], 4);
    stage.slack.socket_disconnects(Disconnect::RefreshRequested);
    let told = next(&mut socket).await.unwrap();
    assert_eq!(
        (told["type"].as_str(), told["reason"].as_str()),
        (Some("disconnect"), Some("refresh_requested"))
    );
    stage.slack.socket_disconnects(Disconnect::LinkDisabled);
    assert_eq!(next(&mut socket).await.unwrap()["reason"], "link_disabled");
    assert_eq!(next(&mut socket).await, None);
    let gone = stage
        .slack
        .until(|slack| (slack.socket_connections() == 0).then_some(()))
        .await;
    assert!(gone.is_some());
}
