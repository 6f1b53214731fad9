//! What Slack posts to us: checked, read into a [`Request`], answered.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{self, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use muster_commands::payload::Interaction;
use percent_encoding::percent_decode;
use serde_json::{Map, Value, json};

use super::routes::{Front, Kind};
use super::signature::verify;
use crate::metrics;
use crate::slack::listener::{Reply, Request, answer};

/// How large a body may be. Our largest form, filled in to the brim in any script, stays below.
const LARGEST: usize = 64 * 1024;

/// How much of a larger body is read and thrown away, so that its sender gets to read our answer.
const READ_AWAY: usize = 8 * 1024 * 1024;

/// How long a body may take to come in. Slack gives up on us after 3 s anyway.
const PATIENCE: Duration = Duration::from_secs(5);

const JSON: &str = "application/json; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

/// What a body asks for; `None` if it cannot be read.
type Reading = fn(&[u8]) -> Option<Asked>;

/// What Slack asks for.
enum Asked {
    /// Something to be answered.
    Request(Request),
    /// Whether we are there. Slack: `ssl_check`, docs.slack.dev/interactivity/implementing-slash-commands.
    Presence,
}

/// Slash commands.
pub async fn commands(State(front): State<Arc<Front>>, request: extract::Request) -> Response {
    receive(&front, request, read_command).await
}

/// Clicks, submitted forms, message actions and questions for options.
pub async fn interactions(State(front): State<Arc<Front>>, request: extract::Request) -> Response {
    receive(&front, request, read_interaction).await
}

/// What happened in the workspace.
pub async fn events(State(front): State<Arc<Front>>, request: extract::Request) -> Response {
    receive(&front, request, read_event).await
}

async fn receive(front: &Front, request: extract::Request, read: Reading) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    let body = match tokio::time::timeout(PATIENCE, whole(&parts.headers, body)).await {
        Ok(Ok(body)) => body,
        Ok(Err(status)) => {
            tracing::warn!(%path, %status, "The body of a request could not be taken in");
            return status.into_response();
        }
        Err(_) => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    let now = front.bot.clock.now();
    if let Err(reason) = verify(front.signing_secret.as_ref(), &parts.headers, &body, now) {
        tracing::warn!(%path, "A request was turned away: {reason}");
        return StatusCode::UNAUTHORIZED.into_response();
    }
    match read(&body) {
        Some(Asked::Request(request)) => {
            let kind = metrics::kind(&request);
            let mut response = respond(answer(&front.bot, request).await);
            response.extensions_mut().insert(Kind(kind));
            response
        }
        Some(Asked::Presence) => StatusCode::OK.into_response(),
        None => {
            tracing::warn!(%path, "A signed request could not be read, so nothing was done");
            StatusCode::BAD_REQUEST.into_response()
        }
    }
}

/// Reads a whole body, however it comes in.
async fn whole(headers: &HeaderMap, body: Body) -> Result<Bytes, StatusCode> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > READ_AWAY) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let mut chunks = body.into_data_stream();
    let mut whole = Vec::with_capacity(announced.unwrap_or_default().min(LARGEST));
    let mut length = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| StatusCode::BAD_REQUEST)?;
        length += chunk.len();
        if length <= LARGEST {
            whole.extend_from_slice(&chunk);
        } else if length > READ_AWAY {
            break;
        }
    }
    if length > LARGEST {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    Ok(whole.into())
}

fn read_command(body: &[u8]) -> Option<Asked> {
    let fields = fields(body);
    if fields.get("ssl_check").and_then(Value::as_str) == Some("1") {
        return Some(Asked::Presence);
    }
    fields
        .contains_key("command")
        .then_some(Asked::Request(Request::Command(Value::Object(fields))))
}

fn read_interaction(body: &[u8]) -> Option<Asked> {
    // The one field that it has is most of the request: it is found before anything is decoded.
    let Some(payload) = body.split(|byte| *byte == b'&').find_map(payload) else {
        let fields = fields(body);
        let is_check = fields.get("ssl_check").and_then(Value::as_str) == Some("1");
        return is_check.then_some(Asked::Presence);
    };
    let interaction = Interaction::read(&payload)?;
    Some(Asked::Request(Request::Interaction(interaction)))
}

/// Gives the text of the field `payload`, if that is the field; what is not UTF-8 is replaced.
fn payload(field: &[u8]) -> Option<String> {
    let encoded = field.strip_prefix(b"payload=")?;
    let mut decoded = Vec::with_capacity(encoded.len());
    for (place, word) in encoded.split(|byte| *byte == b'+').enumerate() {
        if place > 0 {
            decoded.push(b' ');
        }
        decoded.extend(percent_decode(word));
    }
    Some(
        String::from_utf8(decoded)
            .unwrap_or_else(|broken| String::from_utf8_lossy(broken.as_bytes()).into_owned()),
    )
}

fn read_event(body: &[u8]) -> Option<Asked> {
    let body = serde_json::from_slice(body).ok()?;
    Some(Asked::Request(Request::Event(body)))
}

/// Gives the fields of a form. Of a field that comes twice the first counts; what is not UTF-8 is
/// replaced, so that a stray byte in a title does not cost the whole command.
fn fields(body: &[u8]) -> Map<String, Value> {
    let mut fields = Map::new();
    for (name, value) in form_urlencoded::parse(body) {
        fields
            .entry(name)
            .or_insert_with(|| Value::String(value.into_owned()));
    }
    fields
}

/// Gives the HTTP answer. It is 200 for everything that a person should read: of any other status
/// Slack shows its own words. Events that could not be taken get 503, and come again.
fn respond(reply: Reply) -> Response {
    match reply {
        Reply::Nothing => StatusCode::OK.into_response(),
        Reply::Ephemeral(message) => as_json(&json!({
            "response_type": "ephemeral",
            "text": message.text,
            "blocks": message.blocks,
        })),
        Reply::Body(body) => as_json(&body),
        Reply::NotYet => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Reply::Challenge(word) => ([(header::CONTENT_TYPE, TEXT)], word).into_response(),
    }
}

fn as_json(body: &Value) -> Response {
    ([(header::CONTENT_TYPE, JSON)], body.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_a_form_holds_is_read_as_it_was_written(text in ".{0,200}") {
            let mut form = form_urlencoded::Serializer::new(String::new());
            let body = form.append_pair("payload", &text).finish();
            prop_assert_eq!(payload(body.as_bytes()), Some(text));
        }
    }

    #[test]
    fn a_stray_byte_costs_no_more_than_itself() {
        let read = payload(b"payload=a%FFb+%2B%zz%");
        assert_eq!(read.as_deref(), Some("a\u{fffd}b +%zz%"));
        assert_eq!(payload(b"payloads=a"), None);
    }
}
