//! How tests stage trouble and look at the calls that came.

use std::time::Duration;

use serde_json::{Value, json};

use super::Sandbox;
use super::faults::{Call, Down, Held, Moment, Trouble};
use super::limits::Limits;
use super::workspace::Retries;

/// Why Socket Mode connections are told to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disconnect {
    /// They will be closed in about ten seconds.
    Warning,
    /// Routine: they are closed in about ten seconds.
    RefreshRequested,
    /// Socket Mode was switched off: they are closed at once.
    LinkDisabled,
    /// There are too many: they are closed at once.
    TooManyWebsockets,
}

impl Disconnect {
    /// Gives Slack's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::RefreshRequested => "refresh_requested",
            Self::LinkDisabled => "link_disabled",
            Self::TooManyWebsockets => "too_many_websockets",
        }
    }
}

impl Sandbox {
    /// Takes all that the app calls down: the Web API and the response URLs.
    pub fn goes_down(&self, down: Down) {
        self.shared.with(|workspace| workspace.faults.go_down(down));
    }

    /// Brings Slack back. Calls that hang go on.
    pub fn comes_back(&self) {
        self.shared.with(|workspace| workspace.faults.come_back());
    }

    /// Lets the next `times` calls of a method go wrong. `response_url` stands for all response URLs.
    pub fn fails(&self, method: &str, times: usize, trouble: Trouble) {
        self.shared
            .with(|workspace| workspace.faults.fail(method, times, &trouble));
    }

    /// Holds the next call of a method at a moment.
    #[must_use]
    pub fn hold(&self, method: &str, moment: Moment) -> Held {
        self.hold_where(method, moment, |_| true)
    }

    /// Holds the next call of a method whose arguments are such at a moment.
    #[must_use]
    pub fn hold_where(
        &self,
        method: &str,
        moment: Moment,
        wanted: impl Fn(&Value) -> bool + Send + 'static,
    ) -> Held {
        self.shared.with(|workspace| {
            let wanted = Box::new(wanted);
            workspace.faults.hold(method, moment, wanted)
        })
    }

    /// Makes every call take this long before anything happens.
    pub fn latency(&self, latency: Duration) {
        self.shared
            .with(|workspace| workspace.faults.latency = latency);
    }

    /// Switches rate limits on or off; what was counted is forgotten.
    pub fn limits(&self, limits: Limits) {
        self.shared.with(|workspace| workspace.limiter.set(limits));
    }

    /// Sets how long the app has to answer a request, and to use its trigger: 3 s until then, as in Slack.
    pub fn patience(&self, patience: Duration) {
        self.shared.with(|workspace| workspace.patience = patience);
    }

    /// Sets what happens to events that the app did not take. Until then nothing does by itself.
    pub fn retries(&self, retries: Retries) {
        self.shared.with(|workspace| workspace.retries = retries);
    }

    /// Gives all calls that came, in their order. Answers sent to response URLs are called `response_url`.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.shared.with(|workspace| workspace.calls.clone())
    }

    /// Tells whether the sandbox knows a method of the Web API; others are answered with `unknown_method`.
    #[must_use]
    pub fn knows_method(name: &str) -> bool {
        super::web_api::method(name).is_some()
    }

    /// Tells every Socket Mode connection to go.
    pub fn socket_disconnects(&self, reason: Disconnect) {
        self.shared.disconnect(reason);
    }

    /// Drops every Socket Mode connection without a word.
    pub fn socket_drops(&self) {
        self.shared.drop_sockets();
    }

    /// Sends an envelope of a type of the test's own over Socket Mode; tells whether it was acknowledged.
    pub async fn socket_sends(&self, kind: &str, payload: &Value) -> bool {
        let patience = self.shared.with(|workspace| workspace.patience);
        let envelope = |id: &str| {
            json!({
                "envelope_id": id, "type": kind, "payload": payload, "accepts_response_payload": false,
            })
        };
        let answer = self.shared.deliver_envelope(envelope, patience).await;
        answer.is_some_and(|answer| answer.is_good())
    }

    /// Gives the number of open Socket Mode connections.
    #[must_use]
    pub fn socket_connections(&self) -> usize {
        self.shared.sockets(|sockets| sockets.count())
    }

    /// Sets what `hello` says about the number of connections, whatever it is in truth.
    pub fn sockets_want(&self, connections: usize) {
        self.shared
            .sockets(|sockets| sockets.told = Some(connections));
    }
}
