//! One call of a method from its arrival to its answer: read, limited, checked, done.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::arguments::{Arguments, Received};
use super::noted::Noted;
use super::{Bodies, Method, Refusal, method};
use crate::sandbox::limits::Tier;
use crate::sandbox::people::merge;
use crate::sandbox::server::{self, Shared};

/// The largest body that is read, in bytes.
const LARGEST_BODY: usize = 4 << 20;

/// Answers a call of a method.
pub(in crate::sandbox) async fn call(
    shared: &Arc<Shared>,
    name: &str,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, LARGEST_BODY).await else {
        return server::cut();
    };
    let content_type = head.headers.get(header::CONTENT_TYPE);
    let received = Received {
        query: head.uri.query().unwrap_or_default(),
        content_type: content_type.and_then(|value| value.to_str().ok()),
        body: &body,
    };
    let found = method(name);
    let bodies = found.map_or(Bodies::JsonOrForm, |found| found.bodies);
    let arguments = Arguments::read(&received, bodies);
    let noted = arguments.as_ref().map_or(Value::Null, Arguments::as_json);
    let noted = Noted::new(shared, name, noted);
    let work = || {
        let arguments = arguments?;
        let found = found.ok_or("unknown_method")?;
        shared.perform(
            found,
            &arguments,
            token(&head.headers, &arguments).as_deref(),
        )
    };
    noted.work_with_trouble(work).await
}

impl Shared {
    /// Limits, checks and does one call.
    fn perform(
        &self,
        method: &Method,
        arguments: &Arguments,
        token: Option<&str>,
    ) -> Result<Response, Refusal> {
        self.change(|workspace| {
            let key = match method.tier {
                Tier::Posting => {
                    format!(
                        "{} {}",
                        method.name,
                        arguments.text("channel")?.unwrap_or_default()
                    )
                }
                _ => method.name.to_owned(),
            };
            let now = workspace.now();
            if let Err(seconds) = workspace.limiter.pass(&key, method.tier, now) {
                return Err(Refusal::with(
                    "ratelimited",
                    json!({"retry_after": seconds}),
                ));
            }
            workspace.check_token(token, method)?;
            let answer = (method.run)(workspace, arguments)?;
            let mut response = accepted(answer, arguments);
            if let Ok(scopes) = workspace.app.scopes.join(",").parse() {
                response.headers_mut().insert("x-oauth-scopes", scopes);
            }
            Ok(response)
        })
    }
}

/// Gives the token of a call: from the header, or from a form.
fn token(headers: &HeaderMap, arguments: &Arguments) -> Option<String> {
    let header = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    match header {
        Some(value) => value.strip_prefix("Bearer ").map(str::to_owned),
        None => arguments.text("token").ok().flatten().map(str::to_owned),
    }
}

fn accepted(answer: Value, arguments: &Arguments) -> Response {
    let mut body = json!({"ok": true});
    if arguments.misses_charset {
        body["warning"] = json!("missing_charset");
        body["response_metadata"] = json!({"warnings": ["missing_charset"]});
    }
    merge(&mut body, answer);
    respond(StatusCode::OK, &body)
}

/// Gives the answer that tells of a refusal.
pub(super) fn refused(refusal: &Refusal) -> Response {
    match (refusal.code.as_str(), refusal.more["retry_after"].as_u64()) {
        ("ratelimited", Some(seconds)) => rate_limited(seconds),
        // Response URLs alone answer with another status.
        ("used_url" | "expired_url" | "invalid_url", _) => {
            respond(StatusCode::NOT_FOUND, &refusal.as_body())
        }
        _ => respond(StatusCode::OK, &refusal.as_body()),
    }
}

/// Gives the answer that tells to wait so many seconds.
pub(super) fn rate_limited(seconds: u64) -> Response {
    let body = json!({"ok": false, "error": "ratelimited"});
    let mut response = respond(StatusCode::TOO_MANY_REQUESTS, &body);
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, seconds.into());
    response
}

fn respond(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let kind = header::HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// Gives an answer that is no JSON, as a broken server gives it.
pub(super) fn plain(status: u16) -> Response {
    let mut response = Response::new(Body::from("upstream connect error or disconnect"));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    response
}
