//! Slack's webhooks: verifies a request, parses it into a [`Request`], and responds.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{self, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use muster_commands::payload::interaction::Interaction;
use percent_encoding::percent_decode;
use serde_json::{Map, Value};

use crate::http::body_reader::ReceivedBody;
use crate::http::routes::{HttpState, RequestKind};
use crate::http::signature::verify;
use crate::metrics;
use crate::slack::dispatch::handle_request;
use crate::slack::request::{Acknowledgement, Request};

/// The timeout for receiving a body. Slack itself stops waiting after 3 s.
const BODY_TIMEOUT: Duration = Duration::from_secs(5);

const JSON: &str = "application/json; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

/// Parses a body; `None` if it is malformed.
type BodyParser = fn(&[u8]) -> Option<Endpoint>;

/// A parsed body.
enum Endpoint {
    /// A request for the app.
    Request(Request),
    /// A certificate check. Slack: `ssl_check`, docs.slack.dev/interactivity/implementing-slash-commands.
    SslCheck,
}

/// Handles slash commands.
pub async fn commands(State(state): State<Arc<HttpState>>, request: extract::Request) -> Response {
    receive(&state, request, read_command).await
}

/// Handles block actions, view submissions, message actions and options requests.
pub async fn interactions(
    State(state): State<Arc<HttpState>>,
    request: extract::Request,
) -> Response {
    receive(&state, request, read_interaction).await
}

/// Handles events of the Events API.
pub async fn events(State(state): State<Arc<HttpState>>, request: extract::Request) -> Response {
    receive(&state, request, read_event).await
}

async fn receive(state: &HttpState, request: extract::Request, read: BodyParser) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    let reading = state.body_reader.read(&parts.headers, body);
    // The memory stays reserved until the request has been handled.
    let ReceivedBody {
        content: body,
        _reserved,
    } = match tokio::time::timeout(BODY_TIMEOUT, reading).await {
        Ok(Ok(body)) => body,
        Ok(Err(status)) => {
            tracing::warn!(%path, %status, "The body of a request could not be received");
            return status.into_response();
        }
        Err(_) => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    let now = state.app.clock.now();
    if let Err(reason) = verify(state.signing_secret.as_ref(), &parts.headers, &body, now) {
        tracing::warn!(%path, "A request was rejected: {reason}");
        return StatusCode::UNAUTHORIZED.into_response();
    }
    match read(&body) {
        Some(Endpoint::Request(request)) => {
            let kind = metrics::request_kind(&request);
            let mut response = http_response(handle_request(&state.app, request).await);
            response.extensions_mut().insert(RequestKind(kind));
            response
        }
        Some(Endpoint::SslCheck) => StatusCode::OK.into_response(),
        None => {
            tracing::warn!(%path, "A signed request could not be parsed and was ignored");
            StatusCode::BAD_REQUEST.into_response()
        }
    }
}

fn read_command(body: &[u8]) -> Option<Endpoint> {
    let fields = form_fields(body);
    if fields.get("ssl_check").and_then(Value::as_str) == Some("1") {
        return Some(Endpoint::SslCheck);
    }
    fields
        .contains_key("command")
        .then_some(Endpoint::Request(Request::Command(Value::Object(fields))))
}

fn read_interaction(body: &[u8]) -> Option<Endpoint> {
    // The field `payload` is most of the body, so it is searched for before the form is decoded.
    let Some(payload) = body.split(|byte| *byte == b'&').find_map(payload_field) else {
        let fields = form_fields(body);
        let is_check = fields.get("ssl_check").and_then(Value::as_str) == Some("1");
        return is_check.then_some(Endpoint::SslCheck);
    };
    let interaction = Interaction::parse(&payload)?;
    Some(Endpoint::Request(Request::Interaction(interaction)))
}

/// Returns the value if the field is `payload`. Invalid UTF-8 is replaced.
fn payload_field(field: &[u8]) -> Option<String> {
    let encoded = field.strip_prefix(b"payload=")?;
    let mut decoded = Vec::with_capacity(encoded.len());
    for (index, part) in encoded.split(|byte| *byte == b'+').enumerate() {
        if index > 0 {
            decoded.push(b' ');
        }
        decoded.extend(percent_decode(part));
    }
    Some(
        String::from_utf8(decoded)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
    )
}

fn read_event(body: &[u8]) -> Option<Endpoint> {
    let body = serde_json::from_slice(body).ok()?;
    Some(Endpoint::Request(Request::Event(body)))
}

/// Returns the fields of a form; the first one of the same name counts. Invalid UTF-8 is replaced, so that
/// one invalid byte in a title does not make the command fail.
fn form_fields(body: &[u8]) -> Map<String, Value> {
    let mut fields = Map::new();
    for (name, value) in form_urlencoded::parse(body) {
        fields
            .entry(name)
            .or_insert_with(|| Value::String(value.into_owned()));
    }
    fields
}

/// Returns the HTTP response: 200 for every message to the user, because Slack replaces the body of any other
/// status with its own text. Events that cannot be stored get 503, and Slack sends them again.
fn http_response(acknowledgement: Acknowledgement) -> Response {
    match acknowledgement {
        Acknowledgement::Empty => StatusCode::OK.into_response(),
        Acknowledgement::Ephemeral(message) => json_response(&message.to_ephemeral_response()),
        Acknowledgement::Body(body) => json_response(&body),
        Acknowledgement::Unavailable => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Acknowledgement::Challenge(challenge) => {
            ([(header::CONTENT_TYPE, TEXT)], challenge).into_response()
        }
    }
}

fn json_response(body: &Value) -> Response {
    ([(header::CONTENT_TYPE, JSON)], body.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn payload_field_is_decoded_verbatim(text in ".{0,200}") {
            let mut form = form_urlencoded::Serializer::new(String::new());
            let body = form.append_pair("payload", &text).finish();
            prop_assert_eq!(payload_field(body.as_bytes()), Some(text));
        }
    }

    #[test]
    fn invalid_bytes_are_replaced_in_the_payload() {
        let read = payload_field(b"payload=a%FFb+%2B%zz%");
        assert_eq!(read.as_deref(), Some("a\u{fffd}b +%zz%"));
        assert_eq!(payload_field(b"payloads=a"), None);
    }
}
