//! A stand-in Slack workspace: strict, stateful, and reached by an app over HTTP and WebSockets only.
//!
//! It knows Slack and nothing of the app that it serves. Tests and the demo hold a [`Sandbox`]:
//! through it people type, click and read, and trouble is staged. A browser page does the same over HTTP.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

mod accounts;
mod answers;
mod block_kit;
mod bookmarks;
mod channel_names;
mod channels;
mod entered;
mod events;
mod faults;
mod gestures;
mod ids;
mod limits;
mod manifest;
mod membership;
mod message_json;
mod messages;
mod page_actions;
mod page_api;
mod people;
mod pins;
mod reactions;
mod reading;
mod requests;
mod response_url;
mod screen;
mod server;
mod shown;
mod socket_mode;
mod staging;
mod time_zones;
mod triggers;
mod typed_text;
mod view_state;
mod views;
mod web_api;
mod workspace;

#[cfg(test)]
mod testing;

pub use answers::Seen;
pub use bookmarks::Bookmark;
pub use channels::Visibility;
pub use entered::{Choice, Input};
pub use faults::{Call, Down, Held, Moment, Trouble};
pub use ids::{ChannelId, PersonId};
pub use limits::Limits;
pub use messages::{Edited, Message};
pub use people::PersonKind;
pub use reactions::Reaction;
pub use requests::{Request, RequestKind, signature};
pub use staging::Disconnect;
pub use views::{View, ViewKind};
pub use workspace::{Now, Retries};

use manifest::App;
use server::Shared;
use workspace::Workspace;

/// What a sandbox is started with.
#[derive(Clone)]
pub struct Settings {
    /// Where it listens; port 0 takes any that is free.
    pub listen: SocketAddr,
    /// The manifest of the app that is installed in the workspace.
    pub manifest: Value,
    /// Its clock.
    pub now: Now,
    /// Whether it counts calls.
    pub limits: Limits,
}

/// A running sandbox. Clones are the same sandbox.
#[derive(Clone)]
pub struct Sandbox {
    shared: Arc<Shared>,
    url: String,
}

impl Sandbox {
    /// Starts a sandbox that serves in the background of the current tokio runtime.
    ///
    /// Fails if the port is taken, or if Slack would refuse the manifest (`InvalidInput`).
    pub fn start(settings: Settings) -> io::Result<Self> {
        let invalid = |sentence: String| io::Error::new(io::ErrorKind::InvalidInput, sentence);
        let app = App::read(&settings.manifest).map_err(invalid)?;
        let listener = std::net::TcpListener::bind(settings.listen)?;
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let url = format!("http://{}", listener.local_addr()?);
        let mut workspace = Workspace::new(settings.now, app, settings.limits);
        workspace.url.clone_from(&url);
        let sandbox = Self {
            shared: Arc::new(Shared::new(workspace)?),
            url,
        };
        tokio::spawn(server::serve(listener, sandbox.clone()));
        Ok(sandbox)
    }

    /// Stops serving: the port closes and every connection with it.
    pub fn stop(&self) {
        self.shared.stopping.cancel();
    }

    /// Gives the address of the page, such as `http://127.0.0.1:3001`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Gives the address that methods are called under: `<url>/api`.
    #[must_use]
    pub fn api_url(&self) -> String {
        format!("{}/api", self.url)
    }

    /// Gives the app's bot token, `xoxb-…`.
    #[must_use]
    pub fn bot_token(&self) -> String {
        self.shared.with(|workspace| workspace.app.bot_token())
    }

    /// Gives the app-level token for Socket Mode, `xapp-…`.
    #[must_use]
    pub fn app_token(&self) -> String {
        self.shared.with(|workspace| workspace.app.app_token())
    }

    /// Gives the secret that requests to the app are signed with.
    #[must_use]
    pub fn signing_secret(&self) -> String {
        self.shared.with(|workspace| workspace.app.signing_secret())
    }

    /// Gives the app's bot user.
    #[must_use]
    pub fn bot_user(&self) -> PersonId {
        self.shared.with(|workspace| workspace.app.bot_user.clone())
    }

    /// Tells where the app listens. Requests go to this address and `/slack/commands`, `/slack/interactions` or
    /// `/slack/events`; while a Socket Mode connection is open, they go there instead.
    pub fn app_listens_at(&self, base_url: &str) {
        let url = base_url.trim_end_matches('/').to_owned();
        self.shared
            .change(|workspace| workspace.app_url = Some(url));
    }

    /// Waits until everything that the sandbox sends in the background was delivered or given up,
    /// retries (up to six minutes) included.
    pub async fn settled(&self) {
        let mut running = self.shared.background.subscribe();
        // The sender lives as long as this handle.
        let _ = running.wait_for(|running| *running == 0).await;
    }

    /// Looks again after every change until it finds something; None after ten seconds.
    pub async fn until<T>(&self, mut look: impl FnMut(&Self) -> Option<T>) -> Option<T> {
        let mut changes = self.shared.changes.subscribe();
        let found = async {
            loop {
                changes.mark_unchanged();
                if let Some(found) = look(self) {
                    return Some(found);
                }
                changes.changed().await.ok()?;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), found)
            .await
            .ok()?
    }
}
