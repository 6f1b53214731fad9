//! Serving: everything is started here, runs side by side, and is stopped in order.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::bot::{Bot, Settings};
use crate::clock::Clock;
use crate::config::{Access, Config};
use crate::error::Error;
use crate::http::{Front, router};
use crate::metrics::Metrics;
use crate::slack::client::SlackApi;
use crate::slack::socket;
use crate::store::Store;
use crate::{http, worker};

/// How long what is under way may take when the bot stops.
const DEADLINE: Duration = Duration::from_secs(10);

/// Why the bot could not start, or could not go on: a sentence with what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(pub String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A bot that serves.
pub struct Running {
    bot: Bot,
    address: SocketAddr,
    stop: CancellationToken,
    parts: JoinSet<Part>,
    signals: Signals,
}

/// A part of the bot that came to its end: its name.
type Part = &'static str;

/// Starts a bot: its store, its doors and its worker.
///
/// # Errors
/// A sentence when the store is in use, was written by a newer Muster or cannot be opened, when the
/// port is taken, or when this machine trusts no certificates.
pub async fn start(config: &Config, access: &Access) -> Result<Running, Failure> {
    let signals = Signals::install().map_err(|error| Failure(format!("No signals: {error}")))?;
    let store = Store::open(&config.database).map_err(|error| unopened(config, &error))?;
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|error| cannot_listen("LISTEN_ADDR", config.listen, &error))?;
    let address = listener
        .local_addr()
        .map_err(|error| Failure(format!("The port has no number: {error}")))?;
    let slack = SlackApi::new(&access.api_url, access.bot_token.reveal()).map_err(|error| {
        Failure(format!(
            "Slack cannot be called safely from this machine: {error}. Install the package \
             ca-certificates."
        ))
    })?;
    let settings = Settings {
        command: config.command.clone(),
        incidents_channel: config.incidents_channel.clone(),
    };
    let bot = Bot::new(store, slack, Clock::system(), settings);
    let stop = CancellationToken::new();
    let parts = parts(&bot, access, listener, &stop);
    Ok(Running {
        bot,
        address,
        stop,
        parts,
        signals,
    })
}

fn parts(
    bot: &Bot,
    access: &Access,
    listener: TcpListener,
    stop: &CancellationToken,
) -> JoinSet<Part> {
    let mut parts = JoinSet::new();
    let router = router(Front::new(bot.clone(), access.signing_secret.clone()));
    let doors = stop.clone();
    parts.spawn(part("HTTP", http::serve(listener, router, doors)));
    parts.spawn(part("worker", worker::run(bot.clone(), stop.clone())));
    parts.spawn(part("counting", Metrics::install().keep_up(stop.clone())));
    if let Some(token) = &access.app_token {
        let token = token.reveal().to_owned();
        let socket = socket::run(bot.clone(), token, stop.clone());
        parts.spawn(part("Socket Mode", socket));
    }
    parts
}

async fn part(name: &'static str, work: impl Future<Output = ()>) -> Part {
    work.await;
    name
}

impl Running {
    /// Gives where the bot listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until a signal says stop; then finishes what is under way, for 10 s at the most. A second
    /// signal stops at once.
    ///
    /// # Errors
    /// When a part of the bot came to its end before it was told to.
    pub async fn until_stopped(self) -> Result<(), Failure> {
        let Self {
            bot,
            stop,
            mut parts,
            mut signals,
            ..
        } = self;
        let broken = tokio::select! {
            () = signals.next() => None,
            ended = parts.join_next() => Some(too_early(ended)),
        };
        match &broken {
            Some(failure) => tracing::error!("{failure}"),
            None => tracing::info!("Stopping: what is under way is finished first"),
        }
        stop.cancel();
        let finished = tokio::select! {
            finished = tokio::time::timeout(DEADLINE, finish(bot, parts)) => finished.is_ok(),
            () = signals.next() => false,
        };
        if finished {
            tracing::info!("Stopped");
        } else {
            tracing::warn!(
                "Stopped before all was finished; what is owed is sent after the next start"
            );
        }
        broken.map_or(Ok(()), Err)
    }
}

/// Waits for everything that is under way, then closes the store.
async fn finish(bot: Bot, mut parts: JoinSet<Part>) {
    while let Some(ended) = parts.join_next().await {
        if let Some(trouble) = trouble(&ended) {
            tracing::error!("While stopping: {trouble}");
        }
    }
    bot.tasks.close();
    bot.tasks.wait().await;
    let closed = bot.store.closed();
    drop(bot);
    closed.await;
}

/// Gives what is said of a part that came to its end though nobody told it to.
fn too_early(ended: Option<Result<Part, JoinError>>) -> Failure {
    let what = match ended {
        Some(ended) => trouble(&ended).unwrap_or_else(|| match ended {
            Ok(part) => format!("{part} came to its end"),
            Err(_) => "a part was called off".to_owned(),
        }),
        None => "nothing is left of it".to_owned(),
    };
    Failure(format!(
        "Muster cannot go on: {what}. Start it again: nothing that is stored is lost."
    ))
}

fn trouble(ended: &Result<Part, JoinError>) -> Option<String> {
    match ended {
        Ok(_) => None,
        Err(error) => Some(format!("a part broke off: {error}")),
    }
}

fn unopened(config: &Config, error: &Error) -> Failure {
    match error {
        Error::Refused(sentence) => Failure(sentence.clone()),
        Error::Form(_)
        | Error::NotFound(_)
        | Error::Unauthorized
        | Error::NotStored(_)
        | Error::Internal(_) => Failure(format!(
            "The store {} cannot be opened: {error}. Check that DATABASE_PATH names a file that \
             Muster wrote, or none yet, that its folder may be written, and that the disk has room.",
            config.database.display()
        )),
    }
}

/// Gives what is said when a port cannot be had.
pub fn cannot_listen(setting: &str, address: SocketAddr, error: &io::Error) -> Failure {
    let todo = match error.kind() {
        io::ErrorKind::AddrInUse => "Another program listens there: stop it",
        io::ErrorKind::PermissionDenied => "Ports below 1024 need permission: take a higher one",
        _ => "This machine has no such address",
    };
    Failure(format!(
        "Muster cannot listen at {address} ({error}). {todo}, or set {setting} to another address."
    ))
}

/// The signals that ask us to stop.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From now on these signals do not kill the process.
    fn install() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
