//! The world of a scenario: the bot on a temporary database, a workspace, users, and a simulated clock.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use muster::app::{App, AppConfig};
use muster::clock::Clock;
use muster::config::{ConfluenceConfig, DatadogConfig, MailConfig};
use muster::confluence::ConfluenceClient;
use muster::http::{HttpState, router, serve};
use muster::notebooks::NotebookClient;
use muster::openid::{OpenId, OpenIdClient};
use muster::secret::Secret;
use muster::slack::client::SlackApi;
use muster::slack::socket_mode;
use muster::sns::SnsClient;
use muster::store::{OfflineSettings, Store};
use muster::webhooks::WebhookClient;
use muster::worker::Worker;
use muster_domain::Timestamp;
use muster_sandbox::{Limits, Sandbox};
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::harness::scenario::Pages;
use crate::harness::user::TestUser;
use crate::support::reopen::open_store;
use crate::support::transport::Transport;
use crate::support::workspace::{sandbox_mail, start_workspace_at};
use crate::transport::log::Log;

/// 2026-11-23 14:05:00 UTC, a Monday.
pub(crate) const START_MILLIS: i64 = 1_795_442_700_000;

/// How long rate limits may delay deliveries before a scenario must advance the clock itself, in seconds.
const RATE_LIMIT_WAIT_SECONDS: i64 = 3;

/// The world of one scenario.
pub struct World {
    /// The workspace.
    pub slack: Sandbox,
    /// The bot's warnings and errors.
    pub log: Log,
    /// The transport from Slack to the bot.
    pub transport: Transport,
    /// The base URL of the bot's own pages: `http://127.0.0.1:41234`.
    pub base_url: RefCell<String>,
    /// The bot's request timeout, applied at its start. `None`: the default.
    pub slack_timeout: Cell<Option<Duration>>,
    /// The timeout of requests to webhooks, applied at the bot's start. `None`: the default.
    pub webhook_timeout: Cell<Option<Duration>>,
    /// The address of PagerDuty's API, applied at the bot's start.
    pub pagerduty_url: RefCell<String>,
    /// The stand-in for AWS SNS, applied at the start of the bot.
    pub sns_url: RefCell<String>,
    /// The Confluence to which postmortems are exported, applied at the start of the bot.
    pub confluence: RefCell<Option<ConfluenceConfig>>,
    /// The Datadog to which postmortems are exported, applied at the start of the bot.
    pub datadog: RefCell<Option<DatadogConfig>>,
    /// The configuration of mail, applied at the start of the bot. `None`: the relay of the sandbox.
    pub mail: RefCell<Option<MailConfig>>,
    /// Whether the bot has pages.
    pages: Pages,
    /// The value of `PUBLIC_URL` of a bot that has pages, applied at its start. `None`: its own address.
    pub public_url: RefCell<Option<String>>,
    /// The value of `INCIDENTS_CHANNEL` at the start of the bot.
    pub incidents_channel: RefCell<Option<String>>,
    pub(crate) time: Arc<AtomicI64>,
    folder: TempDir,
    app: Mutex<Option<RunningApp>>,
    /// The text and the source of each message that was read, to detect edits.
    pub(crate) read_messages: RefCell<HashMap<(String, String), (String, String)>>,
}

/// A running bot.
struct RunningApp {
    app: App,
    worker: Worker,
    stop: CancellationToken,
    transport_tasks: JoinSet<()>,
}

impl World {
    pub(crate) async fn new(transport: Transport, pages: Pages, log: Log) -> Self {
        // Another scenario of this process may have installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let time = Arc::new(AtomicI64::new(START_MILLIS));
        let slack = start_workspace_at(Limits::Slack, Arc::new(clock_reader(&time)));
        let world = Self {
            slack,
            log,
            transport,
            base_url: RefCell::default(),
            slack_timeout: Cell::default(),
            webhook_timeout: Cell::default(),
            pagerduty_url: RefCell::new("http://127.0.0.1:9".to_owned()),
            sns_url: RefCell::new("http://127.0.0.1:9".to_owned()),
            confluence: RefCell::default(),
            datadog: RefCell::default(),
            mail: RefCell::default(),
            pages,
            public_url: RefCell::default(),
            incidents_channel: RefCell::new(Some("incidents".to_owned())),
            time,
            folder: TempDir::new().unwrap(),
            app: Mutex::new(None),
            read_messages: RefCell::default(),
        };
        world.start().await;
        world
    }

    /// Returns a user of the workspace: alice, bob, chioma, or one that the scenario added.
    pub fn user<'w>(&'w self, name: &'w str) -> TestUser<'w> {
        TestUser { world: self, name }
    }

    /// Starts the bot on its existing store.
    pub async fn start(&self) {
        let store = open_store(&self.database_path());
        let slack = self.slack_client();
        let clock = Clock::from_fn(clock_reader(&self.time));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = self.set_base_url(&listener);
        let settings = self.app_config(base_url);
        let app = App::new(store, slack, clock, settings)
            .with_openid(self.openid())
            .with_webhooks(self.webhook_client())
            .with_sns(SnsClient::with_stand_in(&self.sns_url.borrow()))
            .with_confluence(self.confluence.borrow().as_ref().map(ConfluenceClient::new))
            .with_notebooks(self.datadog.borrow().as_ref().map(NotebookClient::new));
        let stop = CancellationToken::new();
        let mut doors = JoinSet::new();
        doors.spawn(self.serve_http(&app, listener, &stop));
        match self.transport {
            Transport::Http => self.slack.set_app_url(&self.base_url.borrow()),
            Transport::SocketMode => {
                doors.spawn(socket_mode::run(
                    app.clone(),
                    self.slack.app_token(),
                    stop.clone(),
                ));
                let connected = |slack: &Sandbox| (slack.socket_connections() == 2).then_some(());
                self.slack.wait_for(connected).await.unwrap();
            }
        }
        let worker = Worker::new(app.clone());
        *self.app.lock().await = Some(RunningApp {
            app,
            worker,
            stop,
            transport_tasks: doors,
        });
        self.deliver_all().await;
    }

    /// Returns the bot's client of Slack.
    fn slack_client(&self) -> SlackApi {
        let slack = SlackApi::new(&self.slack.api_url(), &self.slack.bot_token()).unwrap();
        match self.slack_timeout.get() {
            Some(patience) => slack.with_timeout(patience),
            None => slack,
        }
    }

    /// Returns the bot's client of webhooks.
    fn webhook_client(&self) -> WebhookClient {
        let client = WebhookClient::new(&self.pagerduty_url.borrow());
        match self.webhook_timeout.get() {
            Some(timeout) => client.with_timeout(timeout),
            None => client,
        }
    }

    fn app_config(&self, base_url: String) -> AppConfig {
        AppConfig {
            command: "/datadog".to_owned(),
            incidents_channel: self.incidents_channel.borrow().clone(),
            public_url: (self.pages != Pages::None)
                .then(|| self.public_url.borrow().clone().unwrap_or(base_url)),
            mail: self
                .mail
                .borrow()
                .clone()
                .unwrap_or_else(|| sandbox_mail(&self.slack)),
        }
    }

    /// Returns the bot's client of Sign in with Slack, with its redirect URL registered in Slack.
    fn openid(&self) -> Option<OpenId> {
        if self.pages != Pages::WithSignIn {
            return None;
        }
        let client = OpenIdClient {
            id: self.slack.client_id(),
            secret: Secret::new(self.slack.client_secret()),
        };
        let public_url = self.base_url.borrow().clone();
        let openid = OpenId::new(client, &self.slack.api_url(), &public_url).unwrap();
        self.slack.set_redirect_url(openid.redirect_url());
        Some(openid)
    }

    fn set_base_url(&self, listener: &TcpListener) -> String {
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        self.base_url.replace(base_url.clone());
        base_url
    }

    /// Stops the bot gracefully.
    pub async fn stop(&self) {
        if let Some(mut running) = self.app.lock().await.take() {
            running.stop.cancel();
            running.worker.drain().await;
            running.app.tasks.close();
            running.app.tasks.wait().await;
            while running.transport_tasks.join_next().await.is_some() {}
            let gone = |slack: &Sandbox| (slack.socket_connections() == 0).then_some(());
            self.slack.wait_for(gone).await.unwrap();
            let closed = running.app.store.closed();
            drop(running);
            closed.await;
        }
    }

    /// Serves the bot's own pages, and Slack's requests, until the bot stops.
    fn serve_http(
        &self,
        app: &App,
        listener: TcpListener,
        stop: &CancellationToken,
    ) -> impl Future<Output = ()> + use<> {
        let secret = Secret::new(self.slack.signing_secret());
        serve(
            listener,
            router(HttpState::new(app.clone(), Some(secret))),
            stop.clone(),
        )
    }

    /// Sends all deliveries that are due, and those that follow. Waits for rate limits of a few seconds.
    pub async fn deliver_all(&self) {
        let patience = self.now() + RATE_LIMIT_WAIT_SECONDS * 1000;
        loop {
            self.slack.wait_until_idle().await;
            let mut running = self.app.lock().await;
            let Some(running) = running.as_mut() else {
                return;
            };
            running.app.tasks.close();
            running.app.tasks.wait().await;
            running.app.tasks.reopen();
            let next = running.worker.run_until_idle().await.epoch_millis();
            let has_queued = running.app.store.outbox_stats().await.unwrap().depth > 0;
            if !has_queued || next > patience {
                break;
            }
            self.time.store(next, Ordering::SeqCst);
        }
        self.slack.wait_until_idle().await;
    }

    /// Advances the clock until the outbox is empty. Returns the elapsed seconds.
    pub async fn deliver_all_advancing(&self) -> i64 {
        let begun = self.now();
        loop {
            self.deliver_all().await;
            let mut running = self.app.lock().await;
            let running = running.as_mut().unwrap();
            if running.app.store.outbox_stats().await.unwrap().depth == 0 {
                return (self.now() - begun) / 1000;
            }
            let next = running.worker.run_until_idle().await.epoch_millis();
            assert!(
                next - begun < 86_400_000,
                "the deliveries take longer than a day"
            );
            self.time.store(next, Ordering::SeqCst);
        }
    }

    /// Returns the names of all channels except the initial ones, sorted.
    pub fn incident_channels(&self) -> Vec<String> {
        let mut names = self.slack.channel_names();
        names.retain(|name| !["general", "incidents", "random"].contains(&name.as_str()));
        names.sort();
        names
    }

    /// Requests one of the bot's own pages. Returns the status and the body.
    pub async fn get_page(&self, path: &str) -> (u16, String) {
        let url = format!("{}{path}", self.base_url.borrow());
        let response = reqwest::get(url).await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// Restarts the bot with another `PUBLIC_URL`.
    #[allow(dead_code, reason = "for the stories of the pages")]
    pub async fn restart_with_public_url(&self, url: &str) {
        self.stop().await;
        *self.public_url.borrow_mut() = Some(url.to_owned());
        self.start().await;
    }

    /// Restarts the bot with another `INCIDENTS_CHANNEL`.
    pub async fn restart_with_announcements_channel(&self, channel: Option<&str>) {
        self.stop().await;
        *self.incidents_channel.borrow_mut() = channel.map(str::to_owned);
        self.start().await;
    }

    /// Returns the time in milliseconds since 1970.
    pub fn now(&self) -> i64 {
        self.time.load(Ordering::SeqCst)
    }

    /// Returns the path of the bot's database.
    pub fn database_path(&self) -> PathBuf {
        self.folder.path().join("incidents.db")
    }

    /// Changes team settings while the bot is running, as `muster settings` does.
    pub fn change_settings(&self, settings: &[(&str, serde_json::Value)]) {
        let requested = settings
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.clone()));
        let now = Timestamp::from_epoch_seconds(self.now() / 1000);
        let mut beside = OfflineSettings::open(&self.database_path()).unwrap();
        let changed = beside
            .change(|before| before.with_values(requested), now)
            .unwrap();
        assert_eq!(changed.unwrap().len(), settings.len());
    }

    /// Waits until the bot is processing a request.
    pub async fn wait_until_busy(&self) {
        while self.app.lock().await.as_ref().unwrap().app.tasks.is_empty() {
            tokio::task::yield_now().await;
        }
    }

    /// Returns the store, for state that no message shows.
    pub async fn store(&self) -> Store {
        self.app.lock().await.as_ref().unwrap().app.store.clone()
    }

    /// Opens the bot's database read-only, for state that no message shows.
    pub fn open_database(&self) -> Connection {
        let path = self.folder.path().join("incidents.db");
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
    }

    /// Checks that no delivery is queued, no message is unread, and nothing was logged.
    pub(crate) async fn assert_nothing_left(&self) {
        self.deliver_all().await;
        let backlog = self.store().await.outbox_stats().await.unwrap();
        assert_eq!(
            backlog.depth, 0,
            "deliveries are still queued at the end of the scenario"
        );
        let unread = self.take_all_unread();
        assert_eq!(unread, Vec::<String>::new(), "unread messages");
        assert_eq!(
            self.log.take_warnings(),
            Vec::<String>::new(),
            "unexpected log messages"
        );
        self.stop().await;
    }
}

fn clock_reader(time: &Arc<AtomicI64>) -> impl Fn() -> DateTime<Utc> + Send + Sync + 'static {
    let time = Arc::clone(time);
    move || DateTime::from_timestamp_millis(time.load(Ordering::SeqCst)).unwrap_or_default()
}
