//! Fault injection for tests: outages, failing methods, lost responses, and calls held before or
//! after their effect.

use std::collections::VecDeque;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio::sync::watch;

/// A logged call of the Web API.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The method, such as `chat.postMessage`, or `response_url`.
    pub method: String,
    /// The parsed arguments, without the token.
    pub arguments: Value,
    /// When the call arrived.
    pub at: DateTime<Utc>,
    /// Slack's error code if the call was rejected. The name of the injected fault if the call
    /// got no regular response.
    pub error: Option<String>,
}

/// How Slack as a whole is down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outage {
    /// Connections are closed without a response.
    Reset,
    /// Every call returns this HTTP status.
    Status(u16),
    /// No call gets a response. Calls that are still waiting continue when the outage ends.
    Hang,
    /// Every call returns this error code.
    Error(&'static str),
}

/// How a single call fails.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Returns this error code.
    Error(&'static str),
    /// Returns this body, with `ok` set to false.
    ErrorBody(Value),
    /// Returns this HTTP status without an effect.
    Status(u16),
    /// HTTP 429 with this `Retry-After`, in seconds.
    RateLimited(u64),
    /// The connection is closed before the call has an effect.
    Reset,
    /// The call has its effect, then the connection is closed without a response.
    LostResponse,
    /// The call has its effect and returns this error code, as Slack does with `fatal_error`.
    ErrorAfterEffect(&'static str),
    /// No response and no effect until the outage ends.
    Hang,
}

/// The point at which a call is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldPoint {
    /// Before the call has its effect.
    Before,
    /// After the effect and before the response.
    After,
}

/// A call that is held, or will be. Dropping this value releases the call.
#[derive(Debug)]
pub struct HeldCall {
    has_arrived: watch::Receiver<bool>,
    outcome: watch::Sender<HoldOutcome>,
}

/// The outcome of a held call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HoldOutcome {
    Pending,
    Release,
    DropConnection,
}

impl HeldCall {
    /// Waits until the call has arrived at its hold point. Returns immediately if it already has.
    pub async fn wait_for_call(&self) {
        let mut has_arrived = self.has_arrived.clone();
        // The sender is dropped only with the call's connection; in that case the call has arrived, too.
        let _ = has_arrived.wait_for(|has_arrived| *has_arrived).await;
    }

    /// Releases the call.
    pub fn release(&self) {
        self.outcome.send_replace(HoldOutcome::Release);
    }

    /// Closes the call's connection without a response.
    pub fn drop_connection(&self) {
        self.outcome.send_replace(HoldOutcome::DropConnection);
    }
}

impl Drop for HeldCall {
    fn drop(&mut self) {
        self.outcome.send_if_modified(|decision| {
            let waits = *decision == HoldOutcome::Pending;
            if waits {
                *decision = HoldOutcome::Release;
            }
            waits
        });
    }
}

/// Selects calls of a method by their arguments.
pub(super) type CallMatcher = Box<dyn Fn(&Value) -> bool + Send>;

/// Holds the call that a [`HeldCall`] refers to.
pub(super) struct CallFilter {
    method: String,
    hold_point: HoldPoint,
    matcher: CallMatcher,
    has_arrived: watch::Sender<bool>,
    outcome: watch::Receiver<HoldOutcome>,
}

impl CallFilter {
    /// Reports that the call has arrived and waits for its outcome.
    pub(super) async fn wait_for_outcome(mut self) -> HoldOutcome {
        self.has_arrived.send_replace(true);
        match self.outcome.wait_for(|d| *d != HoldOutcome::Pending).await {
            Ok(decision) => *decision,
            Err(_) => HoldOutcome::Release,
        }
    }
}

/// All faults that are currently injected.
pub(super) struct Faults {
    outage: watch::Sender<Option<Outage>>,
    /// Counts the ended outages. A hanging call continues when it changes.
    recoveries: watch::Sender<u64>,
    queued_faults: VecDeque<(String, Fault)>,
    call_filters: Vec<CallFilter>,
    pub(super) latency: Duration,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            outage: watch::Sender::new(None),
            recoveries: watch::Sender::new(0),
            queued_faults: VecDeque::new(),
            call_filters: Vec::new(),
            latency: Duration::ZERO,
        }
    }
}

impl Faults {
    /// Starts an outage.
    pub(super) fn start_outage(&mut self, down: Outage) {
        self.outage.send_replace(Some(down));
    }

    /// Ends the outage. Hanging calls continue.
    pub(super) fn end_outage(&mut self) {
        self.outage.send_replace(None);
        self.recoveries.send_modify(|times| *times += 1);
    }

    pub(super) fn current_outage(&self) -> Option<Outage> {
        self.outage.borrow().clone()
    }

    /// Returns a receiver that changes when an outage ends.
    pub(super) fn subscribe_recoveries(&self) -> watch::Receiver<u64> {
        self.recoveries.subscribe()
    }

    /// Makes the next `times` calls of a method fail.
    pub(super) fn queue_fault(&mut self, method: &str, times: usize, trouble: &Fault) {
        for _ in 0..times {
            self.queued_faults
                .push_back((method.to_owned(), trouble.clone()));
        }
    }

    /// Takes the fault for the next call of this method.
    pub(super) fn next_fault(&mut self, method: &str) -> Option<Fault> {
        let index = self
            .queued_faults
            .iter()
            .position(|(name, _)| name == method)?;
        self.queued_faults.remove(index).map(|(_, fault)| fault)
    }

    /// Holds the next call of a method that matches.
    pub(super) fn hold_call(
        &mut self,
        method: &str,
        hold_point: HoldPoint,
        matcher: CallMatcher,
    ) -> HeldCall {
        let (has_arrived, arrival) = watch::channel(false);
        let (decision, decided) = watch::channel(HoldOutcome::Pending);
        self.call_filters.push(CallFilter {
            method: method.to_owned(),
            hold_point,
            matcher,
            has_arrived,
            outcome: decided,
        });
        HeldCall {
            has_arrived: arrival,
            outcome: decision,
        }
    }

    /// Takes the filter that matches this call at this hold point.
    pub(super) fn take_call_filter(
        &mut self,
        method: &str,
        arguments: &Value,
        hold_point: HoldPoint,
    ) -> Option<CallFilter> {
        let index = self.call_filters.iter().position(|filter| {
            filter.method == method
                && filter.hold_point == hold_point
                && (filter.matcher)(arguments)
        })?;
        Some(self.call_filters.remove(index))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn call_waits_at_its_hold_point_for_the_outcome() {
        let mut faults = Faults::default();
        let is_c1 = |arguments: &Value| arguments["channel"] == "C1";
        let handle = faults.hold_call("pins.add", HoldPoint::After, Box::new(is_c1));
        let (here, elsewhere) = (json!({"channel": "C1"}), json!({"channel": "C2"}));
        assert!(
            faults
                .take_call_filter("pins.add", &here, HoldPoint::Before)
                .is_none()
        );
        assert!(
            faults
                .take_call_filter("pins.add", &elsewhere, HoldPoint::After)
                .is_none()
        );
        let call = faults
            .take_call_filter("pins.add", &here, HoldPoint::After)
            .map(|filter| tokio::spawn(filter.wait_for_outcome()));
        handle.wait_for_call().await;
        handle.drop_connection();
        let decision = match call {
            Some(call) => call.await.ok(),
            None => None,
        };
        assert_eq!(decision, Some(HoldOutcome::DropConnection));
    }

    #[test]
    fn fault_fails_only_the_requested_number_of_calls() {
        let mut faults = Faults::default();
        faults.queue_fault("pins.add", 2, &Fault::Status(503));
        assert_eq!(faults.next_fault("pins.list"), None);
        assert_eq!(faults.next_fault("pins.add"), Some(Fault::Status(503)));
        assert_eq!(faults.next_fault("pins.add"), Some(Fault::Status(503)));
        assert_eq!(faults.next_fault("pins.add"), None);
    }
}
