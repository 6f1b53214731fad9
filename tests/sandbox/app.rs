//! A small app: it notes every request and answers with what the test laid ready.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use chrono::{DateTime, Duration, Utc};
use muster::sandbox::{Limits, Sandbox, Settings, signature};
use serde_json::{Value, json};

/// A request as the app got it.
#[derive(Clone, Debug)]
pub struct Got {
    pub path: String,
    pub headers: HashMap<String, String>,
    /// The payload, the event, or a command's fields.
    pub body: Value,
}

/// How the app answers: a status and a body; JSON if it is an object.
pub type Ready = (u16, Value);

#[derive(Clone, Default)]
pub struct App {
    got: Arc<Mutex<Vec<Got>>>,
    ready: Arc<Mutex<VecDeque<Ready>>>,
}

impl App {
    pub fn answers(&self, status: u16, body: Value) {
        self.ready.lock().unwrap().push_back((status, body));
    }

    pub fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    pub fn last(&self) -> Got {
        self.got().pop().expect("the app got no request")
    }

    /// Gives the events of this type that the app got.
    pub fn events(&self, kind: &str) -> Vec<Value> {
        let got = self.got();
        let events = got.iter().map(|got| got.body["event"].clone());
        events.filter(|event| event["type"] == kind).collect()
    }
}

/// A sandbox, an app that listens, and a clock that stands still.
pub struct Stage {
    pub slack: Sandbox,
    pub app: App,
    pub http: reqwest::Client,
    clock: Arc<Mutex<DateTime<Utc>>>,
}

impl Stage {
    pub async fn new() -> Self {
        Self::with(manifest(), Limits::Off).await
    }

    pub async fn with(manifest: Value, limits: Limits) -> Self {
        let clock = Arc::new(Mutex::new(
            DateTime::from_timestamp(1_795_447_205, 0).unwrap(),
        ));
        let time = Arc::clone(&clock);
        let slack = Sandbox::start(Settings {
            listen: "127.0.0.1:0".parse().unwrap(),
            manifest,
            now: Arc::new(move || *time.lock().unwrap()),
            limits,
        })
        .unwrap();
        let app = App::default();
        slack.app_listens_at(&listen(app.clone()).await);
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

    pub fn later(&self, seconds: i64) {
        *self.clock.lock().unwrap() += Duration::seconds(seconds);
    }

    /// Calls a method with JSON; gives the status and body, or None if the connection was cut.
    pub async fn tries(&self, method: &str, arguments: Value) -> Option<(u16, Value)> {
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

    /// Calls a method with JSON that is answered.
    pub async fn call(&self, method: &str, arguments: Value) -> Value {
        self.tries(method, arguments)
            .await
            .expect("the connection was cut")
            .1
    }

    /// Calls a method with a query, as reading methods are called.
    pub async fn get(&self, method: &str, query: &[(&str, &str)]) -> Value {
        let call = self
            .http
            .get(format!("{}/{method}", self.slack.api_url()))
            .bearer_auth(self.slack.bot_token())
            .query(query);
        call.send().await.unwrap().json().await.unwrap()
    }

    pub fn channel(&self, name: &str) -> String {
        self.slack
            .channel(name)
            .expect("no such channel")
            .to_string()
    }
}

pub fn manifest() -> Value {
    json!({
        "display_information": {"name": "Lantern"},
        "features": {
            "app_home": {"home_tab_enabled": true, "messages_tab_enabled": true},
            "slash_commands": [{"command": "/lantern", "description": "Light", "usage_hint": "[on|off]", "should_escape": true}],
            "shortcuts": [
                {"name": "Light it", "callback_id": "light", "description": "Light", "type": "global"},
                {"name": "Keep", "callback_id": "keep", "description": "Keep this", "type": "message"}
            ]
        },
        "oauth_config": {"scopes": {"bot": [
            "commands", "chat:write", "chat:write.public", "channels:manage", "channels:read", "channels:join",
            "channels:history", "groups:write", "groups:read", "groups:history", "users:read", "reactions:read",
            "reactions:write", "pins:read", "pins:write", "bookmarks:read", "bookmarks:write", "im:write", "im:history"
        ]}},
        "settings": {"event_subscriptions": {"bot_events": [
            "message.channels", "message.groups", "message.im", "reaction_added", "reaction_removed",
            "member_joined_channel", "member_left_channel", "channel_created", "channel_rename", "channel_archive",
            "channel_unarchive", "channel_deleted", "pin_added", "app_home_opened", "app_uninstalled", "tokens_revoked"
        ]}}
    })
}

async fn listen(app: App) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new()
        .route("/slack/commands", post(take))
        .route("/slack/interactions", post(take))
        .route("/slack/events", post(take))
        .with_state(app);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}

async fn take(
    State(app): State<App>,
    uri: axum::http::Uri,
    headers: HeaderMap,
    body: String,
) -> Response {
    let headers: HashMap<String, String> = headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    app.got.lock().unwrap().push(Got {
        path: uri.path().to_owned(),
        headers,
        body: read(&body),
    });
    let ready = app.ready.lock().unwrap().pop_front();
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

/// Reads JSON, a form's `payload`, or a form.
fn read(body: &str) -> Value {
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

/// Tells whether a request bears the signature of this sandbox.
pub fn is_signed(stage: &Stage, got: &Got, body: &str) -> bool {
    let timestamp: i64 = got.headers["x-slack-request-timestamp"].parse().unwrap();
    timestamp == stage.now().timestamp()
        && got.headers["x-slack-signature"]
            == signature(&stage.slack.signing_secret(), timestamp, body)
}
