//! A bot on a temporary file, a workspace, people, and a clock that stands still.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use muster::bot::{Bot, Settings};
use muster::clock::Clock;
use muster::domain::Moment;
use muster::http::{Front, router, serve};
use muster::sandbox::{self, Limits, Sandbox};
use muster::secret::Secret;
use muster::slack::client::SlackApi;
use muster::slack::socket;
use muster::store::{Beside, Store};
use muster::worker::Worker;
use muster_commands::manifest::{ManifestOptions, manifest};
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::log::Log;
use super::person::Person;

/// 2026-11-23 14:05:00 UTC, a Monday.
pub(super) const BEGINNING: i64 = 1_795_442_700_000;

/// For how long a story lets limits hold something up without being told to wait, in seconds.
const MOMENTARILY: i64 = 3;

/// The doors by which Slack reaches the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Signed requests.
    Http,
    /// Envelopes on a WebSocket.
    Socket,
}

/// A world for one story.
pub struct World {
    /// The workspace.
    pub slack: Sandbox,
    /// What the bot warned of.
    pub log: Log,
    /// The door by which Slack reaches the bot.
    pub door: Door,
    /// Where the bot's own pages are: `http://127.0.0.1:41234`.
    pub site: RefCell<String>,
    /// How long the bot waits for a call once it starts; `None`: as long as it does by itself.
    pub patience: Cell<Option<Duration>>,
    /// What `INCIDENTS_CHANNEL` says when the bot starts.
    pub incidents_channel: RefCell<Option<String>>,
    pub(super) time: Arc<AtomicI64>,
    folder: TempDir,
    bot: Mutex<Option<Running>>,
    /// What was read of each message of the bot, and how it was written: its edits so far.
    pub(super) read: RefCell<HashMap<(String, String), (String, String)>>,
}

/// A bot that runs.
struct Running {
    bot: Bot,
    worker: Worker,
    stop: CancellationToken,
    doors: JoinSet<()>,
}

/// Tells a story once for each door.
pub async fn by_each_door(story: impl AsyncFn(&World)) {
    for door in [Door::Http, Door::Socket] {
        told(door, &story).await;
    }
}

/// Tells a story over HTTP only, because it is about HTTP.
pub async fn over_http(story: impl AsyncFn(&World)) {
    told(Door::Http, &story).await;
}

/// Tells a story over Socket Mode only, because it is about Socket Mode.
pub async fn over_socket(story: impl AsyncFn(&World)) {
    told(Door::Socket, &story).await;
}

async fn told(door: Door, story: &impl AsyncFn(&World)) {
    let log = Log::default();
    let _listening = log.listen();
    let world = World::new(door, log).await;
    story(&world).await;
    world.ends().await;
}

impl World {
    async fn new(door: Door, log: Log) -> Self {
        // Another story of this program may have chosen it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let time = Arc::new(AtomicI64::new(BEGINNING));
        let slack = Sandbox::start(sandbox::Settings {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            manifest: manifest(&ManifestOptions::default()),
            now: Arc::new(reads(&time)),
            limits: Limits::Slack,
        })
        .unwrap();
        let world = Self {
            slack,
            log,
            door,
            site: RefCell::default(),
            patience: Cell::default(),
            incidents_channel: RefCell::new(Some("incidents".to_owned())),
            time,
            folder: TempDir::new().unwrap(),
            bot: Mutex::new(None),
            read: RefCell::default(),
        };
        world.starts().await;
        world
    }

    /// Gives somebody of the workspace: alice, bob or chioma, or whom the story added.
    pub fn person<'w>(&'w self, name: &'w str) -> Person<'w> {
        Person { world: self, name }
    }

    /// Starts the bot on the store that it had.
    pub async fn starts(&self) {
        let store = Store::open(&self.database()).unwrap();
        let slack = SlackApi::new(&self.slack.api_url(), &self.slack.bot_token()).unwrap();
        let slack = match self.patience.get() {
            Some(patience) => slack.with_patience(patience),
            None => slack,
        };
        let clock = Clock::set_by(reads(&self.time));
        let settings = Settings {
            command: "/datadog".to_owned(),
            incidents_channel: self.incidents_channel.borrow().clone(),
        };
        let bot = Bot::new(store, slack, clock, settings);
        let stop = CancellationToken::new();
        let mut doors = JoinSet::new();
        doors.spawn(self.listens(&bot, &stop).await);
        match self.door {
            Door::Http => self.slack.app_listens_at(&self.site.borrow()),
            Door::Socket => {
                doors.spawn(socket::run(
                    bot.clone(),
                    self.slack.app_token(),
                    stop.clone(),
                ));
                let connected = |slack: &Sandbox| (slack.socket_connections() == 2).then_some(());
                self.slack.until(connected).await.unwrap();
            }
        }
        let worker = Worker::new(bot.clone());
        *self.bot.lock().await = Some(Running {
            bot,
            worker,
            stop,
            doors,
        });
        self.settles().await;
    }

    /// Stops the bot in order.
    pub async fn stops(&self) {
        if let Some(mut running) = self.bot.lock().await.take() {
            running.stop.cancel();
            running.worker.finish().await;
            running.bot.tasks.close();
            running.bot.tasks.wait().await;
            while running.doors.join_next().await.is_some() {}
            let gone = |slack: &Sandbox| (slack.socket_connections() == 0).then_some(());
            self.slack.until(gone).await.unwrap();
            let closed = running.bot.store.closed();
            drop(running);
            closed.await;
        }
    }

    /// Gives what serves the bot's own pages, and requests of Slack's, until the bot stops.
    async fn listens(
        &self,
        bot: &Bot,
        stop: &CancellationToken,
    ) -> impl Future<Output = ()> + use<> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        *self.site.borrow_mut() = format!("http://{}", listener.local_addr().unwrap());
        let secret = Secret::new(self.slack.signing_secret());
        serve(
            listener,
            router(Front::new(bot.clone(), Some(secret))),
            stop.clone(),
        )
    }

    /// Delivers everything that is due, and what follows from it; lets limits of a few seconds pass.
    pub async fn settles(&self) {
        let patience = self.now() + MOMENTARILY * 1000;
        loop {
            self.slack.settled().await;
            let mut running = self.bot.lock().await;
            let Some(running) = running.as_mut() else {
                return;
            };
            running.bot.tasks.close();
            running.bot.tasks.wait().await;
            running.bot.tasks.reopen();
            let next = running.worker.settle().await.epoch_millis();
            let owed = running.bot.store.backlog().await.unwrap().depth > 0;
            if !owed || next > patience {
                break;
            }
            self.time.store(next, Ordering::SeqCst);
        }
        self.slack.settled().await;
    }

    /// Lets as much time pass as it takes until nothing is owed; gives the seconds that it took.
    pub async fn catches_up(&self) -> i64 {
        let begun = self.now();
        loop {
            self.settles().await;
            let mut running = self.bot.lock().await;
            let running = running.as_mut().unwrap();
            if running.bot.store.backlog().await.unwrap().depth == 0 {
                return (self.now() - begun) / 1000;
            }
            let next = running.worker.settle().await.epoch_millis();
            assert!(next - begun < 86_400_000, "it takes longer than a day");
            self.time.store(next, Ordering::SeqCst);
        }
    }

    /// Gives the names of all channels but those that were there from the beginning, in order.
    pub fn incident_channels(&self) -> Vec<String> {
        let mut names = self.slack.channel_names();
        names.retain(|name| !["general", "incidents", "random"].contains(&name.as_str()));
        names.sort();
        names
    }

    /// Opens one of the bot's own pages; gives the status and the text.
    pub async fn gets(&self, path: &str) -> (u16, String) {
        let url = format!("{}{path}", self.site.borrow());
        let answer = reqwest::get(url).await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// Starts the bot anew with another `INCIDENTS_CHANNEL`.
    pub async fn announces_in(&self, channel: Option<&str>) {
        self.stops().await;
        *self.incidents_channel.borrow_mut() = channel.map(str::to_owned);
        self.starts().await;
    }

    /// Gives the time, in milliseconds since 1970.
    pub fn now(&self) -> i64 {
        self.time.load(Ordering::SeqCst)
    }

    /// Gives the file that the bot keeps everything in.
    pub fn database(&self) -> PathBuf {
        self.folder.path().join("incidents.db")
    }

    /// Changes settings of the team beside the bot, which goes on running, as `muster settings` does.
    pub fn sets(&self, settings: &[(&str, serde_json::Value)]) {
        let wanted = settings
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.clone()));
        let now = Moment::from_epoch_seconds(self.now() / 1000);
        let mut beside = Beside::open(&self.database()).unwrap();
        let changed = beside.change(|before| before.with(wanted), now).unwrap();
        assert_eq!(changed.unwrap().len(), settings.len());
    }

    /// Waits until the bot works on something that it was asked.
    pub async fn until_at_work(&self) {
        while self.bot.lock().await.as_ref().unwrap().bot.tasks.is_empty() {
            tokio::task::yield_now().await;
        }
    }

    /// Gives the store, for what no person sees yet.
    pub async fn store(&self) -> Store {
        self.bot.lock().await.as_ref().unwrap().bot.store.clone()
    }

    /// Opens the bot's database beside it, to read what no person sees.
    pub fn looks_into_the_file(&self) -> Connection {
        let path = self.folder.path().join("incidents.db");
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
    }

    /// Sees that nothing is left: nothing owed, nothing unread, nothing warned of.
    async fn ends(&self) {
        self.settles().await;
        let backlog = self.store().await.backlog().await.unwrap();
        assert_eq!(
            backlog.depth, 0,
            "something is still owed at the end of the story"
        );
        let mut unread = Vec::new();
        for channel in self.slack.channel_names() {
            let mut here = self.unread(&channel);
            for message in self.slack.messages(&channel) {
                here.extend(self.unread_replies(&channel, &message.ts));
            }
            unread.extend(
                here.into_iter()
                    .map(|message| format!("#{channel}: {message}")),
            );
        }
        for person in self.slack.person_names() {
            let mut here = self.unread_by(&person);
            here.extend(self.person(&person).reads_directly());
            unread.extend(
                here.into_iter()
                    .map(|message| format!("only {person}: {message}")),
            );
        }
        assert_eq!(unread, Vec::<String>::new(), "nobody read this");
        assert_eq!(
            self.log.take(),
            Vec::<String>::new(),
            "nobody expected this in the log"
        );
        self.stops().await;
    }
}

fn reads(time: &Arc<AtomicI64>) -> impl Fn() -> DateTime<Utc> + Send + Sync + 'static {
    let time = Arc::clone(time);
    move || DateTime::from_timestamp_millis(time.load(Ordering::SeqCst)).unwrap_or_default()
}
