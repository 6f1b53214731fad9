//! A strict stand-in for Datadog's incidents: it checks keys and pages, and knows only the paths of its API.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;

pub const API_KEY: &str = "0123456789abcdef0123456789abcdef";
pub const APP_KEY: &str = "fedcba9876543210fedcba9876543210fedcba98";

/// The stand-in. Its server ends with the test.
#[derive(Clone)]
pub struct Datadog {
    pub url: String,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    contents: Mutex<Contents>,
    /// Notified when a request for the pending path arrives.
    waiting: Notify,
}

/// The contents of an organization.
#[derive(Default)]
pub struct Contents {
    pub incidents: Vec<Value>,
    /// Lists and resources by their paths below `/api/v2/`.
    pub documents: BTreeMap<String, Value>,
    /// The users that pages include.
    pub users: Vec<Value>,
    /// How many of the next requests exceed the rate limit.
    pub limited: u32,
    /// How many of the next requests fail.
    pub failing: u32,
    /// The path whose requests are never answered.
    pub pending_path: Option<String>,
    /// The paths of all requests.
    pub requests: Vec<String>,
}

impl Datadog {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared::default());
        let router = Router::new()
            .fallback(respond)
            .with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, shared }
    }

    pub fn contents(&self) -> MutexGuard<'_, Contents> {
        self.shared.contents.lock().unwrap()
    }

    /// Waits until a request for the pending path has arrived.
    pub async fn is_waiting(&self) {
        self.shared.waiting.notified().await;
    }
}

impl Contents {
    /// Adds an incident whose lists of parts are empty, and returns it.
    pub fn add(&mut self, number: usize, attributes: Value) -> &mut Value {
        let mut incident = json!({
            "type": "incidents",
            "id": id(number),
            "attributes": {
                "public_id": number,
                "title": format!("Incident {number}"),
                "created": "2025-03-01T10:00:00.123456+00:00",
                "declared": "2025-03-01T10:00:00.123456+00:00",
                "detected": "2025-03-01T09:58:00+00:00",
                "resolved": null,
                "state": "active",
                "severity": "UNKNOWN",
                "visibility": "organization",
                "fields": {},
            },
            "relationships": {
                "impacts": { "data": [] },
                "attachments": { "data": [] },
                "integrations": { "data": [] },
                "responders": { "data": [] },
            },
        });
        for (name, value) in attributes.as_object().unwrap() {
            incident["attributes"][name] = value.clone();
        }
        self.incidents.push(incident);
        self.incidents.last_mut().unwrap()
    }
}

/// Returns the UUID of an incident.
pub fn id(number: usize) -> String {
    format!("7a1c0000-0000-4000-8000-{number:012}")
}

async fn respond(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    assert_eq!(method, Method::GET);
    let is_pending = {
        let mut contents = shared.contents.lock().unwrap();
        contents.requests.push(uri.path().to_owned());
        contents.pending_path.as_deref() == Some(uri.path())
    };
    if is_pending {
        shared.waiting.notify_one();
        std::future::pending::<()>().await;
    }
    let mut contents = shared.contents.lock().unwrap();
    let key = |name: &str| headers[name].to_str().unwrap().to_owned();
    if key("dd-api-key") != API_KEY || key("dd-application-key") != APP_KEY {
        return failure(StatusCode::FORBIDDEN, "Forbidden");
    }
    if contents.limited > 0 {
        contents.limited -= 1;
        let response = failure(StatusCode::TOO_MANY_REQUESTS, "Too many requests");
        return ([("X-Ratelimit-Reset", "1")], response).into_response();
    }
    if contents.failing > 0 {
        contents.failing -= 1;
        return failure(StatusCode::INTERNAL_SERVER_ERROR, "Internal error");
    }
    contents.respond(&uri)
}

fn failure(status: StatusCode, text: &str) -> Response {
    let body = json!({ "errors": [text] });
    (status, body.to_string()).into_response()
}

impl Contents {
    fn respond(&self, uri: &Uri) -> Response {
        let path = uri.path().strip_prefix("/api/v2/").unwrap();
        let query = uri.query().unwrap_or_default();
        let query = form_urlencoded::parse(query.as_bytes()).into_owned();
        let query: BTreeMap<String, String> = query.collect();
        if let Some(document) = self.documents.get(path) {
            return document.to_string().into_response();
        }
        match path {
            "incidents" => self.page(&query),
            "incidents/search" => {
                let attributes = json!({ "total": self.incidents.len(), "incidents": [] });
                let data = json!({ "type": "incidents_search_results", "attributes": attributes });
                json!({ "data": data }).to_string().into_response()
            }
            path if path.starts_with("incidents/") => {
                json!({ "data": [] }).to_string().into_response()
            }
            _ => failure(StatusCode::NOT_FOUND, "Not found"),
        }
    }

    fn page(&self, query: &BTreeMap<String, String>) -> Response {
        let number = |name: &str| query[name].parse::<usize>().unwrap();
        let (size, offset) = (number("page[size]"), number("page[offset]"));
        if !(1..=100).contains(&size) {
            return failure(StatusCode::BAD_REQUEST, "page[size]");
        }
        let incidents = self.incidents.iter().skip(offset).take(size);
        let included: &[Value] = match query.get("include").map(String::as_str) {
            Some("users") => &self.users,
            Some(_) | None => &[],
        };
        let body = json!({ "data": incidents.collect::<Vec<_>>(), "included": included });
        body.to_string().into_response()
    }
}
