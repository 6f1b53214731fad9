//! Logs a call and applies the faults injected for it: before its effect, instead of it, or after it.

use std::sync::Arc;

use axum::response::Response;
use serde_json::Value;
use tokio::sync::watch;

use crate::faults::{Call, Fault, HoldOutcome, HoldPoint, Outage};
use crate::server;
use crate::server::Shared;
use crate::web_api::ApiError;
use crate::web_api::call::{error_response, plain_response, rate_limited_response};

/// A call in the call log.
pub(crate) struct LoggedCall {
    shared: Arc<Shared>,
    method: String,
    index: usize,
    /// Changes when an outage ends. Subscribed when the call is logged, so that no change is missed.
    recoveries: watch::Receiver<u64>,
}

impl LoggedCall {
    /// Logs a call.
    pub(crate) fn new(shared: &Arc<Shared>, method: &str, arguments: Value) -> Self {
        let (index, recoveries) = shared.change(|workspace| {
            let recoveries = workspace.faults.subscribe_recoveries();
            workspace.calls.push(Call {
                method: method.to_owned(),
                arguments,
                at: workspace.now(),
                error: None,
            });
            (workspace.calls.len() - 1, recoveries)
        });
        Self {
            shared: Arc::clone(shared),
            method: method.to_owned(),
            index,
            recoveries,
        }
    }

    /// Runs the call, unless a fault replaces it, and sends the events that it caused.
    pub(crate) async fn run_with_faults(
        mut self,
        work: impl FnOnce() -> Result<Response, ApiError>,
    ) -> Response {
        if let Some(response) = self.before_effect().await {
            return response;
        }
        let method = &self.method;
        let fault = self
            .shared
            .with(|workspace| workspace.faults.next_fault(method));
        if let Some(fault) = &fault
            && let Some(response) = self.fault_response(fault).await
        {
            return response;
        }
        let response = work().unwrap_or_else(|error| {
            self.record_error(&error.code);
            error_response(&error)
        });
        self.shared.send_pending_events();
        let decision = self.hold_if_matched(HoldPoint::After).await;
        if decision == HoldOutcome::DropConnection || fault == Some(Fault::LostResponse) {
            self.record_error("response_lost");
            return server::drop_connection();
        }
        if let Some(Fault::ErrorAfterEffect(code)) = fault {
            self.record_error(code);
            return error_response(&code.into());
        }
        response
    }

    /// Waits for the latency and the hold point before the effect. During an outage, returns its
    /// response.
    async fn before_effect(&mut self) -> Option<Response> {
        while let Some(outage) = self
            .shared
            .with(|workspace| workspace.faults.current_outage())
        {
            let (name, response) = match outage {
                Outage::Hang => {
                    self.wait_for_recovery().await;
                    continue;
                }
                Outage::Reset => ("connection_reset".to_owned(), server::drop_connection()),
                Outage::Status(status) => (status.to_string(), plain_response(status)),
                Outage::Error(code) => (code.to_owned(), error_response(&code.into())),
            };
            self.record_error(&name);
            return Some(response);
        }
        let latency = self.shared.with(|workspace| workspace.faults.latency);
        if !latency.is_zero() {
            tokio::time::sleep(latency).await;
        }
        if self.hold_if_matched(HoldPoint::Before).await == HoldOutcome::DropConnection {
            self.record_error("connection_reset");
            return Some(server::drop_connection());
        }
        None
    }

    /// Returns the response of a fault that replaces the effect, or `None` if the call has its effect.
    async fn fault_response(&mut self, fault: &Fault) -> Option<Response> {
        let (name, response) = match fault {
            Fault::LostResponse | Fault::ErrorAfterEffect(_) => return None,
            Fault::Hang => {
                self.wait_for_recovery().await;
                return None;
            }
            Fault::Error(code) => ((*code).to_owned(), error_response(&(*code).into())),
            Fault::ErrorBody(body) => {
                let code = body["error"].as_str().unwrap_or("fatal_error");
                let error = ApiError::with_fields(code, body.clone());
                (code.to_owned(), error_response(&error))
            }
            Fault::Status(status) => (status.to_string(), plain_response(*status)),
            Fault::RateLimited(seconds) => {
                ("ratelimited".to_owned(), rate_limited_response(*seconds))
            }
            Fault::Reset => ("connection_reset".to_owned(), server::drop_connection()),
        };
        self.record_error(&name);
        Some(response)
    }

    async fn hold_if_matched(&self, hold_point: HoldPoint) -> HoldOutcome {
        let filter = self.shared.with(|workspace| {
            let arguments = &workspace.calls.get(self.index)?.arguments;
            workspace
                .faults
                .take_call_filter(&self.method, arguments, hold_point)
        });
        match filter {
            Some(filter) => filter.wait_for_outcome().await,
            None => HoldOutcome::Release,
        }
    }

    async fn wait_for_recovery(&mut self) {
        // The sender lives as long as the sandbox. If it is gone, there is no need to wait.
        let _ = self.recoveries.changed().await;
    }

    /// Records the error of the call.
    fn record_error(&self, error: &str) {
        self.shared.with(|workspace| {
            if let Some(call) = workspace.calls.get_mut(self.index) {
                call.error = Some(error.to_owned());
            }
        });
    }
}
