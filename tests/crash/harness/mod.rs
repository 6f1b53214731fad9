//! The world of a crash test: a workspace in this process, a bot in another one, and a store that survives
//! restarts.

pub mod api_request;
pub mod app_messages;
pub mod database;
pub mod exactly_once;
pub mod expected_state;
pub mod kill_points;
pub mod matrix;
pub mod prelude;
pub mod process;
pub mod redelivery;
pub mod request_kinds;
pub mod web_form;

use std::path::Path;
use std::time::{Duration, Instant};

use muster_sandbox::{ActionResult, Limits, Sandbox};
use tempfile::TempDir;

use crate::database::{Database, WriteLock, unfinished_deliveries};
use crate::process::{AppProcess, KillHandle};
use crate::support::binary::{muster, run};
use crate::support::transport::Transport;
use crate::support::workspace::{environment, fill_fields, start_workspace};

/// How long to wait for a condition on a busy machine.
pub const WAIT_TIMEOUT: Duration = Duration::from_secs(60);

/// The address in the links to the pages.
pub const PAGES_URL: &str = "http://muster.example";

/// The address of the pages with Sign in with Slack.
pub const SIGN_IN_URL: &str = "https://muster.example";

/// Whether the bot has pages for browsers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pages {
    None,
    Served,
    WithSignIn,
}

/// The world of one case.
pub struct World {
    /// The workspace.
    pub slack: Sandbox,
    /// The database.
    pub database: Database,
    transport: Transport,
    folder: TempDir,
    /// How often the bot was started.
    pub start_count: usize,
    app: Option<AppProcess>,
    pages: Pages,
    /// The address of PagerDuty's API.
    pagerduty_url: String,
    /// Further variables.
    variables: Vec<(&'static str, String)>,
    http: reqwest::Client,
}

impl World {
    /// Creates a workspace and starts a bot that is ready.
    pub async fn new(transport: Transport) -> Self {
        Self::start(transport, Pages::None).await
    }

    /// Creates a workspace and starts a bot that is ready and has pages for browsers. Their address in links is not
    /// its own.
    pub async fn with_pages(transport: Transport) -> Self {
        Self::start(transport, Pages::Served).await
    }

    async fn start(transport: Transport, pages: Pages) -> Self {
        let slack = start_workspace(Limits::Off);
        // Response times are not tested here: many bots run concurrently on a busy machine.
        slack.set_ack_timeout(WAIT_TIMEOUT);
        let folder = TempDir::new().unwrap();
        let mut world = Self {
            slack,
            database: Database::in_folder(folder.path()),
            transport,
            folder,
            start_count: 0,
            app: None,
            pages,
            pagerduty_url: String::new(),
            variables: Vec::new(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        };
        world.start_app().await;
        wait_for("bot that is ready", async || world.is_ready().await).await;
        world
    }

    /// Starts the bot on its existing store. Returns when Slack can reach it.
    pub async fn start_app(&mut self) {
        self.start_count += 1;
        let environment = self.environment();
        let folder = self.folder.path().to_owned();
        let start = move || AppProcess::start(&environment, &folder);
        let app = tokio::task::spawn_blocking(start).await.unwrap();
        match self.transport {
            Transport::Http => self.slack.set_app_url(&app.address),
            Transport::SocketMode => {
                let connected = async || self.slack.socket_connections() == 2;
                wait_for("two connections", connected).await;
            }
        }
        self.app = Some(app);
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        let mut variables = environment(&self.slack, self.transport);
        variables.push(("LISTEN_ADDR", "127.0.0.1:0".to_owned()));
        variables.push(("DATABASE_PATH", self.database.path()));
        variables.push(("PAGERDUTY_API_URL", self.pagerduty_url.clone()));
        variables.extend(self.variables.iter().cloned());
        match self.pages {
            Pages::None => {}
            Pages::Served => variables.push(("PUBLIC_URL", PAGES_URL.to_owned())),
            Pages::WithSignIn => variables.extend([
                ("PUBLIC_URL", SIGN_IN_URL.to_owned()),
                ("SLACK_CLIENT_ID", self.slack.client_id()),
                ("SLACK_CLIENT_SECRET", self.slack.client_secret()),
            ]),
        }
        variables
    }

    fn app(&self) -> &AppProcess {
        self.app.as_ref().expect("the bot is not running")
    }

    /// Restarts the bot with another address of PagerDuty's API.
    pub async fn restart_with_pagerduty(&mut self, url: &str) {
        url.clone_into(&mut self.pagerduty_url);
        self.kill_app().await;
        self.start_app().await;
    }

    /// Restarts the bot with further variables.
    pub async fn restart_with_variables(&mut self, variables: Vec<(&'static str, String)>) {
        self.variables = variables;
        self.kill_app().await;
        self.start_app().await;
    }

    /// Restarts the bot with pages and Sign in with Slack.
    pub async fn restart_with_sign_in(&mut self) {
        self.pages = Pages::WithSignIn;
        let redirect_url = format!("{SIGN_IN_URL}/sign-in/slack/back");
        self.slack.set_redirect_url(&redirect_url);
        self.kill_app().await;
        self.start_app().await;
    }

    /// Returns the address of the bot.
    pub fn address(&self) -> &str {
        &self.app().address
    }

    /// Returns a handle that kills the bot.
    pub fn kill_handle(&self) -> KillHandle {
        self.app().kill_handle()
    }

    /// Kills the bot and waits until Slack has noticed.
    pub async fn kill_app(&mut self) {
        drop(self.app.take());
        let gone = async || self.slack.socket_connections() == 0;
        wait_for("closed connections", gone).await;
    }

    /// Waits until the outbox is empty and Slack's events have caused no further deliveries.
    pub async fn deliver_all(&self) {
        let database = self.database.open();
        let is_delivered = async || {
            if unfinished_deliveries(&database) > 0 {
                return false;
            }
            self.slack.wait_until_idle().await;
            unfinished_deliveries(&database) == 0
        };
        wait_for("empty outbox", is_delivered).await;
    }

    /// Runs a terminal command with the bot's environment. Returns its exit code, stdout and stderr.
    pub async fn run_cli(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = muster(self.folder.path());
        command.args(arguments).envs(self.environment());
        // The workspace runs in this process, so the command must not block the thread.
        tokio::task::spawn_blocking(move || run(&mut command))
            .await
            .unwrap()
    }

    /// Returns the working folder of the bot.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Simulates a full disk: every write of the bot to a file fails from now on.
    pub fn fill_disk(&self) {
        self.app().limit_file_size("0");
    }

    /// Ends the simulation of a full disk.
    pub fn free_disk(&self) {
        self.app().limit_file_size("unlimited");
    }

    /// Returns the status and the body of the bot's response at a path.
    pub async fn http_get(&self, path: &str) -> (u16, String) {
        let url = format!("{}{path}", self.app().address);
        let response = self.http.get(url).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// Holds the write lock of the store against the bot.
    pub async fn lock_store(&self) -> WriteLock {
        let database = self.database.clone();
        let locking = tokio::task::spawn_blocking(move || database.lock());
        locking.await.unwrap()
    }

    /// Checks that no delivery is left, and that the bot has logged nothing since its last start.
    pub fn assert_all_is_done(&self) {
        let left = "SELECT kind || ' ' || state FROM outbox WHERE state <> 'done'";
        assert_eq!(self.database.query(left), [""; 0], "unfinished deliveries");
        assert_eq!(self.log_warnings(), [""; 0], "the log since the last start");
    }

    /// Checks how often an ephemeral message was sent. Slack has no lookup for ephemeral messages, so each
    /// restart may repeat one.
    pub fn assert_repeated_by_restarts(&self, count: usize, what: &str) {
        assert!(
            (1..=self.start_count).contains(&count),
            "{what}: {count} times"
        );
    }

    /// Returns the warnings and errors since the last start of the bot.
    pub fn log_warnings(&self) -> Vec<String> {
        self.app().log_warnings()
    }

    /// Requests `/healthz` several times, so that the bot has surely received earlier requests.
    pub async fn wait_for_earlier_requests(&self) {
        for _ in 0..5 {
            self.get_body("/healthz")
                .await
                .expect("the bot does not respond");
        }
    }

    /// Returns the number of delivery attempts by kind and outcome, stored or not, from the metrics.
    pub async fn delivery_attempts(&self, kind: &str, outcome: &str) -> u64 {
        let name = format!("muster_deliveries_total{{kind=\"{kind}\",outcome=\"{outcome}\"}} ");
        let page = self.get_body("/metrics").await.unwrap_or_default();
        let sample = page.lines().find_map(|sample| sample.strip_prefix(&name));
        sample.map_or(0, |count| count.parse().unwrap())
    }

    async fn is_ready(&self) -> bool {
        self.get_body("/readyz").await.is_some()
    }

    /// Returns the body of the bot's response at a path if the status is successful.
    async fn get_body(&self, path: &str) -> Option<String> {
        let url = format!("{}{path}", self.app.as_ref()?.address);
        let response = self.http.get(url).send().await.ok()?;
        response.error_for_status().ok()?.text().await.ok()
    }

    /// Types a command that opens a modal, and fills it in. Returns the modal's ID.
    pub async fn open_modal(
        &self,
        who: &str,
        channel: &str,
        text: &str,
        fields: &[(&str, &str)],
    ) -> String {
        let result = self.slack.types(who, channel, text).await;
        assert_eq!(result.error, None, "Slack reports an error for {text}");
        self.fill_modal(who, fields).await
    }

    /// Waits for the user's modal and fills it in. Returns its ID.
    pub async fn fill_modal(&self, who: &str, fields: &[(&str, &str)]) -> String {
        wait_for("modal", async || self.slack.top_modal(who).is_some()).await;
        let id = self.slack.top_modal(who).expect("no modal is open").id;
        fill_fields(&self.slack, who, &id, fields).await;
        id
    }

    /// Submits a modal that the bot accepts.
    pub async fn submit_modal(&self, who: &str, form: &str) {
        let result = self.slack.submits(who, form).await;
        assert_eq!(
            result.error, None,
            "Slack reports an error for the submission"
        );
        assert_eq!(result.view, None, "the modal closes: {:?}", result.errors);
    }
}

/// Checks that the bot accepted the request and Slack reports no error.
pub fn assert_accepted(result: &ActionResult) {
    assert_eq!(
        result.status,
        Some(200),
        "the bot accepts the request: {result:?}"
    );
    assert_eq!(result.error, None, "Slack reports an error");
}

/// The preparation of a case that needs only a declared incident.
pub async fn no_preparation(_: &World) {}

/// Polls until a condition holds.
pub async fn wait_for(what: &str, mut is_done: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + WAIT_TIMEOUT;
    let mut turns = tokio::time::interval(Duration::from_millis(15));
    loop {
        turns.tick().await;
        if is_done().await {
            return;
        }
        let waited = WAIT_TIMEOUT.as_secs();
        assert!(Instant::now() < deadline, "no {what} within {waited} s");
    }
}
