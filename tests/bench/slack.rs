//! The sandbox as Slack, on a thread of its own, with Slack's rate limits.

use std::net::SocketAddr;

use muster_sandbox::{Limits, Request, Sandbox, View};
use tokio::runtime::{Builder, Runtime};

use super::support::workspace::start_workspace;

/// The user who types and submits.
pub const USER: &str = "alice";

/// A running sandbox.
pub struct Slack {
    /// The workspace.
    pub sandbox: Sandbox,
    runtime: Runtime,
}

impl Slack {
    /// Starts a sandbox.
    pub fn start() -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let sandbox = runtime.block_on(async { start_workspace(Limits::Slack) });
        Self { sandbox, runtime }
    }

    /// Sets the address that Slack sends requests to.
    pub fn set_app_address(&self, address: SocketAddr) {
        self.sandbox.set_app_url(&format!("http://{address}"));
    }

    /// Runs a future to completion.
    pub fn block_on<T>(&self, what: impl Future<Output = T>) -> T {
        self.runtime.block_on(what)
    }

    /// Types a command that opens a modal. Returns the modal.
    pub fn open_modal(&self, channel: &str, text: &str) -> View {
        self.block_on(async {
            // An earlier command outside incident channels has left the incident picker open.
            if let Some(asking) = self.sandbox.top_modal(USER) {
                self.sandbox.closes(USER, &asking.id).await;
            }
            self.sandbox.types(USER, channel, text).await;
            self.sandbox.wait_for(|slack| slack.top_modal(USER)).await
        })
        .expect("no modal was opened")
    }

    /// Submits the open modal. Returns Slack's request.
    pub fn submit_modal(&self, view: &View) -> Request {
        let result = self.block_on(self.sandbox.submits(USER, &view.id));
        assert_eq!(result.view, None, "the modal closes: {result:?}");
        self.sandbox.last_request(USER).unwrap()
    }

    /// Types a command with a text reply. Returns Slack's request.
    pub fn type_command(&self, channel: &str, text: &str) -> Request {
        let result = self.block_on(self.sandbox.types(USER, channel, text));
        assert_eq!(result.error, None);
        self.sandbox.last_request(USER).unwrap()
    }
}
