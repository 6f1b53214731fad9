//! Socket Mode: WebSocket connections, envelopes and disconnects
//! (docs.slack.dev/apis/events-api/using-socket-mode).

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request as HttpRequest, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use futures_util::{SinkExt, StreamExt};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

use crate::app_requests::{AppResponse, DeliveryFailure, Request, Retry};
use crate::ids;
use crate::server::Shared;
use crate::web_api;
use crate::{DisconnectReason, Sandbox};

/// The open connections, and the envelopes that wait for an acknowledgement.
#[derive(Default)]
pub(crate) struct Sockets {
    connections: Vec<Connection>,
    pending_acks: HashMap<String, PendingAck>,
    serial: u64,
    /// The number of connections reported in `hello`. `None` reports the actual number.
    pub(crate) reported_connections: Option<usize>,
}

struct Connection {
    id: u64,
    frames: mpsc::UnboundedSender<Frame>,
    /// The connection was asked to close and gets new payloads only while all others were, too.
    is_draining: bool,
}

struct PendingAck {
    connection: u64,
    response: oneshot::Sender<Value>,
}

/// An instruction for a connection's task.
enum Frame {
    Text(String),
    /// Closes the connection with a close frame after this time.
    CloseAfter(Duration),
    /// Drops the connection without a close frame.
    Drop,
}

/// The maximum number of connections per app.
const MAX_CONNECTIONS: usize = 10;
/// The lifetime of a ticket, in seconds.
const TICKET_LIFETIME: i64 = 30;
/// Slack's ping interval.
const PING_INTERVAL: Duration = Duration::from_secs(10);
/// How long a connection stays open after its disconnect message.
const DRAIN_PERIOD: Duration = Duration::from_secs(10);

impl Shared {
    /// Runs `work` on the connections.
    pub(crate) fn with_sockets<T>(&self, work: impl FnOnce(&mut Sockets) -> T) -> T {
        let mut sockets = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut sockets)
    }

    /// Sends a request over a connection and waits for the acknowledgement. Returns `None` if no
    /// connection is open.
    pub(crate) async fn deliver_to_socket(
        &self,
        request: &Request,
        retry: Option<&Retry>,
        patience: Duration,
    ) -> Option<AppResponse> {
        self.deliver_envelope(|id| request.envelope(id, retry), patience)
            .await
    }

    /// Sends the envelope that is built for its ID and waits for the acknowledgement. Returns
    /// `None` if no connection is open.
    pub(crate) async fn deliver_envelope(
        &self,
        envelope: impl FnOnce(&str) -> Value,
        timeout: Duration,
    ) -> Option<AppResponse> {
        let (id, acknowledged) = self.with_sockets(|sockets| sockets.send(envelope))?;
        let outcome = tokio::time::timeout(timeout, acknowledged).await;
        self.with_sockets(|sockets| sockets.pending_acks.remove(&id));
        Some(match outcome {
            Err(_) => AppResponse::failed(DeliveryFailure::Timeout),
            Ok(Err(_)) => AppResponse::failed(DeliveryFailure::Connection),
            Ok(Ok(payload)) => AppResponse {
                status: Some(200),
                body: response_body(&payload),
                is_json: true,
                ..AppResponse::default()
            },
        })
    }

    /// Sends a disconnect message to every connection.
    pub(crate) fn disconnect(&self, reason: DisconnectReason) {
        let message = json!({
            "type": "disconnect", "reason": reason.as_str(), "debug_info": debug_info(),
        });
        let rest = match reason {
            DisconnectReason::Warning | DisconnectReason::RefreshRequested => DRAIN_PERIOD,
            DisconnectReason::LinkDisabled | DisconnectReason::TooManyWebsockets => Duration::ZERO,
        };
        self.with_sockets(|sockets| {
            for connection in &mut sockets.connections {
                connection.is_draining = true;
                // A send fails only if the task has ended. Such a connection is about to be removed.
                let _ = connection.frames.send(Frame::Text(message.to_string()));
                let _ = connection.frames.send(Frame::CloseAfter(rest));
            }
        });
    }

    /// Drops every connection without a close frame.
    pub(crate) fn drop_sockets(&self) {
        self.with_sockets(|sockets| {
            for connection in &sockets.connections {
                let _ = connection.frames.send(Frame::Drop);
            }
            sockets.connections.clear();
            sockets.pending_acks.clear();
        });
    }
}

impl Sockets {
    /// Returns the number of open connections.
    pub(crate) fn count(&self) -> usize {
        self.connections.len()
    }

    /// Sends an envelope over one of the connections.
    fn send(
        &mut self,
        envelope: impl FnOnce(&str) -> Value,
    ) -> Option<(String, oneshot::Receiver<Value>)> {
        self.serial += 1;
        let fresh: Vec<&Connection> = self.connections.iter().filter(|c| !c.is_draining).collect();
        let usable = if fresh.is_empty() {
            self.connections.iter().collect()
        } else {
            fresh
        };
        let serial = usize::try_from(self.serial).unwrap_or(0);
        let connection = usable.get(serial % usable.len().max(1))?;
        let id = ids::uuid(&format!("envelope {}", self.serial));
        let (response, acknowledged) = oneshot::channel();
        let text = envelope(&id).to_string();
        // If the connection's task has ended, the sender is dropped below and the waiting request fails.
        if connection.frames.send(Frame::Text(text)).is_ok() {
            let connection = connection.id;
            self.pending_acks.insert(
                id.clone(),
                PendingAck {
                    connection,
                    response,
                },
            );
        }
        Some((id, acknowledged))
    }

    fn acknowledge(&mut self, text: &str) {
        let Ok(mut message) = serde_json::from_str::<Value>(text) else {
            return;
        };
        let id = message["envelope_id"].as_str().unwrap_or_default();
        if let Some(waiting) = self.pending_acks.remove(id) {
            // The request may have timed out already; then the payload is discarded.
            let _ = waiting.response.send(message["payload"].take());
        }
    }

    fn add(&mut self, frames: mpsc::UnboundedSender<Frame>) -> u64 {
        self.serial += 1;
        let id = self.serial;
        self.connections.push(Connection {
            id,
            frames,
            is_draining: false,
        });
        id
    }

    fn remove(&mut self, id: u64) {
        self.connections.retain(|connection| connection.id != id);
        self.pending_acks
            .retain(|_, waiting| waiting.connection != id);
    }
}

/// Opens a connection for a client with a valid ticket.
pub(crate) async fn connect(
    State(sandbox): State<Sandbox>,
    mut request: HttpRequest,
) -> Response<Body> {
    let shared = Arc::clone(&sandbox.shared);
    let query = web_api::parse_query(request.uri().query().unwrap_or_default());
    let ticket = query.iter().find(|(name, _)| name == "ticket");
    if !ticket.is_some_and(|(_, ticket)| consume_ticket(&shared, ticket)) {
        return error_response(StatusCode::FORBIDDEN);
    }
    let Some(key) = request.headers().get(header::SEC_WEBSOCKET_KEY) else {
        return error_response(StatusCode::BAD_REQUEST);
    };
    let Ok(accepted) = HeaderValue::from_str(&derive_accept_key(key.as_bytes())) else {
        return error_response(StatusCode::BAD_REQUEST);
    };
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        if let Ok(upgraded) = upgrade.await {
            let stream = TokioIo::new(upgraded);
            let socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
            let stopping = shared.stopping.clone();
            tokio::select! {
                () = stopping.cancelled() => {}
                () = run_connection(&shared, socket) => {}
            }
        }
    });
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(header::SEC_WEBSOCKET_ACCEPT, accepted);
    response
}

type Socket = WebSocketStream<TokioIo<hyper::upgrade::Upgraded>>;

/// Runs one connection until it is closed.
async fn run_connection(shared: &Arc<Shared>, mut socket: Socket) {
    let (frames, sent) = mpsc::unbounded_channel();
    let id = shared
        .with_sockets(|sockets| (sockets.count() < MAX_CONNECTIONS).then(|| sockets.add(frames)));
    let Some(id) = id else {
        let reason = DisconnectReason::TooManyWebsockets.as_str();
        let message = json!({"type": "disconnect", "reason": reason, "debug_info": debug_info()});
        // The app may have closed the connection already.
        let _ = socket.send(Message::text(message.to_string())).await;
        let _ = socket.close(None).await;
        return;
    };
    if socket
        .send(Message::text(hello(shared).to_string()))
        .await
        .is_ok()
    {
        exchange_frames(shared, socket, sent).await;
    }
    shared.with_sockets(|sockets| sockets.remove(id));
    shared.change(|_| ());
}

/// Sends frames and reads acknowledgements until the connection is closed.
async fn exchange_frames(
    shared: &Shared,
    mut socket: Socket,
    mut sent: mpsc::UnboundedReceiver<Frame>,
) {
    let mut pings = tokio::time::interval(PING_INTERVAL);
    let mut closing = None;
    loop {
        let closes = async {
            match closing.as_mut() {
                Some(rest) => Pin::new(rest).await,
                None => std::future::pending().await,
            }
        };
        let message = tokio::select! {
            frame = sent.recv() => match frame {
                Some(Frame::Text(text)) => Message::text(text),
                Some(Frame::CloseAfter(rest)) => {
                    closing = Some(Box::pin(tokio::time::sleep(rest)));
                    continue;
                }
                Some(Frame::Drop) | None => return,
            },
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    shared.with_sockets(|sockets| sockets.acknowledge(&text));
                    continue;
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => continue,
            },
            _ = pings.tick() => Message::Ping(b"Ping from sandbox".to_vec().into()),
            () = closes => Message::Close(None),
        };
        let is_close = message.is_close();
        if socket.send(message).await.is_err() || is_close {
            return;
        }
    }
}

fn hello(shared: &Shared) -> Value {
    let connections =
        shared.with_sockets(|sockets| sockets.reported_connections.unwrap_or(sockets.count()));
    let app_id = shared.with(|workspace| workspace.app.id.clone());
    shared.change(|_| ());
    json!({
        "type": "hello", "num_connections": connections, "debug_info": debug_info(),
        "connection_info": {"app_id": app_id},
    })
}

fn debug_info() -> Value {
    json!({"host": "applink-sandbox", "build_number": 1, "approximate_connection_time": 18060})
}

fn consume_ticket(shared: &Shared, ticket: &str) -> bool {
    shared.with(|workspace| {
        let now = workspace.now();
        let issued_at = workspace.tickets.remove(ticket);
        issued_at.is_some_and(|at| (now - at).num_seconds() <= TICKET_LIFETIME)
    })
}

fn error_response(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Returns the payload of an acknowledgement as the body of an HTTP response.
fn response_body(payload: &Value) -> String {
    match payload {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Object(fields) if fields.is_empty() => String::new(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            payload.to_string()
        }
    }
}
