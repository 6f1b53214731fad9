//! Socket Mode: receives requests over WebSockets, acknowledges them and renews the connections.
//!
//! Slack: docs.slack.dev/apis/events-api/using-socket-mode. An envelope is acknowledged after its changes
//! are stored, on the connection it arrived on. Slack redelivers envelopes that are not acknowledged.

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error as WsError, Message as Frame, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::metrics;
use crate::metrics::{RequestOutcome, Transport};
use crate::slack::dispatch::handle_request;
use crate::slack::request::{Acknowledgement, Request};

/// Number of connections, so that the loss of one does not interrupt service. Slack: at most 10.
const CONNECTIONS: usize = 2;

/// Timeout for establishing a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Interval between pings.
const PING_INTERVAL: Duration = Duration::from_secs(10);

/// A connection without a frame for this long is considered dead.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(30);

/// The maximum back-off between attempts to connect.
const MAX_BACKOFF: Duration = Duration::from_secs(60);

/// The pause after Slack has reported that Socket Mode is disabled.
const DISABLED_BACKOFF: Duration = Duration::from_secs(300);

/// The maximum size of an envelope, in bytes, as for a body over HTTP.
const MAX_ENVELOPE_SIZE: usize = 1024 * 1024;

/// The maximum size of a frame, in bytes. A larger one ends the connection, so that it does not fill the
/// memory.
const MAX_FRAME_SIZE: usize = 8 * 1024 * 1024;

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Why the bot stops reading a connection.
enum ConnectionEnd {
    /// Slack asks for a replacement. It is opened while this connection is still read.
    Replace,
    /// Slack reports too many connections.
    TooMany,
    /// Slack reports that Socket Mode is disabled.
    Disabled,
    /// The connection failed or timed out.
    Broken(String),
    /// The bot is shutting down.
    Stopped,
}

impl ConnectionEnd {
    /// Returns the reason for a gap without a connection; `None` if the next one is opened at once.
    fn reason(&self) -> Option<&str> {
        match self {
            Self::Replace | Self::Stopped => None,
            Self::TooMany => Some("Slack has enough connections of the app"),
            Self::Disabled => Some("Socket Mode is switched off for the app"),
            Self::Broken(why) => Some(why),
        }
    }
}

/// Maintains the connections and handles their requests until `stop`.
pub async fn run(app: App, app_token: String, stop: CancellationToken) {
    app.state.socket_started(app.clock.now());
    let keepers = (0..CONNECTIONS).map(|number| {
        let spare = if number == 0 { Spare::No } else { Spare::Yes };
        maintain_connection(app.clone(), app_token.clone(), spare, stop.clone())
    });
    futures_util::future::join_all(keepers).await;
}

/// Whether the connection is redundant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spare {
    Yes,
    No,
}

/// Maintains one connection.
async fn maintain_connection(app: App, app_token: String, spare: Spare, stop: CancellationToken) {
    let mut failures = 0;
    loop {
        let pause = match connect(&app, &app_token).await {
            Ok(stream) => {
                failures = 0;
                let mut connection = Connection::new(app.clone(), stream);
                let end = connection.serve(&stop).await;
                if let Some(why) = end.reason() {
                    app.state.socket_failed(why);
                }
                match delay_before_reconnect(end, connection, spare, &stop) {
                    Some(pause) => pause,
                    None => return,
                }
            }
            Err(why) => {
                failures += 1;
                app.state.socket_failed(&why);
                tracing::warn!("Socket Mode cannot connect, attempt {failures}: {why}");
                backoff(failures)
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Returns the delay before the next connection; `None` if none is opened.
fn delay_before_reconnect(
    end: ConnectionEnd,
    mut connection: Connection,
    spare: Spare,
    stop: &CancellationToken,
) -> Option<Duration> {
    match end {
        ConnectionEnd::Replace => {
            // The old connection is read to its end in parallel, so that no envelope is lost.
            let stop = stop.clone();
            tokio::spawn(async move {
                // Slack may repeat the disconnect message; read on until Slack closes the connection.
                while let ConnectionEnd::Replace | ConnectionEnd::TooMany =
                    connection.serve(&stop).await
                {}
            });
            Some(Duration::ZERO)
        }
        ConnectionEnd::TooMany if spare == Spare::Yes => {
            tracing::info!("Slack reports too many connections; keeping one fewer");
            None
        }
        ConnectionEnd::TooMany => Some(backoff(3)),
        ConnectionEnd::Disabled => {
            // All connections receive the message; only the first one logs it.
            if spare == Spare::No {
                tracing::error!(
                    "Socket Mode is switched off for the app: switch it on in the app’s settings, or \
                     set SLACK_SIGNING_SECRET and PUBLIC_URL for HTTP"
                );
            }
            Some(DISABLED_BACKOFF)
        }
        ConnectionEnd::Broken(why) => {
            tracing::info!("A Socket Mode connection ended; reconnecting: {why}");
            Some(backoff(1))
        }
        ConnectionEnd::Stopped => None,
    }
}

/// Opens a connection with `apps.connections.open`. Each step has a timeout, because an unresponsive peer
/// must not block the loop.
async fn connect(app: &App, app_token: &str) -> Result<Stream, String> {
    let url = app
        .slack
        .socket_url(app_token)
        .await
        .map_err(|trouble| match trouble.code() {
            Some(code) => format!("Slack rejects SLACK_APP_TOKEN with `{code}`"),
            None => trouble.to_string(),
        })?;
    let limits = WebSocketConfig::default()
        .max_message_size(Some(MAX_FRAME_SIZE))
        .max_frame_size(Some(MAX_FRAME_SIZE));
    let connecting = connect_async_with_config(url, Some(limits), false);
    match tokio::time::timeout(CONNECT_TIMEOUT, connecting).await {
        Ok(Ok((stream, _))) => Ok(stream),
        Ok(Err(error)) => Err(connection_error_text(&error)),
        Err(_) => Err(format!(
            "no response within {} s",
            CONNECT_TIMEOUT.as_secs()
        )),
    }
}

/// One connection and its queue of acknowledgements.
struct Connection {
    app: App,
    stream: Stream,
    ack_sender: mpsc::Sender<Value>,
    ack_receiver: mpsc::Receiver<Value>,
    last_frame_at: Instant,
    /// Whether Slack has sent `hello`.
    is_open: bool,
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.is_open {
            self.app.state.socket_closed(self.app.clock.now());
        }
    }
}

impl Connection {
    fn new(app: App, stream: Stream) -> Self {
        let (acknowledge, acknowledged) = mpsc::channel(64);
        Self {
            app,
            stream,
            ack_sender: acknowledge,
            ack_receiver: acknowledged,
            last_frame_at: Instant::now(),
            is_open: false,
        }
    }

    /// Reads and handles frames until the connection ends or must be replaced.
    async fn serve(&mut self, stop: &CancellationToken) -> ConnectionEnd {
        let mut ping = tokio::time::interval(PING_INTERVAL);
        loop {
            tokio::select! {
                () = stop.cancelled() => return self.close().await,
                Some(acknowledgement) = self.ack_receiver.recv() => {
                    let text = acknowledgement.to_string();
                    if let Err(error) = self.stream.send(Frame::text(text)).await {
                        return ConnectionEnd::Broken(connection_error_text(&error));
                    }
                }
                _ = ping.tick() => {
                    if self.last_frame_at.elapsed() > SILENCE_TIMEOUT {
                        return ConnectionEnd::Broken(format!("no frame for {} s", SILENCE_TIMEOUT.as_secs()));
                    }
                    if let Err(error) = self.stream.send(Frame::Ping(Vec::new().into())).await {
                        return ConnectionEnd::Broken(connection_error_text(&error));
                    }
                }
                frame = self.stream.next() => match frame {
                    None => return ConnectionEnd::Broken("closed by Slack".to_owned()),
                    Some(Err(error)) => return ConnectionEnd::Broken(connection_error_text(&error)),
                    Some(Ok(frame)) => {
                        self.last_frame_at = Instant::now();
                        if let Frame::Text(text) = frame && let Some(end) = self.handle_frame(&text) {
                            return end;
                        }
                    }
                }
            }
        }
    }

    /// Handles one frame. Returns the end of the connection if the frame announces it.
    fn handle_frame(&mut self, text: &Utf8Bytes) -> Option<ConnectionEnd> {
        if text.len() > MAX_ENVELOPE_SIZE {
            tracing::warn!("Ignored an envelope of more than 1 MiB");
            return None;
        }
        let Ok(envelope) = serde_json::from_str::<Value>(text) else {
            tracing::warn!("Ignored a frame that is not valid JSON");
            return None;
        };
        match envelope["type"].as_str().unwrap_or_default() {
            "hello" => {
                tracing::info!("Connected to Slack over Socket Mode");
                if !std::mem::replace(&mut self.is_open, true) {
                    self.app.state.socket_opened();
                }
                None
            }
            "disconnect" => Some(match envelope["reason"].as_str().unwrap_or_default() {
                "link_disabled" => ConnectionEnd::Disabled,
                "too_many_websockets" => ConnectionEnd::TooMany,
                _ => ConnectionEnd::Replace,
            }),
            _ => {
                self.handle_envelope(envelope);
                None
            }
        }
    }

    /// Handles an envelope in the background and acknowledges it after its changes are stored.
    fn handle_envelope(&self, mut envelope: Value) {
        let Some(id) = envelope["envelope_id"].as_str().map(str::to_owned) else {
            tracing::info!("Ignored a frame without an envelope ID");
            return;
        };
        let payload = envelope["payload"].take();
        let request = match envelope["type"].as_str().unwrap_or_default() {
            "slash_commands" => Some(Request::Command(payload)),
            "interactive" => Some(Request::Interaction(payload.into())),
            "events_api" => Some(Request::Event(payload)),
            other => {
                tracing::info!(kind = other, "Ignored an envelope of an unhandled type");
                None
            }
        };
        let accepts_payload = envelope["accepts_response_payload"]
            .as_bool()
            .unwrap_or(false);
        let (app, acknowledge) = (self.app.clone(), self.ack_sender.clone());
        self.app.tasks.spawn(async move {
            let response = match request {
                Some(request) => handle_with_metrics(&app, request).await,
                None => Acknowledgement::Empty,
            };
            if response == Acknowledgement::Unavailable {
                // Without an acknowledgement Slack redelivers the envelope.
                return;
            }
            let payload = response_payload(response);
            let mut acknowledgement = json!({ "envelope_id": id });
            if let Some(payload) = payload.filter(|_| accepts_payload) {
                acknowledgement["payload"] = payload;
            }
            // If the connection is closed, the acknowledgement is dropped and Slack redelivers the envelope.
            drop(acknowledge.send(acknowledgement).await);
        });
    }

    /// Sends the outstanding acknowledgements and closes the connection. Reads nothing more.
    async fn close(&mut self) -> ConnectionEnd {
        // Only running handlers still hold a sender, so the loop ends with the last one.
        let (none, _) = mpsc::channel(1);
        drop(std::mem::replace(&mut self.ack_sender, none));
        let last_words = async {
            while let Some(acknowledgement) = self.ack_receiver.recv().await {
                let text = acknowledgement.to_string();
                if self.stream.send(Frame::text(text)).await.is_err() {
                    return;
                }
            }
        };
        // Slack waits 3 s for an acknowledgement.
        drop(tokio::time::timeout(Duration::from_secs(3), last_words).await);
        // Slack detects the closed connection even if the close frame is lost.
        drop(tokio::time::timeout(Duration::from_secs(1), self.stream.close(None)).await);
        ConnectionEnd::Stopped
    }
}

/// Handles a request and records its metrics.
async fn handle_with_metrics(app: &App, request: Request) -> Acknowledgement {
    let (kind, began) = (metrics::request_kind(&request), Instant::now());
    let response = handle_request(app, request).await;
    let outcome = match response {
        Acknowledgement::Unavailable => RequestOutcome::Unavailable,
        Acknowledgement::Empty
        | Acknowledgement::Ephemeral(_)
        | Acknowledgement::Body(_)
        | Acknowledgement::Challenge(_) => RequestOutcome::Answered,
    };
    metrics::record_request(Transport::SocketMode, kind, outcome, began.elapsed());
    response
}

/// Returns the payload of the acknowledgement, if it has one.
fn response_payload(response: Acknowledgement) -> Option<Value> {
    match response {
        Acknowledgement::Ephemeral(message) => Some(message.to_ephemeral_response()),
        Acknowledgement::Body(body) => Some(body),
        Acknowledgement::Empty | Acknowledgement::Challenge(_) | Acknowledgement::Unavailable => {
            None
        }
    }
}

/// Returns the back-off: 1, 2, 4, … seconds, at most 60, with up to 50 % jitter so that several bots do
/// not reconnect at the same time.
fn backoff(failures: u32) -> Duration {
    let pause = Duration::from_secs(2_u64.saturating_pow(failures.saturating_sub(1).min(6)));
    pause.min(MAX_BACKOFF).mul_f64(rand::random_range(1.0..1.5))
}

/// Describes the error without the URL, which contains a secret ticket.
fn connection_error_text(error: &WsError) -> String {
    match error {
        WsError::ConnectionClosed | WsError::AlreadyClosed => "closed".to_owned(),
        WsError::Io(error) => error.kind().to_string(),
        WsError::Http(response) => format!("Slack answered {}", response.status().as_u16()),
        WsError::Protocol(error) => error.to_string(),
        _ => "the connection failed".to_owned(),
    }
}
