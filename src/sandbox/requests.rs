//! What Slack sends to the app: signed HTTP requests, or envelopes while a Socket Mode connection is open.

use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use reqwest::Url;
use serde_json::{Value, json};
use sha2::Sha256;

use super::ids;
use super::ids::PersonId;
use super::server::Shared;
use super::workspace::Retries;

/// What a request is about: it decides the path and the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestKind {
    /// A slash command.
    Command,
    /// A click, a sent form, a shortcut.
    Interaction,
    /// An external select asks for its options.
    Options,
    /// An event.
    Event,
}

/// A request as Slack would send it; it can be sent again, the very same.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// What it is about.
    pub kind: RequestKind,
    /// What it says. Over HTTP, a command's fields are a form, an interaction's JSON is the form's `payload`.
    pub payload: Value,
    /// Who did what it tells of.
    pub who: Option<PersonId>,
}

/// The second, third or fourth try of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Retry {
    pub(super) number: u32,
    pub(super) reason: &'static str,
}

/// How the app answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Delivered {
    /// None: no answer.
    pub(super) status: Option<u16>,
    pub(super) body: String,
    pub(super) is_json: bool,
    /// The app asked not to be told again.
    pub(super) no_retry: bool,
    pub(super) failure: Option<Failure>,
}

/// Why there was no good answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// None within three seconds.
    Timeout,
    /// No connection, or it was lost.
    Connection,
    /// A status other than 2xx.
    Status,
}

impl Failure {
    /// Gives the word of `x-slack-retry-reason`.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Timeout => "http_timeout",
            Self::Connection => "connection_failed",
            Self::Status => "http_error",
        }
    }
}

impl Delivered {
    /// Tells that there was no connection to answer over.
    pub(super) fn failed(failure: Failure) -> Self {
        Self {
            failure: Some(failure),
            ..Self::default()
        }
    }

    /// Tells whether the app answered with 2xx in time.
    pub(super) fn is_good(&self) -> bool {
        self.failure.is_none()
    }
}

impl Request {
    /// Gives the path on the app's side.
    #[must_use]
    pub fn path(&self) -> &'static str {
        match self.kind {
            RequestKind::Command => "/slack/commands",
            RequestKind::Interaction | RequestKind::Options => "/slack/interactions",
            RequestKind::Event => "/slack/events",
        }
    }

    /// Gives the content type of the body.
    #[must_use]
    pub fn content_type(&self) -> &'static str {
        match self.kind {
            RequestKind::Event => "application/json",
            RequestKind::Command | RequestKind::Interaction | RequestKind::Options => {
                "application/x-www-form-urlencoded"
            }
        }
    }

    /// Gives the body: the same bytes each time.
    #[must_use]
    pub fn body(&self) -> String {
        match self.kind {
            RequestKind::Event => self.payload.to_string(),
            RequestKind::Interaction | RequestKind::Options => {
                form([("payload", self.payload.to_string().as_str())])
            }
            RequestKind::Command => {
                let fields = self.payload.as_object().into_iter().flatten();
                form(
                    fields.map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default())),
                )
            }
        }
    }

    /// Gives the envelope of Socket Mode.
    pub(super) fn envelope(&self, id: &str, retry: Option<&Retry>) -> Value {
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

/// Gives the signature of a body (docs.slack.dev/authentication/verifying-requests-from-slack).
#[must_use]
pub fn signature(secret: &str, timestamp: i64, body: &str) -> String {
    let base = format!("v0:{timestamp}:{body}");
    let digest = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mut mac| {
        mac.update(base.as_bytes());
        mac.finalize().into_bytes()
    });
    // A key of any length is good for HMAC: the other branch is never taken.
    digest.map_or_else(
        |_| String::new(),
        |digest| format!("v0={}", ids::hex(&digest)),
    )
}

fn form<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let Ok(mut url) = Url::parse("http://form/") else {
        return String::new();
    };
    url.query_pairs_mut().extend_pairs(fields);
    url.query().unwrap_or_default().to_owned()
}

impl Shared {
    /// Sends a request to the app and waits for its answer, at most as long as Slack does.
    pub(super) async fn deliver(&self, request: &Request, retry: Option<&Retry>) -> Delivered {
        let (url, patience) =
            self.with(|workspace| (workspace.app_url.clone(), workspace.patience));
        if let Some(answer) = self.deliver_to_socket(request, retry, patience).await {
            return answer;
        }
        match url {
            Some(url) => {
                self.deliver_over_http(&url, request, (retry, patience))
                    .await
            }
            None => Delivered::failed(Failure::Connection),
        }
    }

    async fn deliver_over_http(
        &self,
        url: &str,
        request: &Request,
        (retry, patience): (Option<&Retry>, Duration),
    ) -> Delivered {
        let body = request.body();
        let (timestamp, secret) =
            self.with(|workspace| (workspace.now().timestamp(), workspace.app.signing_secret()));
        let mut call = self
            .http
            .post(format!("{url}{}", request.path()))
            .timeout(patience)
            .header("content-type", request.content_type())
            .header("user-agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
            .header("x-slack-request-timestamp", timestamp)
            .header("x-slack-signature", signature(&secret, timestamp, &body));
        if let Some(retry) = retry {
            call = call
                .header("x-slack-retry-num", retry.number)
                .header("x-slack-retry-reason", retry.reason);
        }
        match call.body(body).send().await {
            Ok(response) => read(response).await,
            Err(error) if error.is_timeout() => Delivered::failed(Failure::Timeout),
            Err(_) => Delivered::failed(Failure::Connection),
        }
    }

    /// Sends the events that wait, in the background.
    pub(super) fn hand_over_events(self: &Arc<Self>) {
        let events = self.with(super::workspace::Workspace::take_events);
        if events.is_empty() {
            return;
        }
        let shared = Arc::clone(self);
        self.in_background(async move {
            for event in events {
                shared.send_event(event).await;
            }
        });
    }

    /// Sends one event; what the app did not take is tried again if the sandbox does so by itself.
    pub(super) async fn send_event(self: &Arc<Self>, envelope: Value) -> Delivered {
        let request = Request {
            kind: RequestKind::Event,
            who: envelope["event"]["user"].as_str().map(PersonId::from),
            payload: envelope,
        };
        self.with(|workspace| {
            if let Some(who) = &request.who {
                workspace.sent.insert(who.clone(), request.clone());
            }
            let kind = request.payload["event"]["type"].as_str();
            let kind = kind.unwrap_or_default().to_owned();
            if request.who.as_ref() != Some(&workspace.app.bot_user) {
                workspace.told.insert(kind, request.clone());
            }
        });
        let answer = self.deliver(&request, None).await;
        let retries = self.with(|workspace| workspace.retries);
        if let (Some(failure), Retries::AsSlack, false) = (answer.failure, retries, answer.no_retry)
        {
            let shared = Arc::clone(self);
            self.in_background(async move { shared.retry(request, failure).await });
        }
        answer
    }

    /// Tries again as Slack does: nearly at once, after a minute, after five.
    async fn retry(&self, request: Request, mut failure: Failure) {
        for (number, seconds) in [(1, 0), (2, 60), (3, 300)] {
            tokio::select! {
                () = self.stopping.cancelled() => return,
                () = tokio::time::sleep(Duration::from_secs(seconds)) => {}
            }
            let reason = failure.reason();
            let answer = self
                .deliver(&request, Some(&Retry { number, reason }))
                .await;
            match answer.failure {
                Some(again) if !answer.no_retry => failure = again,
                Some(_) | None => return,
            }
        }
    }
}

async fn read(response: reqwest::Response) -> Delivered {
    let status = response.status();
    let header = |name: &str| {
        let value = response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let is_json = header("content-type").starts_with("application/json");
    let no_retry = header("x-slack-no-retry") == "1";
    match response.text().await {
        Ok(body) => Delivered {
            status: Some(status.as_u16()),
            body,
            is_json,
            no_retry,
            failure: (!status.is_success()).then_some(Failure::Status),
        },
        Err(error) if error.is_timeout() => Delivered::failed(Failure::Timeout),
        Err(_) => Delivered::failed(Failure::Connection),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_slacks_own_example() {
        let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        assert_eq!(
            signature("8f742231b10e8888abcd99yyyzzz85a5", 1_531_420_618, body),
            "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
        );
    }

    #[test]
    fn a_command_is_a_form() {
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
