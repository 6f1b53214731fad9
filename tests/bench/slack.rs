//! The Slack behind the bot: the sandbox, on one thread of its own, with Slack's limits.

use std::net::SocketAddr;
use std::sync::Arc;

use muster::sandbox::{Limits, Request, Sandbox, Settings, View};
use muster_commands::manifest::{ManifestOptions, manifest};
use tokio::runtime::{Builder, Runtime};

/// Who types and submits.
pub const WHO: &str = "alice";

/// A sandbox that runs.
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
        let sandbox = runtime.block_on(async {
            Sandbox::start(Settings {
                listen: SocketAddr::from(([127, 0, 0, 1], 0)),
                manifest: manifest(&ManifestOptions::default()),
                now: Arc::new(chrono::Utc::now),
                limits: Limits::Slack,
            })
            .unwrap()
        });
        Self { sandbox, runtime }
    }

    /// Tells Slack where the bot is.
    pub fn serves(&self, address: SocketAddr) {
        self.sandbox.app_listens_at(&format!("http://{address}"));
    }

    /// Runs something to its end.
    pub fn runs<T>(&self, what: impl Future<Output = T>) -> T {
        self.runtime.block_on(what)
    }

    /// Types a command that opens a form; gives the form.
    pub fn opens(&self, channel: &str, text: &str) -> View {
        self.runs(async {
            // What was typed before where no channel says which incident is meant opened a form that asks.
            if let Some(asking) = self.sandbox.view(WHO) {
                self.sandbox.closes(WHO, &asking.id).await;
            }
            self.sandbox.types(WHO, channel, text).await;
            self.sandbox.until(|slack| slack.view(WHO)).await
        })
        .expect("a form opens")
    }

    /// Submits the form that is open; gives the request that Slack made of it.
    pub fn submits(&self, view: &View) -> Request {
        let seen = self.runs(self.sandbox.submits(WHO, &view.id));
        assert_eq!(seen.view, None, "the form closes: {seen:?}");
        self.sandbox.last_request(WHO).unwrap()
    }

    /// Types a command that is answered with words; gives the request that Slack made of it.
    pub fn types(&self, channel: &str, text: &str) -> Request {
        let seen = self.runs(self.sandbox.types(WHO, channel, text));
        assert_eq!(seen.trouble, None);
        self.sandbox.last_request(WHO).unwrap()
    }
}
