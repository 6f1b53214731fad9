//! The HTTP API of the stand-in, in both editions.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream;
use serde_json::{Value, json};

use super::pages::{Draft, Failure, Pages, StoredPage};
use super::{Edition, Shared, USER};
use crate::support::pause::PausePoint;

/// The key and the ID of the only space.
const SPACE: (&str, &str) = ("OPS", "65537");

pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new().fallback(handle).with_state(shared)
}

/// A request, in parts.
struct Call {
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    body: Value,
}

impl Call {
    fn read(edition: Edition, method: Method, uri: &Uri, body: &[u8]) -> Self {
        let prefix = match edition {
            Edition::Cloud => "/wiki/api/v2/",
            Edition::DataCenter => "/rest/api/",
        };
        let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        Self {
            method,
            path: uri
                .path()
                .strip_prefix(prefix)
                .unwrap_or_default()
                .to_owned(),
            query: query.into_owned().collect(),
            body: serde_json::from_slice(body).unwrap_or_default(),
        }
    }

    fn query(&self, name: &str) -> Vec<&str> {
        let values = self.query.iter().filter(|(key, _)| key == name);
        values.map(|(_, value)| value.as_str()).collect()
    }

    fn first(&self, name: &str) -> &str {
        self.query(name).first().copied().unwrap_or_default()
    }
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
        shared.pages().writes += 1;
        shared.pause.pass(PausePoint::Arrival).await;
    }
    let response = match prepare(&shared, &headers, &method) {
        Some(response) => response,
        None => {
            let call = Call::read(shared.edition, method, &uri, &body);
            let result = dispatch(shared.edition, &mut shared.pages(), &call);
            respond(shared.edition, result)
        }
    };
    if !writes {
        return response;
    }
    shared.pause.pass(PausePoint::Response).await;
    match std::mem::take(&mut shared.pages().breaks_next_write) {
        true => broken_response(),
        false => response,
    }
}

/// Returns a response that ends in the middle.
fn broken_response() -> Response {
    let error = Err::<Bytes, _>(std::io::Error::other("the connection breaks"));
    Body::from_stream(stream::iter([error])).into_response()
}

/// Checks the headers, and returns the response of a fault.
fn prepare(shared: &Shared, headers: &HeaderMap, method: &Method) -> Option<Response> {
    let mut pages = shared.pages();
    if pages.is_down {
        return Some((StatusCode::SERVICE_UNAVAILABLE, "<html>Down</html>").into_response());
    }
    if let Some(seconds) = pages.limited.take() {
        let headers = [("retry-after", seconds.to_string())];
        return Some((StatusCode::TOO_MANY_REQUESTS, headers).into_response());
    }
    let header = |name| headers.get(name).and_then(|it| it.to_str().ok());
    let expected = match shared.edition {
        Edition::Cloud => {
            let credentials = STANDARD.encode(format!("{USER}:{}", pages.token));
            format!("Basic {credentials}")
        }
        Edition::DataCenter => format!("Bearer {}", pages.token),
    };
    if header("authorization") != Some(&expected) {
        return Some((StatusCode::UNAUTHORIZED, "<html>Log in</html>").into_response());
    }
    if method != Method::GET && header("content-type") != Some("application/json") {
        return Some(StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response());
    }
    None
}

fn respond(edition: Edition, result: Result<Value, Failure>) -> Response {
    let (status, body) = match (edition, result) {
        (_, Ok(body)) => (200, body),
        (Edition::Cloud, Err(failure)) => {
            let error =
                json!({ "status": failure.status, "title": failure.message, "detail": null });
            (failure.status, json!({ "errors": [error] }))
        }
        (Edition::DataCenter, Err(failure)) => (
            failure.status,
            json!({ "statusCode": failure.status, "message": failure.message }),
        ),
    };
    (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response()
}

fn dispatch(edition: Edition, pages: &mut Pages, call: &Call) -> Result<Value, Failure> {
    let path: Vec<&str> = call.path.split('/').collect();
    match (edition, call.method.as_str(), &path[..]) {
        (Edition::Cloud, "GET", ["spaces"]) => {
            let is_found = call.query("keys") == [SPACE.0];
            let space = json!({ "id": SPACE.1, "key": SPACE.0, "name": "Operations" });
            let results = if is_found { vec![space] } else { Vec::new() };
            Ok(json!({ "results": results }))
        }
        (Edition::DataCenter, "GET", ["space", key]) => match *key == SPACE.0 {
            true => Ok(json!({ "id": 65537, "key": key })),
            false => Err(no_space(key)),
        },
        (Edition::Cloud, "GET", ["pages"]) if call.first("space-id") == SPACE.1 => {
            Ok(list(pages, call, &call.query("status")))
        }
        (Edition::DataCenter, "GET", ["content"]) if call.first("spaceKey") == SPACE.0 => {
            Ok(list(pages, call, &["current"]))
        }
        (Edition::Cloud, "GET", ["pages", id]) | (Edition::DataCenter, "GET", ["content", id]) => {
            pages.find(id).map(|page| document(page, call))
        }
        (Edition::Cloud, "POST", ["pages"]) | (Edition::DataCenter, "POST", ["content"]) => {
            let draft = draft(edition, &call.body)?;
            pages.create(draft).map(|page| document(page, call))
        }
        (Edition::Cloud, "PUT", ["pages", id]) | (Edition::DataCenter, "PUT", ["content", id]) => {
            let draft = updated(edition, call, id)?;
            pages.update(id, draft).map(|page| document(page, call))
        }
        _ => Err(Failure::new(404, format!("No route {}", call.path))),
    }
}

fn no_space(key: &str) -> Failure {
    Failure::new(404, format!("No space with key : {key}"))
}

fn list(pages: &Pages, call: &Call, statuses: &[&str]) -> Value {
    let pages = pages.find_title(call.first("title"), statuses);
    let results: Vec<Value> = pages.iter().map(|page| document(page, call)).collect();
    json!({ "results": results, "size": results.len() })
}

/// Returns a page. The content is returned only on request, and macros have got IDs.
fn document(page: &StoredPage, call: &Call) -> Value {
    let has_body = call.first("body-format") == "storage"
        || call
            .first("expand")
            .split(',')
            .any(|it| it == "body.storage");
    let mut document = json!({
        "id": page.id,
        "status": page.status,
        "title": page.title,
        "version": { "number": page.version, "message": page.message },
        "_links": { "webui": format!("/spaces/OPS/pages/{}", page.id) },
    });
    if has_body {
        let stored = page.body.replace(
            "<ac:structured-macro ",
            "<ac:structured-macro ac:schema-version=\"1\" ac:macro-id=\"0b7c\" ",
        );
        document["body"] = json!({ "storage": { "value": stored, "representation": "storage" } });
    }
    document
}

/// Returns an object that has no other fields than these.
fn fields<'a>(value: &'a Value, known: &[&str]) -> Result<&'a Value, Failure> {
    let object = value
        .as_object()
        .ok_or_else(|| Failure::new(400, "An object is missing"))?;
    match object.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(Failure::new(400, format!("Unrecognized field {key}"))),
        None => Ok(value),
    }
}

fn text(value: &Value) -> Result<String, Failure> {
    let text = value.as_str().map(str::to_owned);
    text.ok_or_else(|| Failure::new(400, "A text is missing"))
}

/// Returns the content in the storage format.
fn storage(edition: Edition, body: &Value) -> Result<String, Failure> {
    let body = match edition {
        Edition::Cloud => body,
        Edition::DataCenter => &fields(body, &["storage"])?["storage"],
    };
    let body = fields(body, &["representation", "value"])?;
    match body["representation"] == "storage" {
        true => text(&body["value"]),
        false => Err(Failure::new(400, "Unknown representation")),
    }
}

/// Reads the body of a request that creates a page.
fn draft(edition: Edition, body: &Value) -> Result<Draft, Failure> {
    let parent = match edition {
        Edition::Cloud => {
            fields(body, &["spaceId", "status", "title", "parentId", "body"])?;
            if body["status"] != "current" || body["spaceId"] != SPACE.1 {
                return Err(Failure::new(404, "Space does not exist"));
            }
            body["parentId"].as_str()
        }
        Edition::DataCenter => {
            fields(body, &["type", "title", "space", "ancestors", "body"])?;
            if body["type"] != "page" || body["space"]["key"] != SPACE.0 {
                return Err(no_space(body["space"]["key"].as_str().unwrap_or_default()));
            }
            body["ancestors"][0]["id"].as_str()
        }
    };
    Ok(Draft {
        title: text(&body["title"])?,
        body: storage(edition, &body["body"])?,
        parent: parent.map(str::to_owned),
        version: None,
    })
}

/// Reads the body of a request that writes a version.
fn updated(edition: Edition, call: &Call, id: &str) -> Result<Draft, Failure> {
    let body = &call.body;
    let kind = match edition {
        Edition::Cloud => ("status", "current"),
        Edition::DataCenter => ("type", "page"),
    };
    fields(body, &["id", kind.0, "title", "body", "version"])?;
    if body["id"] != id || body[kind.0] != kind.1 {
        return Err(Failure::new(400, format!("Provide {} and the ID", kind.0)));
    }
    let version = fields(&body["version"], &["number", "message"])?;
    let number = version["number"].as_u64();
    Ok(Draft {
        title: text(&body["title"])?,
        body: storage(edition, &body["body"])?,
        parent: None,
        version: number.zip(version["message"].as_str().map(str::to_owned)),
    })
}
