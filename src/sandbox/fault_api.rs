//! Injects faults for tests and lists the logged calls.

use std::time::Duration;

use serde_json::{Value, json};

use crate::Sandbox;
use crate::faults::{Call, Fault, HeldCall, HoldPoint, Outage};
use crate::rate_limits::Limits;
use crate::workspace::Retries;

/// The reason of a Socket Mode `disconnect` message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisconnectReason {
    /// The connections will be closed in about ten seconds.
    Warning,
    /// Routine refresh. The connections are closed in about ten seconds.
    RefreshRequested,
    /// Socket Mode was disabled. The connections are closed immediately.
    LinkDisabled,
    /// Too many connections. They are closed immediately.
    TooManyWebsockets,
}

impl DisconnectReason {
    /// Returns Slack's name of the reason.
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
    /// Starts an outage of the Web API and the response URLs.
    pub fn start_outage(&self, outage: Outage) {
        self.shared
            .with(|workspace| workspace.faults.start_outage(outage));
    }

    /// Ends the outage. Hanging calls continue.
    pub fn end_outage(&self) {
        self.shared.with(|workspace| workspace.faults.end_outage());
    }

    /// Makes the next `times` calls of a method fail. The name `response_url` means all response URLs.
    pub fn fail_calls(&self, method: &str, times: usize, fault: Fault) {
        self.shared
            .with(|workspace| workspace.faults.queue_fault(method, times, &fault));
    }

    /// Holds the next call of a method at a hold point.
    #[must_use]
    pub fn hold_call(&self, method: &str, hold_point: HoldPoint) -> HeldCall {
        self.hold_call_where(method, hold_point, |_| true)
    }

    /// Holds the next call of a method whose arguments match.
    #[must_use]
    pub fn hold_call_where(
        &self,
        method: &str,
        hold_point: HoldPoint,
        matcher: impl Fn(&Value) -> bool + Send + 'static,
    ) -> HeldCall {
        self.shared.with(|workspace| {
            let matcher = Box::new(matcher);
            workspace.faults.hold_call(method, hold_point, matcher)
        })
    }

    /// Delays every call by this time before it has an effect.
    pub fn set_latency(&self, latency: Duration) {
        self.shared
            .with(|workspace| workspace.faults.latency = latency);
    }

    /// Changes the rate limits and resets the counters.
    pub fn set_limits(&self, limits: Limits) {
        self.shared.with(|workspace| workspace.limiter.set(limits));
    }

    /// Sets the ack timeout, which is also the lifetime of trigger IDs. The default is Slack's 3 s.
    pub fn set_ack_timeout(&self, timeout: Duration) {
        self.shared
            .with(|workspace| workspace.ack_timeout = timeout);
    }

    /// Sets whether failed events are retried automatically. By default they are not.
    pub fn set_retries(&self, retries: Retries) {
        self.shared.with(|workspace| workspace.retries = retries);
    }

    /// Returns all logged calls in order. Calls of response URLs are named `response_url`.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.shared.with(|workspace| workspace.calls.clone())
    }

    /// Sends a disconnect message to every Socket Mode connection.
    pub fn disconnect_sockets(&self, reason: DisconnectReason) {
        self.shared.disconnect(reason);
    }

    /// Drops every Socket Mode connection without a close frame.
    pub fn drop_sockets(&self) {
        self.shared.drop_sockets();
    }

    /// Sends an envelope of an arbitrary type over Socket Mode. Returns whether it was acknowledged.
    pub async fn send_envelope(&self, kind: &str, payload: &Value) -> bool {
        let timeout = self.shared.with(|workspace| workspace.ack_timeout);
        let envelope = |id: &str| {
            json!({
                "envelope_id": id, "type": kind, "payload": payload, "accepts_response_payload": false,
            })
        };
        let response = self.shared.deliver_envelope(envelope, timeout).await;
        response.is_some_and(|response| response.is_success())
    }

    /// Returns the number of open Socket Mode connections.
    #[must_use]
    pub fn socket_connections(&self) -> usize {
        self.shared.with_sockets(|sockets| sockets.count())
    }

    /// Sets the number of connections that `hello` reports.
    pub fn report_connection_count(&self, connections: usize) {
        self.shared
            .with_sockets(|sockets| sockets.reported_connections = Some(connections));
    }
}
