//! A strict receiver of webhooks: it verifies each request as the Standard Webhooks specification prescribes, and
//! rejects anything else. It also plays PagerDuty's Events API v2.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpListener;

use super::pause::PauseGate;
pub use super::pause::PausePoint;

/// The largest difference between the clocks of sender and receiver that is accepted, in seconds.
const TOLERANCE: i64 = 300;

/// The routing key that the stand-in for PagerDuty knows.
pub const ROUTING_KEY: &str = "R0123456789abcdef0123456789abcde";

type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The receiver. Dropping it does not end its server, which ends with the test.
#[derive(Clone)]
pub struct WebhookReceiver {
    /// Its base URL, without a trailing slash.
    pub base_url: String,
    shared: Arc<Shared>,
}

struct Shared {
    now: Now,
    state: Mutex<ReceiverState>,
    pause: PauseGate,
}

#[derive(Default)]
struct ReceiverState {
    secret: String,
    replies: VecDeque<Reply>,
    received: Vec<Received>,
}

/// An accepted event or a rejected request.
#[derive(Clone, Debug)]
pub struct Received {
    /// The header `webhook-id`; empty for PagerDuty.
    pub id: String,
    /// The header `webhook-timestamp`; 0 for PagerDuty.
    pub timestamp: i64,
    /// The header `webhook-signature`; empty for PagerDuty.
    pub signature: String,
    /// The number of signatures.
    pub signatures: usize,
    /// The bytes of the body.
    pub raw: String,
    /// The body.
    pub body: Value,
    /// The status of the response.
    pub status: u16,
}

/// How the next request is answered, once it is verified.
#[derive(Clone, Debug)]
pub enum Reply {
    /// With this status and body.
    Status(u16, &'static str),
    /// With a redirect to this path.
    Redirect(&'static str),
    /// With 429 and this many seconds in `Retry-After`.
    RateLimited(u64),
    /// Never.
    Hang,
}

impl WebhookReceiver {
    /// Starts a receiver whose clock is `now`, in seconds.
    pub async fn start(now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            now: Arc::new(now),
            state: Mutex::default(),
            pause: PauseGate::default(),
        });
        let router = Router::new()
            .route("/hook", any(receive))
            .route("/v2/enqueue", post(enqueue))
            .with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base_url, shared }
    }

    /// Returns the URL of the webhook.
    pub fn url(&self) -> String {
        format!("{}/hook", self.base_url)
    }

    /// Sets the secret that it verifies with.
    pub fn set_secret(&self, secret: &str) {
        self.shared.state.lock().unwrap().secret = secret.to_owned();
    }

    /// Answers the next requests so.
    pub fn replies(&self, replies: impl IntoIterator<Item = Reply>) {
        self.shared.state.lock().unwrap().replies.extend(replies);
    }

    /// Forgets the replies that are left.
    pub fn recovers(&self) {
        self.shared.state.lock().unwrap().replies.clear();
    }

    /// Returns and forgets what it received.
    pub fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.shared.state.lock().unwrap().received)
    }

    /// Returns whether it received anything.
    pub fn has_received(&self) -> bool {
        !self.shared.state.lock().unwrap().received.is_empty()
    }

    /// Holds the next request at a point.
    pub fn pause_next(&self, at: PausePoint) {
        self.shared.pause.arm(at);
    }

    /// Waits until the request that is held has arrived.
    pub async fn wait_for_paused(&self) {
        self.shared.pause.wait_for_paused().await;
    }

    /// Releases the request that is held.
    pub fn release(&self) {
        self.shared.pause.release();
    }
}

impl Shared {
    /// Records a request and answers it.
    async fn respond(&self, mut received: Received, rejection: Option<String>) -> Response {
        let reply = match rejection {
            Some(_) => None,
            None => self.state.lock().unwrap().replies.pop_front(),
        };
        let response = match (rejection, reply) {
            (Some(why), _) => (StatusCode::UNAUTHORIZED, why).into_response(),
            (None, None) => (StatusCode::OK, "ok").into_response(),
            (None, Some(Reply::Status(status, body))) => {
                (StatusCode::from_u16(status).unwrap(), body).into_response()
            }
            (None, Some(Reply::Redirect(to))) => {
                (StatusCode::FOUND, [("location", to)]).into_response()
            }
            (None, Some(Reply::RateLimited(seconds))) => {
                let headers = [("retry-after", seconds.to_string())];
                (StatusCode::TOO_MANY_REQUESTS, headers).into_response()
            }
            (None, Some(Reply::Hang)) => std::future::pending().await,
        };
        received.status = response.status().as_u16();
        self.state.lock().unwrap().received.push(received);
        response
    }
}

async fn receive(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    shared.pause.pass(PausePoint::Arrival).await;
    let header = |name| headers.get(name).and_then(|it| it.to_str().ok());
    let header = |name| header(name).unwrap_or_default().to_owned();
    let raw = String::from_utf8_lossy(&body).into_owned();
    let received = Received {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp").parse().unwrap_or_default(),
        signature: header("webhook-signature"),
        signatures: header("webhook-signature").split(' ').count(),
        body: serde_json::from_str(&raw).unwrap_or_default(),
        raw,
        status: 0,
    };
    let secret = shared.state.lock().unwrap().secret.clone();
    let now = (shared.now)();
    let rejection = verify(&secret, &headers, &received, now).err();
    let response = shared.respond(received, rejection).await;
    shared.pause.pass(PausePoint::Response).await;
    response
}

/// Verifies a request as the specification prescribes.
fn verify(secret: &str, headers: &HeaderMap, received: &Received, now: i64) -> Result<(), String> {
    let require = |holds: bool, what: &str| holds.then_some(()).ok_or(what.to_owned());
    require(headers["content-type"] == "application/json", "no JSON")?;
    require(!received.id.is_empty() && !received.id.contains('.'), "id")?;
    let skew = received.timestamp.abs_diff(now);
    require(skew <= TOLERANCE.unsigned_abs(), "timestamp")?;
    require(received.body["type"].is_string(), "no type")?;
    require(received.body["timestamp"].is_string(), "no timestamp")?;
    require(received.body["data"].is_object(), "no data")?;
    let key = secret.strip_prefix("whsec_").ok_or("no secret")?;
    let key = STANDARD.decode(key).map_err(|error| error.to_string())?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    let signed = format!("{}.{}.{}", received.id, received.timestamp, received.raw);
    mac.update(signed.as_bytes());
    let expected = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    let signatures = headers["webhook-signature"].to_str().unwrap();
    let is_valid = signatures.split(' ').any(|it| it == expected);
    require(is_valid, "invalid signature")
}

/// Plays PagerDuty: developer.pagerduty.com/docs/events-api-v2/trigger-events.
async fn enqueue(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    shared.pause.pass(PausePoint::Arrival).await;
    let raw = String::from_utf8_lossy(&body).into_owned();
    let body: Value = serde_json::from_str(&raw).unwrap_or_default();
    let is_valid = is_pagerduty_event(&body);
    if is_valid {
        let mut state = shared.state.lock().unwrap();
        if state.replies.is_empty() {
            state
                .replies
                .push_back(Reply::Status(202, "{\"status\":\"success\"}"));
        }
    } else {
        let mut state = shared.state.lock().unwrap();
        let message = "{\"status\":\"invalid event\",\"message\":\"Event object is invalid\"}";
        state.replies.push_front(Reply::Status(400, message));
    }
    let received = Received {
        id: String::new(),
        timestamp: 0,
        signature: String::new(),
        signatures: 0,
        raw,
        body,
        status: 0,
    };
    let response = shared.respond(received, None).await;
    shared.pause.pass(PausePoint::Response).await;
    response
}

fn is_pagerduty_event(body: &Value) -> bool {
    let payload = &body["payload"];
    let severities = ["critical", "error", "warning", "info"].map(|it| json!(it));
    let actions = ["trigger", "acknowledge", "resolve"].map(|it| json!(it));
    let summary = payload["summary"].as_str().unwrap_or_default();
    body["routing_key"] == ROUTING_KEY
        && actions.contains(&body["event_action"])
        && body["dedup_key"]
            .as_str()
            .is_some_and(|key| key.len() <= 255)
        && (1..=1024).contains(&summary.chars().count())
        && payload["source"].is_string()
        && severities.contains(&payload["severity"])
}
