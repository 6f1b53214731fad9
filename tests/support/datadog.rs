//! A strict stand-in for Datadog's notebooks: it rejects names of more than 80 characters, unknown fields, empty cells
//! and missing keys. docs.datadoghq.com/api/latest/notebooks

use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use muster::config::DatadogConfig;
use muster::secret::Secret;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::pause::{PauseGate, PausePoint};

const API_KEY: &str = "0123456789abcdef0123456789abcdef";
const APP_KEY: &str = "fedcba9876543210fedcba9876543210fedcba98";

/// The longest name of a notebook.
const LONGEST_NAME: usize = 80;

/// The stand-in. Dropping it does not end its server, which ends with the test.
#[derive(Clone)]
pub struct Datadog {
    /// Its base URL, without a trailing slash.
    pub base_url: String,
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<Notebooks>,
    /// Pauses requests that write.
    pause: PauseGate,
}

struct Notebooks {
    list: Vec<Notebook>,
    app_key: String,
    is_down: bool,
    breaks_next_write: bool,
    next_id: u64,
}

/// A notebook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notebook {
    /// The ID.
    pub id: u64,
    /// The name.
    pub name: String,
    /// The type in the metadata.
    pub kind: Option<String>,
    /// The texts of the cells.
    pub cells: Vec<String>,
    /// How often it was written.
    pub writes: u64,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, Notebooks> {
        self.state.lock().unwrap()
    }
}

impl Datadog {
    /// Starts an organization without notebooks.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            state: Mutex::new(Notebooks {
                list: Vec::new(),
                app_key: APP_KEY.to_owned(),
                is_down: false,
                breaks_next_write: false,
                next_id: 7_000,
            }),
            pause: PauseGate::default(),
        });
        let router = Router::new()
            .fallback(handle)
            .with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base_url, shared }
    }

    /// Returns the configuration of a bot that exports to it.
    pub fn config(&self) -> DatadogConfig {
        DatadogConfig {
            api_url: self.base_url.clone(),
            api_key: Secret::new(API_KEY),
            app_key: Secret::new(APP_KEY),
        }
    }

    /// Returns all notebooks, in the order of their creation.
    pub fn notebooks(&self) -> Vec<Notebook> {
        self.shared.state().list.clone()
    }

    /// Returns the only notebook.
    pub fn only_notebook(&self) -> Notebook {
        let mut notebooks = self.notebooks();
        assert_eq!(notebooks.len(), 1, "{notebooks:?}");
        notebooks.remove(0)
    }

    /// Adds a notebook of a user.
    pub fn add_notebook(&self, name: &str, text: &str) {
        self.shared.state().add(name, vec![text.to_owned()]);
    }

    /// A user deletes a notebook.
    pub fn delete(&self, id: u64) {
        self.shared
            .state()
            .list
            .retain(|notebook| notebook.id != id);
    }

    /// Revokes the application key.
    pub fn revoke_app_key(&self) {
        self.shared.state().app_key.clear();
    }

    /// Accepts the application key again.
    pub fn restore_app_key(&self) {
        APP_KEY.clone_into(&mut self.shared.state().app_key);
    }

    /// Answers all requests with 503 until it recovers.
    pub fn go_down(&self) {
        self.shared.state().is_down = true;
    }

    /// Answers requests again.
    pub fn recover(&self) {
        self.shared.state().is_down = false;
    }

    /// Handles the next request that writes, and breaks the connection before the response.
    pub fn break_next_write(&self) {
        self.shared.state().breaks_next_write = true;
    }

    /// Returns the gate that can pause a request that writes.
    pub fn gate(&self) -> &PauseGate {
        &self.shared.pause
    }
}

impl Notebooks {
    fn add(&mut self, name: &str, cells: Vec<String>) -> &mut Notebook {
        self.next_id += 1;
        self.list.push(Notebook {
            id: self.next_id,
            name: name.to_owned(),
            kind: None,
            cells,
            writes: 1,
        });
        self.list.last_mut().unwrap()
    }

    fn find(&mut self, id: &str) -> Result<&mut Notebook, Failure> {
        let notebook = self.list.iter_mut().find(|it| it.id.to_string() == id);
        notebook.ok_or((404, "Notebook not found".to_owned()))
    }
}

impl Notebook {
    fn document(&self) -> Value {
        let cells = self.cells.iter().enumerate().map(|(index, text)| {
            json!({
                "type": "notebook_cells",
                "id": format!("cell{index}"),
                "attributes": { "definition": { "type": "markdown", "text": text } },
            })
        });
        let cells: Vec<Value> = cells.collect();
        let attributes = json!({
            "name": self.name,
            "cells": cells,
            "metadata": { "is_template": false, "type": self.kind },
            "status": "published",
        });
        json!({ "type": "notebooks", "id": self.id, "attributes": attributes })
    }
}

/// Status and words of an error.
type Failure = (u16, String);

/// A request, in parts.
struct Call {
    method: Method,
    uri: Uri,
    body: Value,
}

async fn handle(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let writes = method != Method::GET;
    if writes {
        shared.pause.pass(PausePoint::Arrival).await;
    }
    let call = Call {
        method,
        uri,
        body: serde_json::from_slice(&body).unwrap_or_default(),
    };
    let result = check_keys(&shared.state(), &call.uri, &headers);
    let result = result.and_then(|()| dispatch(&mut shared.state(), &call));
    let response = respond(result);
    if !writes {
        return response;
    }
    shared.pause.pass(PausePoint::Response).await;
    match std::mem::take(&mut shared.state().breaks_next_write) {
        true => {
            let error = Err::<Bytes, _>(std::io::Error::other("the connection breaks"));
            Body::from_stream(stream::iter([error])).into_response()
        }
        false => response,
    }
}

fn respond(result: Result<Value, Failure>) -> Response {
    let (status, body) = match result {
        Ok(body) => (200, body),
        Err((status, words)) => (status, json!({ "errors": [words] })),
    };
    (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response()
}

fn check_keys(state: &Notebooks, uri: &Uri, headers: &HeaderMap) -> Result<(), Failure> {
    if state.is_down {
        return Err((503, "Service unavailable".to_owned()));
    }
    let has = |name: &str, key: &str| headers.get(name).is_some_and(|value| value == key);
    let has_app_key = has("dd-application-key", &state.app_key) && !state.app_key.is_empty();
    let needs_app_key = uri.path() != "/api/v1/validate";
    match has("dd-api-key", API_KEY) && (has_app_key || !needs_app_key) {
        true => Ok(()),
        false => Err((403, "Forbidden".to_owned())),
    }
}

fn dispatch(state: &mut Notebooks, call: &Call) -> Result<Value, Failure> {
    let Call { method, uri, body } = call;
    let path = uri.path().trim_start_matches("/api/v1/");
    let path: Vec<&str> = path.split('/').collect();
    match (method.as_str(), &path[..]) {
        ("GET", ["validate"]) => Ok(json!({ "valid": true })),
        ("GET", ["notebooks"]) => {
            let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
            let mut query = query.into_owned();
            let query = query.find(|(name, _)| name == "query").unwrap_or_default();
            let notebooks = state.list.iter().filter(|it| it.name.contains(&query.1));
            let notebooks: Vec<Value> = notebooks.map(Notebook::document).collect();
            Ok(json!({ "data": notebooks }))
        }
        ("GET", ["notebooks", id]) => {
            let notebook = state.find(id)?;
            Ok(json!({ "data": notebook.document() }))
        }
        ("POST", ["notebooks"]) => {
            let (name, cells) = content(body, &["name", "cells", "time", "status", "metadata"])?;
            let notebook = state.add(&name, cells);
            let kind = &body["data"]["attributes"]["metadata"]["type"];
            notebook.kind = kind.as_str().map(str::to_owned);
            Ok(json!({ "data": notebook.document() }))
        }
        ("PUT", ["notebooks", id]) => {
            let (name, cells) = content(body, &["name", "cells", "time", "status"])?;
            let notebook = state.find(id)?;
            (notebook.name, notebook.cells) = (name, cells);
            notebook.writes += 1;
            Ok(json!({ "data": notebook.document() }))
        }
        _ => Err((404, format!("No route {path:?}"))),
    }
}

fn invalid(words: impl Into<String>) -> Failure {
    (400, words.into())
}

/// Returns the name and the texts of a request, whose attributes must be these.
fn content(body: &Value, known: &[&str]) -> Result<(String, Vec<String>), Failure> {
    let attributes = &body["data"]["attributes"];
    let object = attributes.as_object().ok_or(invalid("no attributes"))?;
    if let Some(key) = object.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(invalid(format!("unknown attribute {key}")));
    }
    let name = attributes["name"].as_str().unwrap_or_default();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(invalid("the name must have 1 to 80 characters"));
    }
    if body["data"]["type"] != "notebooks" || !attributes["time"]["live_span"].is_string() {
        return Err(invalid("no type, or no time"));
    }
    let cells = attributes["cells"].as_array().ok_or(invalid("no cells"))?;
    let texts: Result<Vec<String>, Failure> = cells.iter().map(cell_text).collect();
    match texts? {
        texts if texts.is_empty() => Err(invalid("no cells")),
        texts => Ok((name.to_owned(), texts)),
    }
}

fn cell_text(cell: &Value) -> Result<String, Failure> {
    let definition = &cell["attributes"]["definition"];
    let is_markdown = cell["type"] == "notebook_cells" && definition["type"] == "markdown";
    let text = definition["text"].as_str().filter(|_| is_markdown);
    match text {
        Some(text) if !text.trim().is_empty() => Ok(text.to_owned()),
        Some(_) | None => Err(invalid("a cell is empty, or no Markdown")),
    }
}
