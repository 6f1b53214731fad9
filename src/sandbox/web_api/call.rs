//! Handles a call of a method: parses it, applies the rate limits, checks the token and scopes,
//! runs the method.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::arguments::{Arguments, RawRequest};
use super::{ApiError, Bodies, Method, find_method};
use crate::rate_limits::Tier;
use crate::server::{self, Shared};
use crate::web_api::call_log::LoggedCall;
use crate::workspace::users::merge;

/// The maximum size of a body, in bytes.
const MAX_BODY_BYTES: usize = 4 << 20;

/// Handles a call.
pub(crate) async fn handle_call(shared: &Arc<Shared>, name: &str, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MAX_BODY_BYTES).await else {
        return server::drop_connection();
    };
    let content_type = head.headers.get(header::CONTENT_TYPE);
    let received = RawRequest {
        query: head.uri.query().unwrap_or_default(),
        content_type: content_type.and_then(|value| value.to_str().ok()),
        body: &body,
    };
    let method = find_method(name);
    let bodies = method.map_or(Bodies::JsonOrForm, |method| method.bodies);
    let arguments = Arguments::parse(&received, bodies);
    let call = arguments.as_ref().map_or(Value::Null, Arguments::as_json);
    let call = LoggedCall::new(shared, name, call);
    let work = || {
        let arguments = arguments?;
        let method = method.ok_or("unknown_method")?;
        shared.perform(
            method,
            &arguments,
            bearer_token(&head.headers, &arguments).as_deref(),
        )
    };
    call.run_with_faults(work).await
}

impl Shared {
    /// Applies the rate limits, checks the token and runs the method.
    fn perform(
        &self,
        method: &Method,
        arguments: &Arguments,
        token: Option<&str>,
    ) -> Result<Response, ApiError> {
        self.change(|workspace| {
            let key = match method.tier {
                Tier::Posting => {
                    let channel = arguments.string("channel")?.unwrap_or_default();
                    format!("{} {channel}", method.name)
                }
                Tier::Two | Tier::Three | Tier::Four | Tier::Special | Tier::ResponseUrl => {
                    method.name.to_owned()
                }
            };
            let now = workspace.now();
            if let Err(seconds) = workspace.limiter.count_call(&key, method.tier, now) {
                return Err(ApiError::with_fields(
                    "ratelimited",
                    json!({"retry_after": seconds}),
                ));
            }
            workspace.check_token(token, method)?;
            let fields = (method.handler)(workspace, arguments)?;
            let mut response = success_response(fields, arguments);
            if let Ok(scopes) = workspace.app.scopes.join(",").parse() {
                response.headers_mut().insert("x-oauth-scopes", scopes);
            }
            Ok(response)
        })
    }
}

/// Returns the token from the header or the form.
fn bearer_token(headers: &HeaderMap, arguments: &Arguments) -> Option<String> {
    let header = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    match header {
        Some(value) => value.strip_prefix("Bearer ").map(str::to_owned),
        None => arguments.string("token").ok().flatten().map(str::to_owned),
    }
}

fn success_response(fields: Value, arguments: &Arguments) -> Response {
    let mut body = json!({"ok": true});
    if arguments.lacks_charset {
        body["warning"] = json!("missing_charset");
        body["response_metadata"] = json!({"warnings": ["missing_charset"]});
    }
    merge(&mut body, fields);
    json_response(StatusCode::OK, &body)
}

/// Returns the response for an error.
pub(super) fn error_response(error: &ApiError) -> Response {
    match (error.code.as_str(), error.fields["retry_after"].as_u64()) {
        ("ratelimited", Some(seconds)) => rate_limited_response(seconds),
        // Only response URLs use another HTTP status.
        ("used_url" | "expired_url" | "invalid_url", _) => {
            json_response(StatusCode::NOT_FOUND, &error.to_body())
        }
        _ => json_response(StatusCode::OK, &error.to_body()),
    }
}

/// Returns HTTP 429 with `Retry-After`.
pub(super) fn rate_limited_response(seconds: u64) -> Response {
    let body = json!({"ok": false, "error": "ratelimited"});
    let mut response = json_response(StatusCode::TOO_MANY_REQUESTS, &body);
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, seconds.into());
    response
}

fn json_response(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let kind = header::HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// Returns a response without JSON, as a failing server does.
pub(super) fn plain_response(status: u16) -> Response {
    let mut response = Response::new(Body::from("upstream connect error or disconnect"));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    response
}
