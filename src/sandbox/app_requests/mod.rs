//! Requests from Slack to the app: signed HTTP requests, or envelopes while a Socket Mode
//! connection is open.

mod deliver;
pub(crate) mod events;
pub(crate) mod response_effects;
pub(crate) mod response_url;
pub(crate) mod socket_mode;

use hmac::{Hmac, KeyInit, Mac};
use reqwest::Url;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::ids;
use crate::ids::UserId;

/// The kind of a request. It determines the path and the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestKind {
    /// A slash command.
    Command,
    /// A click, a submission or a shortcut.
    Interaction,
    /// A query for the options of an external select.
    Options,
    /// An event.
    Event,
}

/// A request to the app. It can be sent again unchanged.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The kind.
    pub kind: RequestKind,
    /// The payload. Over HTTP, the fields of a command are form-encoded; the JSON of an
    /// interaction is the form field `payload`.
    pub payload: Value,
    /// The user who caused the request.
    pub who: Option<UserId>,
}

/// The second, third or fourth attempt of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Retry {
    pub(crate) number: u32,
    pub(crate) reason: &'static str,
}

/// The app's response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AppResponse {
    /// `None` if there was no response.
    pub(crate) status: Option<u16>,
    pub(crate) body: String,
    pub(crate) is_json: bool,
    /// Whether the app sent `x-slack-no-retry`.
    pub(crate) no_retry: bool,
    pub(crate) failure: Option<DeliveryFailure>,
}

/// Why a delivery failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DeliveryFailure {
    /// No response within three seconds.
    Timeout,
    /// No connection, or it was lost.
    Connection,
    /// A status other than 2xx.
    Status,
}

impl DeliveryFailure {
    /// Returns the value of `x-slack-retry-reason`.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Timeout => "http_timeout",
            Self::Connection => "connection_failed",
            Self::Status => "http_error",
        }
    }
}

impl AppResponse {
    /// Creates the response of a failed delivery.
    pub(crate) fn failed(failure: DeliveryFailure) -> Self {
        Self {
            failure: Some(failure),
            ..Self::default()
        }
    }

    /// Returns whether the app responded with 2xx in time.
    pub(crate) fn is_success(&self) -> bool {
        self.failure.is_none()
    }
}

impl Request {
    /// Returns the path on the app's server.
    #[must_use]
    pub fn path(&self) -> &'static str {
        match self.kind {
            RequestKind::Command => "/slack/commands",
            RequestKind::Interaction | RequestKind::Options => "/slack/interactions",
            RequestKind::Event => "/slack/events",
        }
    }

    /// Returns the content type of the body.
    #[must_use]
    pub(crate) fn content_type(&self) -> &'static str {
        match self.kind {
            RequestKind::Event => "application/json",
            RequestKind::Command | RequestKind::Interaction | RequestKind::Options => {
                "application/x-www-form-urlencoded"
            }
        }
    }

    /// Returns the body. The bytes are the same on every call.
    #[must_use]
    pub fn body(&self) -> String {
        match self.kind {
            RequestKind::Event => self.payload.to_string(),
            RequestKind::Interaction | RequestKind::Options => {
                form_body([("payload", self.payload.to_string().as_str())])
            }
            RequestKind::Command => {
                let fields = self.payload.as_object().into_iter().flatten();
                form_body(
                    fields.map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default())),
                )
            }
        }
    }

    /// Returns the Socket Mode envelope.
    pub(crate) fn envelope(&self, id: &str, retry: Option<&Retry>) -> Value {
        let (kind, accepts) = match self.kind {
            RequestKind::Command => ("slash_commands", true),
            RequestKind::Options => ("interactive", true),
            RequestKind::Interaction => ("interactive", self.payload["type"] == "view_submission"),
            RequestKind::Event => ("events_api", false),
        };
        let mut envelope = json!({
            "envelope_id": id, "type": kind, "payload": self.payload, "accepts_response_payload": accepts,
        });
        if self.kind == RequestKind::Event {
            envelope["retry_attempt"] = json!(retry.map_or(0, |retry| retry.number));
            envelope["retry_reason"] = json!(retry.map_or("", |retry| retry.reason));
        }
        envelope
    }
}

/// Returns the signature of a body (docs.slack.dev/authentication/verifying-requests-from-slack).
#[must_use]
pub fn signature(secret: &str, timestamp: i64, body: &str) -> String {
    let base = format!("v0:{timestamp}:{body}");
    let digest = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mut mac| {
        mac.update(base.as_bytes());
        mac.finalize().into_bytes()
    });
    // HMAC accepts keys of any length, so this never fails.
    digest.map_or_else(
        |_| String::new(),
        |digest| format!("v0={}", ids::hex(&digest)),
    )
}

fn form_body<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let Ok(mut url) = Url::parse("http://form/") else {
        return String::new();
    };
    url.query_pairs_mut().extend_pairs(fields);
    url.query().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signature_matches_the_example_of_slack() {
        let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        assert_eq!(
            signature("8f742231b10e8888abcd99yyyzzz85a5", 1_531_420_618, body),
            "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
        );
    }

    #[test]
    fn command_body_is_form_encoded() {
        let request = Request {
            kind: RequestKind::Command,
            payload: json!({"command": "/lantern", "text": "a b&c"}),
            who: None,
        };
        assert_eq!(request.body(), "command=%2Flantern&text=a+b%26c");
        assert_eq!(
            request.envelope("1", None)["accepts_response_payload"],
            true
        );
    }
}
