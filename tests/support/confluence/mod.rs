//! A strict Confluence, of either edition: it rejects what the real ones reject, such as a page that is not
//! well-formed, a title that is taken, or a version that is not the next one.

mod api;
mod pages;
mod xhtml;

use std::sync::{Arc, Mutex, MutexGuard};

use muster::config::ConfluenceConfig;
use muster::secret::Secret;
use tokio::net::TcpListener;

use super::pause::PauseGate;
use pages::Pages;
pub use pages::StoredPage;

/// The token that is valid at first.
pub const TOKEN: &str = "T0ken-1";

/// The user of the token in the cloud.
pub const USER: &str = "bob@example.com";

/// The ID of the page below which pages are created.
pub const PARENT: &str = "1000";

/// The editions, which differ in their APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    /// Confluence Cloud, with version 2 of its API.
    Cloud,
    /// Confluence Data Center.
    DataCenter,
}

/// The stand-in. Dropping it does not end its server, which ends with the test.
#[derive(Clone)]
pub struct Confluence {
    /// Its base URL, without a trailing slash.
    pub base_url: String,
    shared: Arc<Shared>,
}

struct Shared {
    edition: Edition,
    pages: Mutex<Pages>,
    /// Pauses requests that write.
    pause: PauseGate,
}

impl Shared {
    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap()
    }
}

impl Confluence {
    /// Starts a Confluence with the space OPS and the page [`PARENT`] in it.
    pub async fn start(edition: Edition) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            edition,
            pages: Mutex::new(Pages::default()),
            pause: PauseGate::default(),
        });
        let router = api::router(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base_url, shared }
    }

    /// Returns the configuration of a bot that exports to it.
    pub fn config(&self) -> ConfluenceConfig {
        ConfluenceConfig {
            url: self.base_url.clone(),
            user: (self.shared.edition == Edition::Cloud).then(|| USER.to_owned()),
            token: Secret::new(TOKEN),
            space: "OPS".to_owned(),
            parent: Some(PARENT.to_owned()),
        }
    }

    /// Returns all pages but the parent, in the order of their creation.
    pub fn pages(&self) -> Vec<StoredPage> {
        self.shared.pages().list[1..].to_vec()
    }

    /// Returns the only page that is neither archived nor in the trash.
    pub fn only_page(&self) -> StoredPage {
        let mut pages = self.pages();
        pages.retain(|page| page.status == "current");
        assert_eq!(pages.len(), 1, "{pages:?}");
        pages.remove(0)
    }

    /// Adds a page of a user. Returns its ID.
    pub fn add_page(&self, title: &str, body: &str) -> String {
        self.shared.pages().add(title, body)
    }

    /// Sets the status of a page: archived, or trashed.
    pub fn set_status(&self, id: &str, status: &'static str) {
        self.shared.pages().change(id, |page| page.status = status);
    }

    /// A user appends to a page.
    pub fn edit(&self, id: &str, text: &str) {
        self.shared.pages().edit(id, text);
    }

    /// A user appends to the page just before each of the next updates arrives.
    pub fn edit_before_updates(&self, count: usize) {
        self.shared.pages().edits_before_updates = count;
    }

    /// Accepts another token only.
    pub fn set_token(&self, token: &str) {
        token.clone_into(&mut self.shared.pages().token);
    }

    /// Answers all requests with 503 until it recovers.
    pub fn go_down(&self) {
        self.shared.pages().is_down = true;
    }

    /// Answers the next request with 429, and asks for a pause.
    pub fn limit(&self, seconds: u64) {
        self.shared.pages().limited = Some(seconds);
    }

    /// Handles the next request that writes, and breaks the connection before the response.
    pub fn break_next_write(&self) {
        self.shared.pages().breaks_next_write = true;
    }

    /// Answers requests again.
    pub fn recover(&self) {
        self.shared.pages().is_down = false;
    }

    /// Returns the number of requests that wrote, or tried to, since the last call.
    pub fn take_writes(&self) -> usize {
        std::mem::take(&mut self.shared.pages().writes)
    }

    /// Returns the gate that can pause a request that writes.
    pub fn gate(&self) -> &PauseGate {
        &self.shared.pause
    }
}
