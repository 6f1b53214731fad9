//! A workspace in this process, a bot in another, and a store between two lives of the bot.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::Utc;
use muster::sandbox::{Limits, Sandbox, Seen, Settings};
use muster_commands::manifest::{ManifestOptions, manifest};
use tempfile::TempDir;

use super::cases::Door;
use super::process::{Killer, Process};
use super::records::Records;

/// How long anything may take to come about on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A world for one case.
pub struct World {
    /// The workspace.
    pub slack: Sandbox,
    /// The store's file.
    pub records: Records,
    door: Door,
    folder: TempDir,
    /// How often the bot was started.
    pub lives: usize,
    bot: Option<Process>,
    http: reqwest::Client,
}

impl World {
    /// Gives a fresh workspace with a bot that is ready.
    pub async fn new(door: Door) -> Self {
        let slack = Sandbox::start(Settings {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            manifest: manifest(&ManifestOptions::default()),
            now: Arc::new(Utc::now),
            limits: Limits::Off,
        })
        .unwrap();
        // How fast the bot answers is measured elsewhere; here many run at once on a busy machine.
        slack.patience(PATIENCE);
        let folder = TempDir::new().unwrap();
        let mut world = Self {
            slack,
            records: Records::in_folder(folder.path()),
            door,
            folder,
            lives: 0,
            bot: None,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        };
        world.starts().await;
        eventually("a bot that is ready", async || world.is_ready().await).await;
        world
    }

    /// Starts the bot on the store that it had; gives it when Slack can reach it.
    pub async fn starts(&mut self) {
        self.lives += 1;
        let settings = self.settings();
        let folder = self.folder.path().to_owned();
        let log = self.log(self.lives);
        let start = move || Process::start(&settings, Path::new(&folder), log);
        let bot = tokio::task::spawn_blocking(start).await.unwrap();
        match self.door {
            Door::Http => self.slack.app_listens_at(&bot.address),
            Door::Socket => {
                let connected = async || self.slack.socket_connections() == 2;
                eventually("two connections", connected).await;
            }
        }
        self.bot = Some(bot);
    }

    fn log(&self, life: usize) -> std::path::PathBuf {
        self.folder.path().join(format!("log-{life}.txt"))
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        let of_door = match self.door {
            Door::Http => ("SLACK_SIGNING_SECRET", self.slack.signing_secret()),
            Door::Socket => ("SLACK_APP_TOKEN", self.slack.app_token()),
        };
        vec![
            of_door,
            ("SLACK_BOT_TOKEN", self.slack.bot_token()),
            ("SLACK_API_URL", self.slack.api_url()),
            ("INCIDENTS_CHANNEL", "incidents".to_owned()),
            ("LISTEN_ADDR", "127.0.0.1:0".to_owned()),
            ("DATABASE_PATH", self.records.path()),
        ]
    }

    /// Gives what kills the bot.
    pub fn killer(&self) -> Killer {
        self.bot.as_ref().expect("a bot runs").killer()
    }

    /// Kills the bot, and waits until Slack has noticed.
    pub async fn kills(&mut self) {
        drop(self.bot.take());
        let gone = async || self.slack.socket_connections() == 0;
        eventually("connections that are gone", gone).await;
    }

    /// Waits until nothing is owed any more.
    pub async fn settles(&self) {
        let settled = async || self.records.owed() == 0;
        eventually("an outbox that is empty", settled).await;
        self.slack.settled().await;
    }

    /// Runs the program in a terminal beside the bot, with the bot's settings; gives its exit code, what it
    /// said, and what it complained of.
    pub async fn runs(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_muster"));
        command.args(arguments).env_clear().envs(self.settings());
        command.current_dir(self.folder.path());
        // The workspace that it asks lives in this process.
        let output = tokio::task::spawn_blocking(move || command.output());
        let output = output.await.unwrap().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let code = output.status.code().unwrap();
        (code, text(output.stdout), text(output.stderr))
    }

    /// Gives the folder in which the bot runs.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Leaves the bot no room on its disk: whatever it writes to a file fails from now on.
    pub fn fills_the_disk(&self) {
        self.bot.as_ref().expect("a bot runs").files_grow_to("0");
    }

    /// Makes room on the disk again.
    pub fn makes_room(&self) {
        let bot = self.bot.as_ref().expect("a bot runs");
        bot.files_grow_to("unlimited");
    }

    /// Gives what the bot answers at a path, and with which status.
    pub async fn gets(&self, path: &str) -> (u16, String) {
        let bot = self.bot.as_ref().expect("a bot runs");
        let url = format!("{}{path}", bot.address);
        let answer = self.http.get(url).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// Gives the warnings and errors in the log of the bot that runs.
    pub fn complaints(&self) -> Vec<String> {
        self.bot.as_ref().expect("a bot runs").complaints()
    }

    /// Asks the bot several times whether it is alive, so that what came before surely arrived.
    pub async fn answers_a_while(&self) {
        for _ in 0..5 {
            self.asks("/healthz").await.expect("the bot is alive");
        }
    }

    /// Gives how many attempts to deliver something of a kind the bot has made that ended so, whether that
    /// is stored or not.
    pub async fn attempts(&self, kind: &str, outcome: &str) -> u64 {
        let name = format!("muster_deliveries_total{{kind=\"{kind}\",outcome=\"{outcome}\"}} ");
        let page = self.asks("/metrics").await.unwrap_or_default();
        let line = page.lines().find_map(|line| line.strip_prefix(&name));
        line.map_or(0, |count| count.parse().unwrap())
    }

    async fn is_ready(&self) -> bool {
        self.asks("/readyz").await.is_some()
    }

    /// Gives what the bot answers at a path, if it answers 200.
    async fn asks(&self, path: &str) -> Option<String> {
        let url = format!("{}{path}", self.bot.as_ref()?.address);
        let answer = self.http.get(url).send().await.ok()?;
        answer.error_for_status().ok()?.text().await.ok()
    }

    /// Types a command that opens a form, and fills that in; gives the form's id.
    pub async fn opens(&self, place: (&str, &str), text: &str, fields: &[(&str, &str)]) -> String {
        let (who, channel) = place;
        let seen = self.slack.types(who, channel, text).await;
        assert_eq!(seen.trouble, None, "Slack itself complained of {text}");
        self.fills(who, fields).await
    }

    /// Fills in the form that is on somebody's screen, or is about to be; gives its id.
    pub async fn fills(&self, who: &str, fields: &[(&str, &str)]) -> String {
        eventually("a form", async || self.slack.view(who).is_some()).await;
        let id = self.slack.view(who).expect("a form is open").id;
        for (label, value) in fields {
            let filled = self.slack.fills(who, &id, label, *value).await;
            assert_eq!(filled, Ok(()), "filling in {label}");
        }
        id
    }

    /// Sends a form that the bot takes.
    pub async fn submits(&self, who: &str, form: &str) {
        let seen = self.slack.submits(who, form).await;
        assert_eq!(seen.trouble, None, "Slack itself complained of a form");
        assert_eq!(seen.view, None, "the form closed: {:?}", seen.errors);
    }
}

/// Tells that nobody had anything to complain of.
pub fn is_fine(seen: &Seen) {
    assert_eq!(seen.status, Some(200), "the bot takes it: {seen:?}");
    assert_eq!(seen.trouble, None, "Slack itself complained");
}

/// Looks again and again until something has come about.
pub async fn eventually(what: &str, mut came: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    let mut turns = tokio::time::interval(Duration::from_millis(15));
    loop {
        turns.tick().await;
        if came().await {
            return;
        }
        let waited = PATIENCE.as_secs();
        assert!(Instant::now() < deadline, "no {what} within {waited} s");
    }
}
