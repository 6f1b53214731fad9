//! A strict, stateful stand-in for a Slack workspace. The app reaches it only over HTTP and WebSockets.
//!
//! It knows Slack and nothing about the app that it serves. Tests and the demo use a [`Sandbox`]
//! to act as users, to read what users see, and to inject faults. A browser page offers the same
//! over HTTP.
//!
//! | To change … | open |
//! | --- | --- |
//! | users, channels, messages, views: the state of Slack | `workspace/` |
//! | a method of the Web API | `web_api/` |
//! | the validation of blocks and views | `block_kit/` |
//! | an action of a user, and its payload | `user_actions/` |
//! | requests to the app and the effects of its responses | `app_requests/` |
//! | Sign in with Slack | `openid/` |
//! | the mail relay and its mailbox | `mail/` |
//! | canvases | `canvas/` |
//! | outages, failing and held calls | `faults.rs`, `fault_api.rs` |
//! | what tests read | `inspect.rs` |
//! | the file that keeps the workspace over restarts | `storage/` |
//! | the checklist and the clock of the page | `guide.rs`, `time_control.rs` |
//! | the browser page | `page/`, `page_api.rs`, `page_actions.rs`, `page_state.rs` |

mod app_requests;
mod block_kit;
mod canvas;
mod fault_api;
mod faults;
mod guide;
mod ids;
mod inspect;
mod mail;
mod manifest;
mod openid;
mod page_actions;
mod page_api;
mod page_state;
mod rate_limits;
mod server;
mod storage;
#[cfg(test)]
mod testing;
mod time_control;
mod user_actions;
mod web_api;
mod workspace;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

pub use crate::app_requests::response_effects::ActionResult;
pub use crate::app_requests::{Request, RequestKind, signature};
pub use crate::canvas::{Canvas, CanvasPolicy};
pub use crate::fault_api::DisconnectReason;
pub use crate::faults::{Call, Fault, HeldCall, HoldPoint, Outage};
pub use crate::guide::{Guide, GuideStep, StepCondition};
pub use crate::ids::{ChannelId, UserId};
pub use crate::mail::Mail;
pub use crate::openid::IdTokenFlaw;
pub use crate::rate_limits::Limits;
pub use crate::storage::Storage;
pub use crate::user_actions::input_values::Input;
pub use crate::user_actions::select_options::SelectOption;
pub use crate::workspace::bookmarks::Bookmark;
pub use crate::workspace::channels::Visibility;
pub use crate::workspace::messages::{Edited, Message};
pub use crate::workspace::reactions::Reaction;
pub use crate::workspace::users::AccountKind;
pub use crate::workspace::views::{View, ViewKind};
pub use crate::workspace::{Clock, Retries};

use crate::mail::smtp_server;
use crate::manifest::App;
use crate::server::Shared;
use crate::storage::OpenedStorage;
use crate::time_control::TimeControl;
use crate::workspace::Workspace;

/// The configuration of a sandbox.
#[derive(Clone)]
pub struct SandboxConfig {
    /// The address to listen on. Port 0 selects a free port.
    pub listen: SocketAddr,
    /// The manifest of the installed app.
    pub manifest: Value,
    /// The clock.
    pub now: Clock,
    /// Whether rate limits apply.
    pub limits: Limits,
    /// The guide at the top of the page.
    pub guide: Option<Guide>,
    /// The file that keeps the workspace over restarts. Without one, it is lost when the sandbox stops.
    pub storage: Option<Storage>,
}

/// A running sandbox. Clones share the same sandbox.
#[derive(Clone)]
pub struct Sandbox {
    shared: Arc<Shared>,
    url: String,
    smtp_address: SocketAddr,
}

impl Sandbox {
    /// Starts a sandbox that serves in the background of the current tokio runtime.
    ///
    /// Fails if the port is taken, or with `InvalidInput` if Slack would reject the manifest.
    pub fn start(config: SandboxConfig) -> io::Result<Self> {
        let invalid = |sentence: String| io::Error::new(io::ErrorKind::InvalidInput, sentence);
        let app = App::parse(&config.manifest).map_err(invalid)?;
        let listener = std::net::TcpListener::bind(config.listen)?;
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let url = format!("http://{}", listener.local_addr()?);
        let (smtp_listener, smtp_address) = smtp_server::bind(config.listen)?;
        // Read after the port is bound: a second sandbox on the same port must not touch the file.
        let storage = config.storage.map(OpenedStorage::open);
        let advanced = storage.as_ref().map_or(0, OpenedStorage::advanced_seconds);
        let time = TimeControl::new(config.now, advanced);
        let mut workspace = Workspace::new(time.clock(), app, config.limits);
        workspace.url.clone_from(&url);
        workspace.guide.guide = config.guide;
        let storage = storage.map(|storage| storage.restore_into(&mut workspace));
        let sandbox = Self {
            shared: Arc::new(Shared::new(workspace, time, storage)?),
            url,
            smtp_address,
        };
        tokio::spawn(smtp_server::serve(
            smtp_listener,
            Arc::clone(&sandbox.shared),
        ));
        tokio::spawn(server::serve(listener, sandbox.clone()));
        tokio::spawn(storage::save_changes(Arc::clone(&sandbox.shared)));
        Ok(sandbox)
    }

    /// Stops the server: closes the port and all connections, and saves the workspace.
    pub fn stop(&self) {
        self.shared.stopping.cancel();
        self.shared.save();
    }

    /// Returns the address of the page, such as `http://127.0.0.1:3001`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the base URL of the Web API: `<url>/api`.
    #[must_use]
    pub fn api_url(&self) -> String {
        format!("{}/api", self.url)
    }

    /// Returns the app's bot token, `xoxb-…`.
    #[must_use]
    pub fn bot_token(&self) -> String {
        self.shared.with(|workspace| workspace.app.bot_token())
    }

    /// Returns the app-level token for Socket Mode, `xapp-…`.
    #[must_use]
    pub fn app_token(&self) -> String {
        self.shared.with(|workspace| workspace.app.app_token())
    }

    /// Returns the signing secret of requests to the app.
    #[must_use]
    pub fn signing_secret(&self) -> String {
        self.shared.with(|workspace| workspace.app.signing_secret())
    }

    /// Returns the app's bot user.
    #[must_use]
    pub fn bot_user(&self) -> UserId {
        self.shared.with(|workspace| workspace.app.bot_user.clone())
    }

    /// Sets the address of the app. Requests are sent to `/slack/commands`, `/slack/interactions`
    /// and `/slack/events` under it, or over Socket Mode while a connection is open.
    pub fn set_app_url(&self, base_url: &str) {
        let url = base_url.trim_end_matches('/').to_owned();
        self.shared
            .change(|workspace| workspace.app_url = Some(url));
    }

    /// Waits until all background requests are delivered or have failed, including retries (up to
    /// six minutes).
    pub async fn wait_until_idle(&self) {
        let mut running = self.shared.background.subscribe();
        // The sender lives as long as this handle.
        let _ = running.wait_for(|running| *running == 0).await;
    }

    /// Calls the closure after every change until it returns a value. Returns `None` after ten seconds.
    pub async fn wait_for<T>(&self, mut inspect: impl FnMut(&Self) -> Option<T>) -> Option<T> {
        let mut changes = self.shared.changes.subscribe();
        let result = async {
            loop {
                changes.mark_unchanged();
                if let Some(result) = inspect(self) {
                    return Some(result);
                }
                changes.changed().await.ok()?;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), result)
            .await
            .ok()?
    }
}
