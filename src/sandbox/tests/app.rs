//! A test app that records every request and returns queued responses.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use chrono::{DateTime, Duration, Utc};
use muster_sandbox::{Limits, Sandbox, SandboxConfig, signature};
use serde_json::{Value, json};

/// A request that the app received.
#[derive(Clone, Debug)]
pub struct ReceivedRequest {
    pub path: String,
    pub headers: HashMap<String, String>,
    /// The payload, the event, or the fields of a command.
    pub body: Value,
}

/// A queued response: status and body. The body is sent as JSON if it is an object.
pub type QueuedResponse = (u16, Value);

#[derive(Clone, Default)]
pub struct App {
    requests: Arc<Mutex<Vec<ReceivedRequest>>>,
    responses: Arc<Mutex<VecDeque<QueuedResponse>>>,
}

impl App {
    pub fn queue_response(&self, status: u16, body: Value) {
        self.responses.lock().unwrap().push_back((status, body));
    }

    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.requests.lock().unwrap().clone()
    }

    pub fn last_request(&self) -> ReceivedRequest {
        self.requests().pop().expect("the app received no request")
    }

    /// Returns the received events of this type.
    pub fn events(&self, kind: &str) -> Vec<Value> {
        let got = self.requests();
        let events = got.iter().map(|got| got.body["event"].clone());
        events.filter(|event| event["type"] == kind).collect()
    }
}

/// A sandbox, a listening app and a fixed clock.
pub struct Fixture {
    pub slack: Sandbox,
    pub app: App,
    pub http: reqwest::Client,
    clock: Arc<Mutex<DateTime<Utc>>>,
}

impl Fixture {
    pub async fn new() -> Self {
        Self::with_manifest(manifest(), Limits::Off).await
    }

    pub async fn with_manifest(manifest: Value, limits: Limits) -> Self {
        Self::with_config(manifest, |config| config.limits = limits).await
    }

    /// Starts a sandbox after a change of its configuration.
    pub async fn with_config(manifest: Value, change: impl FnOnce(&mut SandboxConfig)) -> Self {
        let clock = Arc::new(Mutex::new(
            DateTime::from_timestamp(1_795_447_205, 0).unwrap(),
        ));
        let time = Arc::clone(&clock);
        let mut config = SandboxConfig {
            listen: "127.0.0.1:0".parse().unwrap(),
            manifest,
            now: Arc::new(move || *time.lock().unwrap()),
            limits: Limits::Off,
            guide: None,
            storage: None,
        };
        change(&mut config);
        let slack = Sandbox::start(config).unwrap();
        let app = App::default();
        slack.set_app_url(&serve(app.clone()).await);
        let http = reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([])
            .build()
            .unwrap();
        Self {
            slack,
            app,
            http,
            clock,
        }
    }

    pub fn now(&self) -> DateTime<Utc> {
        *self.clock.lock().unwrap()
    }

    pub fn advance(&self, seconds: i64) {
        *self.clock.lock().unwrap() += Duration::seconds(seconds);
    }

    /// Calls a method with JSON. Returns the status and body, or `None` if the connection was dropped.
    pub async fn try_call(&self, method: &str, arguments: Value) -> Option<(u16, Value)> {
        let call = self
            .http
            .post(format!("{}/{method}", self.slack.api_url()))
            .bearer_auth(self.slack.bot_token())
            .header("content-type", "application/json; charset=utf-8")
            .body(arguments.to_string());
        let response = call.send().await.ok()?;
        let status = response.status().as_u16();
        let body = response.text().await.ok()?;
        Some((
            status,
            serde_json::from_str(&body).unwrap_or(Value::String(body)),
        ))
    }

    /// Calls a method with JSON. Panics if the connection was dropped.
    pub async fn call(&self, method: &str, arguments: Value) -> Value {
        self.try_call(method, arguments)
            .await
            .expect("the connection was dropped")
            .1
    }

    /// Calls a method with a query, as for reading methods.
    pub async fn get(&self, method: &str, query: &[(&str, &str)]) -> Value {
        let call = self
            .http
            .get(format!("{}/{method}", self.slack.api_url()))
            .bearer_auth(self.slack.bot_token())
            .query(query);
        call.send().await.unwrap().json().await.unwrap()
    }

    /// Checks that Slack rejects a call with JSON.
    pub async fn assert_error(&self, method: &str, arguments: Value, error: &str) {
        assert_eq!(
            self.call(method, arguments).await["error"],
            error,
            "{method}"
        );
    }

    /// Has the app answer its next request with 200 and this body.
    pub fn queue(&self, body: Value) {
        self.app.queue_response(200, body);
    }

    /// Returns the body of the last request that the app received.
    pub fn last_body(&self) -> Value {
        self.app.last_request().body
    }

    /// Returns the page state.
    pub async fn page_state(&self, query: &str) -> Value {
        let url = format!("{}/sandbox/screen?{query}", self.slack.url());
        let response = self.http.get(url).send().await.unwrap();
        response.json().await.unwrap()
    }

    /// Performs an action of the page.
    pub async fn perform_action(&self, action: Value) -> Value {
        let url = format!("{}/sandbox/do", self.slack.url());
        let response = self.http.post(url).json(&action).send().await.unwrap();
        response.json().await.unwrap()
    }

    pub fn channel(&self, name: &str) -> String {
        let channel = self.slack.channel(name);
        channel.expect("no such channel").to_string()
    }

    /// Creates a channel as the bot. Returns its ID.
    pub async fn creates_channel(&self, name: &str) -> String {
        let made = self
            .call("conversations.create", json!({"name": name}))
            .await;
        made["channel"]["id"].as_str().unwrap().to_owned()
    }

    /// Adds the bot to a channel.
    pub async fn joins(&self, channel: &str) {
        let joined = self.call("conversations.join", json!({"channel": channel}));
        assert_eq!(joined.await["ok"], true);
    }

    /// Posts a message as a user. Returns its `ts`.
    pub async fn posts(&self, who: &str, channel: &str, text: &str) -> String {
        self.slack.types(who, channel, text).await.ts.unwrap()
    }
}

/// Returns the manifest of an app that uses many features of Slack.
pub fn manifest() -> Value {
    serde_json::from_str(include_str!("manifest.json")).unwrap()
}

async fn serve(app: App) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new()
        .route("/slack/commands", post(record_request))
        .route("/slack/interactions", post(record_request))
        .route("/slack/events", post(record_request))
        .with_state(app);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}

async fn record_request(
    State(app): State<App>,
    uri: axum::http::Uri,
    headers: HeaderMap,
    body: String,
) -> Response {
    let headers: HashMap<String, String> = headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    app.requests.lock().unwrap().push(ReceivedRequest {
        path: uri.path().to_owned(),
        headers,
        body: parse_body(&body),
    });
    let ready = app.responses.lock().unwrap().pop_front();
    let (status, body) = ready.unwrap_or((200, Value::Null));
    let status = StatusCode::from_u16(status).unwrap();
    match body {
        Value::Null => status.into_response(),
        Value::String(text) => (status, text).into_response(),
        json => (
            status,
            [(header::CONTENT_TYPE, "application/json")],
            json.to_string(),
        )
            .into_response(),
    }
}

/// Parses JSON, the `payload` of a form, or a form.
fn parse_body(body: &str) -> Value {
    if let Ok(json) = serde_json::from_str(body) {
        return json;
    }
    let mut url = reqwest::Url::parse("http://form/").unwrap();
    url.set_query(Some(body));
    let fields: serde_json::Map<String, Value> = url
        .query_pairs()
        .map(|(name, value)| (name.into_owned(), json!(value)))
        .collect();
    match fields.get("payload").and_then(Value::as_str) {
        Some(payload) => serde_json::from_str(payload).unwrap(),
        None => Value::Object(fields),
    }
}

/// Returns whether the signature of the request is valid for this sandbox.
pub fn is_signed(fixture: &Fixture, got: &ReceivedRequest, body: &str) -> bool {
    let timestamp: i64 = got.headers["x-slack-request-timestamp"].parse().unwrap();
    timestamp == fixture.now().timestamp()
        && got.headers["x-slack-signature"]
            == signature(&fixture.slack.signing_secret(), timestamp, body)
}
