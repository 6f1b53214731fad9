//! A call that was noted, and the trouble that a test staged for it: before its work, instead of it, or after it.

use std::sync::Arc;

use axum::response::Response;
use serde_json::Value;
use tokio::sync::watch;

use super::Refusal;
use super::call::{plain, rate_limited, refused};
use crate::sandbox::faults::{Call, Decision, Down, Moment, Trouble};
use crate::sandbox::server::{self, Shared};

/// A call in the list of calls.
pub(in crate::sandbox) struct Noted {
    shared: Arc<Shared>,
    method: String,
    place: usize,
    /// Changes when Slack comes back; taken when the call was noted, so that no coming back is missed.
    back: watch::Receiver<u64>,
}

impl Noted {
    /// Notes a call.
    pub(in crate::sandbox) fn new(shared: &Arc<Shared>, method: &str, arguments: Value) -> Self {
        let (place, back) = shared.change(|workspace| {
            let back = workspace.faults.back();
            workspace.calls.push(Call {
                method: method.to_owned(),
                arguments,
                at: workspace.now(),
                error: None,
            });
            (workspace.calls.len() - 1, back)
        });
        Self {
            shared: Arc::clone(shared),
            method: method.to_owned(),
            place,
            back,
        }
    }

    /// Does the call's work, unless staged trouble comes first, and sends the events that it caused.
    pub(in crate::sandbox) async fn work_with_trouble(
        mut self,
        work: impl FnOnce() -> Result<Response, Refusal>,
    ) -> Response {
        if let Some(response) = self.before().await {
            return response;
        }
        let method = &self.method;
        let trouble = self
            .shared
            .with(|workspace| workspace.faults.next_trouble(method));
        if let Some(trouble) = &trouble
            && let Some(response) = self.refuse_first(trouble).await
        {
            return response;
        }
        let response = work().unwrap_or_else(|refusal| {
            self.failed(&refusal.code);
            refused(&refusal)
        });
        self.shared.hand_over_events();
        let decision = self.fall_into_trap(Moment::After).await;
        if decision == Decision::Cut || trouble == Some(Trouble::LostAnswer) {
            self.failed("answer_lost");
            return server::cut();
        }
        if let Some(Trouble::DoneBut(code)) = trouble {
            self.failed(code);
            return refused(&code.into());
        }
        response
    }

    /// Waits for the latency and the trap before the work, unless Slack is down: then gives that answer.
    async fn before(&mut self) -> Option<Response> {
        while let Some(down) = self.shared.with(|workspace| workspace.faults.is_down()) {
            let (word, response) = match down {
                Down::Hang => {
                    self.until_back().await;
                    continue;
                }
                Down::Reset => ("connection_reset".to_owned(), server::cut()),
                Down::Status(status) => (status.to_string(), plain(status)),
                Down::Error(code) => (code.to_owned(), refused(&code.into())),
            };
            self.failed(&word);
            return Some(response);
        }
        let latency = self.shared.with(|workspace| workspace.faults.latency);
        if !latency.is_zero() {
            tokio::time::sleep(latency).await;
        }
        if self.fall_into_trap(Moment::Before).await == Decision::Cut {
            self.failed("connection_reset");
            return Some(server::cut());
        }
        None
    }

    /// Gives the answer of a trouble that comes instead of the work; None lets the work be done.
    async fn refuse_first(&mut self, trouble: &Trouble) -> Option<Response> {
        let (word, response) = match trouble {
            Trouble::LostAnswer | Trouble::DoneBut(_) => return None,
            Trouble::Hang => {
                self.until_back().await;
                return None;
            }
            Trouble::Error(code) => ((*code).to_owned(), refused(&(*code).into())),
            Trouble::ErrorWith(body) => {
                let code = body["error"].as_str().unwrap_or("fatal_error");
                let refusal = Refusal::with(code, body.clone());
                (code.to_owned(), refused(&refusal))
            }
            Trouble::Status(status) => (status.to_string(), plain(*status)),
            Trouble::RateLimited(seconds) => ("ratelimited".to_owned(), rate_limited(*seconds)),
            Trouble::Reset => ("connection_reset".to_owned(), server::cut()),
        };
        self.failed(&word);
        Some(response)
    }

    async fn fall_into_trap(&self, moment: Moment) -> Decision {
        let trap = self.shared.with(|workspace| {
            let arguments = &workspace.calls.get(self.place)?.arguments;
            workspace.faults.trap((&self.method, arguments), moment)
        });
        match trap {
            Some(trap) => trap.spring().await,
            None => Decision::GoOn,
        }
    }

    async fn until_back(&mut self) {
        // The sender lives as long as the sandbox; if it is gone, there is nothing to wait for.
        let _ = self.back.changed().await;
    }

    /// Notes how the call ended.
    fn failed(&self, error: &str) {
        self.shared.with(|workspace| {
            if let Some(call) = workspace.calls.get_mut(self.place) {
                call.error = Some(error.to_owned());
            }
        });
    }
}
