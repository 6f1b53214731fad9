//! The same requests over Socket Mode: frames in, acknowledgements out, connections that renew
//! themselves.
//!
//! Slack: docs.slack.dev/apis/events-api/using-socket-mode. An envelope is acknowledged once its work
//! is stored, on the connection that it came by; what is not acknowledged comes again.

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::{Error as WsError, Message as Frame, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use tokio_util::sync::CancellationToken;

use super::listener::{Reply, Request, answer};
use crate::bot::Bot;
use crate::metrics::{self, Door, Outcome};

/// How many connections we keep, so that one that dies does not leave us deaf. Slack: at most 10.
const CONNECTIONS: usize = 2;

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How often we ask whether the other side is alive.
const PING_EVERY: Duration = Duration::from_secs(10);

/// A connection on which nothing came for so long is dead.
const SILENCE: Duration = Duration::from_secs(30);

/// The longest pause before we connect again.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The pause after Slack said that Socket Mode is switched off.
const SWITCHED_OFF_PAUSE: Duration = Duration::from_secs(300);

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Why a connection is no longer ours to read.
enum End {
    /// Slack wants it replaced: the new one first, while this one is still read.
    Replace,
    /// Slack has enough connections of ours.
    Enough,
    /// Slack says that Socket Mode is switched off.
    SwitchedOff,
    /// It broke, or fell silent.
    Broken(String),
    /// We stop.
    Stopped,
}

impl End {
    /// Gives why there may be no connection for a while; `None` if the next one follows at once.
    fn why(&self) -> Option<&str> {
        match self {
            Self::Replace | Self::Stopped => None,
            Self::Enough => Some("Slack has enough connections of the app"),
            Self::SwitchedOff => Some("Socket Mode is switched off for the app"),
            Self::Broken(why) => Some(why),
        }
    }
}

/// Keeps connections to Slack open and answers what comes by them, until `stop`.
pub async fn run(bot: Bot, app_token: String, stop: CancellationToken) {
    bot.state.socket_begins(bot.clock.now());
    let keepers = (0..CONNECTIONS).map(|number| {
        let spare = if number == 0 { Spare::No } else { Spare::Yes };
        keep(bot.clone(), app_token.clone(), spare, stop.clone())
    });
    futures_util::future::join_all(keepers).await;
}

/// Whether a connection can be done without.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spare {
    Yes,
    No,
}

/// Keeps one connection open.
async fn keep(bot: Bot, app_token: String, spare: Spare, stop: CancellationToken) {
    let mut failures = 0;
    loop {
        let pause = match connect(&bot, &app_token).await {
            Ok(stream) => {
                failures = 0;
                let mut line = Line::new(bot.clone(), stream);
                let end = line.serve(&stop).await;
                if let Some(why) = end.why() {
                    bot.state.socket_failed(why);
                }
                match pause_before_next(end, line, spare, &stop) {
                    Some(pause) => pause,
                    None => return,
                }
            }
            Err(why) => {
                failures += 1;
                bot.state.socket_failed(&why);
                tracing::warn!("Socket Mode cannot connect, attempt {failures}: {why}");
                pause_after(failures)
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Says how long to wait before the next connection; `None` if there is to be none.
fn pause_before_next(
    end: End,
    mut line: Line,
    spare: Spare,
    stop: &CancellationToken,
) -> Option<Duration> {
    match end {
        End::Replace => {
            // The old one is read to its end beside the new one, so that no envelope is lost.
            let stop = stop.clone();
            tokio::spawn(async move {
                // Slack may say once more that it closes; the connection is read until it does.
                while let End::Replace | End::Enough = line.serve(&stop).await {}
            });
            Some(Duration::ZERO)
        }
        End::Enough if spare == Spare::Yes => {
            tracing::info!("Slack has enough connections of ours; one fewer is kept");
            None
        }
        End::Enough => Some(pause_after(3)),
        End::SwitchedOff => {
            // Every connection hears of it, and one of them says so.
            if spare == Spare::No {
                tracing::error!(
                    "Socket Mode is switched off for the app: switch it on in the app’s settings, or \
                     set SLACK_SIGNING_SECRET and PUBLIC_URL for HTTP"
                );
            }
            Some(SWITCHED_OFF_PAUSE)
        }
        End::Broken(why) => {
            tracing::info!("A Socket Mode connection ended; connecting again: {why}");
            Some(pause_after(1))
        }
        End::Stopped => None,
    }
}

/// Asks Slack where to connect, and connects. Each step has a limit: a silent peer must not park us.
async fn connect(bot: &Bot, app_token: &str) -> Result<Stream, String> {
    let url = bot
        .slack
        .socket_url(app_token)
        .await
        .map_err(|trouble| match trouble.code() {
            Some(code) => format!("Slack does not take SLACK_APP_TOKEN (it says `{code}`)"),
            None => trouble.to_string(),
        })?;
    match tokio::time::timeout(CONNECT_TIMEOUT, connect_async(url)).await {
        Ok(Ok((stream, _))) => Ok(stream),
        Ok(Err(error)) => Err(connection_trouble(&error)),
        Err(_) => Err(format!("no answer within {} s", CONNECT_TIMEOUT.as_secs())),
    }
}

/// One connection, and the acknowledgements that go out by it.
struct Line {
    bot: Bot,
    stream: Stream,
    acknowledge: mpsc::Sender<Value>,
    acknowledged: mpsc::Receiver<Value>,
    heard_at: Instant,
    /// Slack said hello.
    is_open: bool,
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.is_open {
            self.bot.state.socket_closed(self.bot.clock.now());
        }
    }
}

impl Line {
    fn new(bot: Bot, stream: Stream) -> Self {
        let (acknowledge, acknowledged) = mpsc::channel(64);
        Self {
            bot,
            stream,
            acknowledge,
            acknowledged,
            heard_at: Instant::now(),
            is_open: false,
        }
    }

    /// Reads and answers until the connection ends, or is to be replaced.
    async fn serve(&mut self, stop: &CancellationToken) -> End {
        let mut ping = tokio::time::interval(PING_EVERY);
        loop {
            tokio::select! {
                () = stop.cancelled() => return self.close().await,
                Some(acknowledgement) = self.acknowledged.recv() => {
                    let text = acknowledgement.to_string();
                    if let Err(error) = self.stream.send(Frame::text(text)).await {
                        return End::Broken(connection_trouble(&error));
                    }
                }
                _ = ping.tick() => {
                    if self.heard_at.elapsed() > SILENCE {
                        return End::Broken(format!("silent for {} s", SILENCE.as_secs()));
                    }
                    if let Err(error) = self.stream.send(Frame::Ping(Vec::new().into())).await {
                        return End::Broken(connection_trouble(&error));
                    }
                }
                frame = self.stream.next() => match frame {
                    None => return End::Broken("closed by Slack".to_owned()),
                    Some(Err(error)) => return End::Broken(connection_trouble(&error)),
                    Some(Ok(frame)) => {
                        self.heard_at = Instant::now();
                        if let Frame::Text(text) = frame && let Some(end) = self.heard(&text) {
                            return end;
                        }
                    }
                }
            }
        }
    }

    /// Answers one frame; gives the end of the connection, if the frame announces it.
    fn heard(&mut self, text: &Utf8Bytes) -> Option<End> {
        let Ok(envelope) = serde_json::from_str::<Value>(text) else {
            tracing::warn!("Slack sent a frame that is no JSON");
            return None;
        };
        match envelope["type"].as_str().unwrap_or_default() {
            "hello" => {
                tracing::info!("Connected to Slack over Socket Mode");
                if !std::mem::replace(&mut self.is_open, true) {
                    self.bot.state.socket_opened();
                }
                None
            }
            "disconnect" => Some(match envelope["reason"].as_str().unwrap_or_default() {
                "link_disabled" => End::SwitchedOff,
                "too_many_websockets" => End::Enough,
                _ => End::Replace,
            }),
            _ => {
                self.answer(envelope);
                None
            }
        }
    }

    /// Does what an envelope asks beside the others, and acknowledges it once that is stored.
    fn answer(&self, mut envelope: Value) {
        let Some(id) = envelope["envelope_id"].as_str().map(str::to_owned) else {
            tracing::info!("Slack sent a frame that we do not follow");
            return;
        };
        let payload = envelope["payload"].take();
        let request = match envelope["type"].as_str().unwrap_or_default() {
            "slash_commands" => Some(Request::Command(payload)),
            "interactive" => Some(Request::Interaction(payload.into())),
            "events_api" => Some(Request::Event(payload)),
            other => {
                tracing::info!(kind = other, "Slack sent an envelope that we do not follow");
                None
            }
        };
        let takes_answer = envelope["accepts_response_payload"]
            .as_bool()
            .unwrap_or(false);
        let (bot, acknowledge) = (self.bot.clone(), self.acknowledge.clone());
        self.bot.tasks.spawn(async move {
            let reply = match request {
                Some(request) => counted(&bot, request).await,
                None => Reply::Nothing,
            };
            if let Some(acknowledgement) = acknowledgement(&id, reply, takes_answer) {
                // A connection that is gone takes nothing: Slack sends the envelope again.
                drop(acknowledge.send(acknowledgement).await);
            }
        });
    }

    /// Sends the acknowledgements of what is under way, and says goodbye. Nothing more is read.
    async fn close(&mut self) -> End {
        // Only those who work on an envelope can still acknowledge; when they are done, this ends.
        let (none, _) = mpsc::channel(1);
        drop(std::mem::replace(&mut self.acknowledge, none));
        let last_words = async {
            while let Some(acknowledgement) = self.acknowledged.recv().await {
                let text = acknowledgement.to_string();
                if self.stream.send(Frame::text(text)).await.is_err() {
                    return;
                }
            }
        };
        // Slack waits 3 s for an acknowledgement.
        drop(tokio::time::timeout(Duration::from_secs(3), last_words).await);
        // Slack notices by itself if this does not arrive.
        drop(tokio::time::timeout(Duration::from_secs(1), self.stream.close(None)).await);
        End::Stopped
    }
}

/// Answers a request and counts it.
async fn counted(bot: &Bot, request: Request) -> Reply {
    let (kind, began) = (metrics::kind(&request), Instant::now());
    let reply = answer(bot, request).await;
    let outcome = match reply {
        Reply::NotYet => Outcome::NotYet,
        Reply::Nothing | Reply::Ephemeral(_) | Reply::Body(_) | Reply::Challenge(_) => {
            Outcome::Answered
        }
    };
    metrics::request(Door::Socket, kind, outcome, began.elapsed());
    reply
}

/// Gives what acknowledges an envelope; nothing if it is to come again.
fn acknowledgement(id: &str, reply: Reply, takes_answer: bool) -> Option<Value> {
    let payload = match reply {
        Reply::NotYet => return None,
        Reply::Nothing | Reply::Challenge(_) => None,
        Reply::Ephemeral(message) => Some(message.as_answer()),
        Reply::Body(body) => Some(body),
    };
    let mut acknowledgement = json!({ "envelope_id": id });
    if let Some(payload) = payload.filter(|_| takes_answer) {
        acknowledgement["payload"] = payload;
    }
    Some(acknowledgement)
}

/// Gives 1, 2, 4, … seconds, at most a minute, and up to half as much again, so that many bots do not
/// come back in step.
fn pause_after(failures: u32) -> Duration {
    let pause = Duration::from_secs(2_u64.saturating_pow(failures.saturating_sub(1).min(6)));
    pause
        .min(LONGEST_PAUSE)
        .mul_f64(rand::random_range(1.0..1.5))
}

/// Says what is wrong with a connection; the address, which holds a ticket, stays out of it.
fn connection_trouble(error: &WsError) -> String {
    match error {
        WsError::ConnectionClosed | WsError::AlreadyClosed => "closed".to_owned(),
        WsError::Io(error) => error.kind().to_string(),
        WsError::Http(response) => format!("Slack answered {}", response.status().as_u16()),
        WsError::Protocol(error) => error.to_string(),
        _ => "the connection failed".to_owned(),
    }
}
