//! Socket Mode: the app's WebSockets, what goes over them, and how they end (docs.slack.dev/apis/events-api/using-socket-mode).

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

use super::ids;
use super::requests::{Delivered, Failure, Request, Retry};
use super::server::Shared;
use super::web_api;
use super::{Disconnect, Sandbox};

/// The open connections, and the envelopes that wait for their acknowledgement.
#[derive(Default)]
pub(super) struct Sockets {
    connections: Vec<Connection>,
    waiting: HashMap<String, Waiting>,
    serial: u64,
    /// What `hello` says about the number of connections; None: the truth.
    pub(super) told: Option<usize>,
}

struct Connection {
    id: u64,
    frames: mpsc::UnboundedSender<Frame>,
    /// It was told to go and gets no new payloads while there is another.
    is_draining: bool,
}

struct Waiting {
    connection: u64,
    answer: oneshot::Sender<Value>,
}

/// What a connection's task is told.
enum Frame {
    Text(String),
    /// Close it properly, after so long.
    CloseIn(Duration),
    /// Drop it without a word.
    Drop,
}

/// How many connections an app may have.
const MOST_CONNECTIONS: usize = 10;
/// How long a ticket is good, in seconds.
const TICKET_LIFE: i64 = 30;
/// How often Slack pings.
const PING_EVERY: Duration = Duration::from_secs(10);
/// How long a connection stays after it was told to go.
const DRAINING: Duration = Duration::from_secs(10);

impl Shared {
    /// Works on the connections.
    pub(super) fn sockets<T>(&self, work: impl FnOnce(&mut Sockets) -> T) -> T {
        let mut sockets = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut sockets)
    }

    /// Sends a request over a connection and waits for its acknowledgement; None if there is no connection.
    pub(super) async fn deliver_to_socket(
        &self,
        request: &Request,
        retry: Option<&Retry>,
        patience: Duration,
    ) -> Option<Delivered> {
        self.deliver_envelope(|id| request.envelope(id, retry), patience)
            .await
    }

    /// Sends an envelope, made for its id, and waits for its acknowledgement; None if there is no connection.
    pub(super) async fn deliver_envelope(
        &self,
        envelope: impl FnOnce(&str) -> Value,
        patience: Duration,
    ) -> Option<Delivered> {
        let (id, acknowledged) = self.sockets(|sockets| sockets.send(envelope))?;
        let answer = tokio::time::timeout(patience, acknowledged).await;
        self.sockets(|sockets| sockets.waiting.remove(&id));
        Some(match answer {
            Err(_) => Delivered::failed(Failure::Timeout),
            Ok(Err(_)) => Delivered::failed(Failure::Connection),
            Ok(Ok(payload)) => Delivered {
                status: Some(200),
                body: body(&payload),
                is_json: true,
                ..Delivered::default()
            },
        })
    }

    /// Tells every connection to go.
    pub(super) fn disconnect(&self, reason: Disconnect) {
        let message = json!({
            "type": "disconnect", "reason": reason.as_str(), "debug_info": debug_info(),
        });
        let rest = match reason {
            Disconnect::Warning | Disconnect::RefreshRequested => DRAINING,
            Disconnect::LinkDisabled | Disconnect::TooManyWebsockets => Duration::ZERO,
        };
        self.sockets(|sockets| {
            for connection in &mut sockets.connections {
                connection.is_draining = true;
                // A connection whose task has ended takes nothing: it is about to be forgotten.
                let _ = connection.frames.send(Frame::Text(message.to_string()));
                let _ = connection.frames.send(Frame::CloseIn(rest));
            }
        });
    }

    /// Drops every connection without a word.
    pub(super) fn drop_sockets(&self) {
        self.sockets(|sockets| {
            for connection in &sockets.connections {
                let _ = connection.frames.send(Frame::Drop);
            }
            sockets.connections.clear();
            sockets.waiting.clear();
        });
    }
}

impl Sockets {
    /// Gives the number of open connections.
    pub(super) fn count(&self) -> usize {
        self.connections.len()
    }

    /// Sends an envelope over any one connection.
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
        let turn = usize::try_from(self.serial).unwrap_or(0);
        let connection = usable.get(turn % usable.len().max(1))?;
        let id = envelope_id(self.serial);
        let (answer, acknowledged) = oneshot::channel();
        let text = envelope(&id).to_string();
        // If the connection's task has ended, `answer` is dropped below and the sender learns of it.
        if connection.frames.send(Frame::Text(text)).is_ok() {
            let connection = connection.id;
            self.waiting
                .insert(id.clone(), Waiting { connection, answer });
        }
        Some((id, acknowledged))
    }

    fn acknowledge(&mut self, text: &str) {
        let Ok(mut message) = serde_json::from_str::<Value>(text) else {
            return;
        };
        let id = message["envelope_id"].as_str().unwrap_or_default();
        if let Some(waiting) = self.waiting.remove(id) {
            // Whoever waited may have lost patience: then nobody wants it any more.
            let _ = waiting.answer.send(message["payload"].take());
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

    fn forget(&mut self, id: u64) {
        self.connections.retain(|connection| connection.id != id);
        self.waiting.retain(|_, waiting| waiting.connection != id);
    }
}

/// Opens a connection for whoever brings a good ticket.
pub(super) async fn connect(
    State(sandbox): State<Sandbox>,
    mut request: HttpRequest,
) -> Response<Body> {
    let shared = Arc::clone(&sandbox.shared);
    let given = web_api::pairs(request.uri().query().unwrap_or_default());
    let ticket = given.iter().find(|(name, _)| name == "ticket");
    if !ticket.is_some_and(|(_, ticket)| is_good(&shared, ticket)) {
        return refuse(StatusCode::FORBIDDEN);
    }
    let Some(key) = request.headers().get(header::SEC_WEBSOCKET_KEY) else {
        return refuse(StatusCode::BAD_REQUEST);
    };
    let Ok(accepted) = HeaderValue::from_str(&derive_accept_key(key.as_bytes())) else {
        return refuse(StatusCode::BAD_REQUEST);
    };
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        if let Ok(upgraded) = upgrade.await {
            let stream = TokioIo::new(upgraded);
            let socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
            let stopping = shared.stopping.clone();
            tokio::select! {
                () = stopping.cancelled() => {}
                () = run(&shared, socket) => {}
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

/// Runs one connection to its end.
async fn run(shared: &Arc<Shared>, mut socket: Socket) {
    let (frames, sent) = mpsc::unbounded_channel();
    let id =
        shared.sockets(|sockets| (sockets.count() < MOST_CONNECTIONS).then(|| sockets.add(frames)));
    let Some(id) = id else {
        let reason = Disconnect::TooManyWebsockets.as_str();
        let message = json!({"type": "disconnect", "reason": reason, "debug_info": debug_info()});
        // The app may be gone already: then there is nobody to tell.
        let _ = socket.send(Message::text(message.to_string())).await;
        let _ = socket.close(None).await;
        return;
    };
    if socket
        .send(Message::text(hello(shared).to_string()))
        .await
        .is_ok()
    {
        converse(shared, socket, sent).await;
    }
    shared.sockets(|sockets| sockets.forget(id));
    shared.change(|_| ());
}

/// Sends what is to be sent and takes acknowledgements, until the connection ends.
async fn converse(shared: &Shared, mut socket: Socket, mut sent: mpsc::UnboundedReceiver<Frame>) {
    let mut pings = tokio::time::interval(PING_EVERY);
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
                Some(Frame::CloseIn(rest)) => {
                    closing = Some(Box::pin(tokio::time::sleep(rest)));
                    continue;
                }
                Some(Frame::Drop) | None => return,
            },
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    shared.sockets(|sockets| sockets.acknowledge(&text));
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
    let connections = shared.sockets(|sockets| sockets.told.unwrap_or(sockets.count()));
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

fn is_good(shared: &Shared, ticket: &str) -> bool {
    shared.with(|workspace| {
        let now = workspace.now();
        let given = workspace.tickets.remove(ticket);
        given.is_some_and(|at| (now - at).num_seconds() <= TICKET_LIFE)
    })
}

fn refuse(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Gives an acknowledgement's payload as the body of an HTTP answer.
fn body(payload: &Value) -> String {
    match payload {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Object(fields) if fields.is_empty() => String::new(),
        other => other.to_string(),
    }
}

/// Gives an id in the form of a UUID.
fn envelope_id(serial: u64) -> String {
    let digits = ids::secret(&format!("envelope {serial}"), 32);
    let parts = [
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..],
    ];
    parts.join("-")
}
