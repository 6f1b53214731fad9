//! `muster serve`: starts the store, HTTP server, worker and Socket Mode, and shuts them down in order.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::app::{App, AppConfig};
use crate::clock::Clock;
use crate::config::{Config, SlackCredentials};
use crate::error::Error;
use crate::http::{HttpState, router};
use crate::metrics::Metrics;
use crate::slack::client::SlackApi;
use crate::slack::socket_mode;
use crate::store::Store;
use crate::{http, worker};

/// Maximum duration of the shutdown.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

/// Why the bot could not start or had to stop, and how to fix it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartupError(pub String);

impl fmt::Display for StartupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A running bot.
pub struct Running {
    app: App,
    address: SocketAddr,
    stop: CancellationToken,
    tasks: JoinSet<TaskName>,
    signals: Signals,
}

/// The name of a task of the bot.
type TaskName = &'static str;

/// Starts a bot: its store, its HTTP server and Socket Mode connections, and its worker.
///
/// Fails if the store is in use, was written by a newer version or cannot be opened, if the port is taken,
/// or if no trusted certificates are installed.
pub async fn start(config: &Config, access: &SlackCredentials) -> Result<Running, StartupError> {
    let signals = Signals::install().map_err(|error| {
        StartupError(format!(
            "The signal handlers could not be installed: {error}"
        ))
    })?;
    let store = Store::open(&config.database).map_err(|error| store_open_error(config, &error))?;
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|error| listen_error("LISTEN_ADDR", config.listen, &error))?;
    let address = listener
        .local_addr()
        .map_err(|error| StartupError(format!("The port number could not be read: {error}")))?;
    let slack = SlackApi::new(&access.api_url, access.bot_token.reveal()).map_err(|error| {
        StartupError(format!(
            "TLS cannot be set up on this machine: {error}. Install the package \
             ca-certificates."
        ))
    })?;
    let settings = AppConfig {
        command: config.command.clone(),
        incidents_channel: config.incidents_channel.clone(),
    };
    let app = App::new(store, slack, Clock::system(), settings);
    let stop = CancellationToken::new();
    let parts = spawn_tasks(&app, access, listener, &stop);
    Ok(Running {
        app: app,
        address,
        stop,
        tasks: parts,
        signals,
    })
}

fn spawn_tasks(
    app: &App,
    access: &SlackCredentials,
    listener: TcpListener,
    stop: &CancellationToken,
) -> JoinSet<TaskName> {
    let mut parts = JoinSet::new();
    let router = router(HttpState::new(app.clone(), access.signing_secret.clone()));
    let doors = stop.clone();
    parts.spawn(named_task("HTTP", http::serve(listener, router, doors)));
    parts.spawn(named_task("worker", worker::run(app.clone(), stop.clone())));
    parts.spawn(named_task(
        "counting",
        Metrics::install().run_upkeep_loop(stop.clone()),
    ));
    if let Some(token) = &access.app_token {
        let token = token.reveal().to_owned();
        let socket = socket_mode::run(app.clone(), token, stop.clone());
        parts.spawn(named_task("Socket Mode", socket));
    }
    parts
}

async fn named_task(name: &'static str, work: impl Future<Output = ()>) -> TaskName {
    work.await;
    name
}

impl Running {
    /// Returns the address of the HTTP server.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Runs until a signal arrives or a task ends, then waits up to 10 s for running requests and jobs. A
    /// second signal stops at once.
    ///
    /// Fails if a task ended before the signal.
    pub async fn run_until_stopped(self) -> Result<(), StartupError> {
        let Self {
            app: app,
            stop,
            tasks: mut parts,
            mut signals,
            ..
        } = self;
        let broken = tokio::select! {
            () = signals.next() => None,
            ended = parts.join_next() => Some(early_exit_error(ended)),
        };
        match &broken {
            Some(failure) => tracing::error!("{failure}"),
            None => tracing::info!("Stopping after the running requests and deliveries"),
        }
        stop.cancel();
        let finished = tokio::select! {
            finished = tokio::time::timeout(SHUTDOWN_TIMEOUT, shut_down(app, parts)) => finished.is_ok(),
            () = signals.next() => false,
        };
        if finished {
            tracing::info!("Stopped");
        } else {
            tracing::warn!(
                "Stopped before everything was finished; queued deliveries are sent after the next start"
            );
        }
        broken.map_or(Ok(()), Err)
    }
}

/// Waits for all running tasks, then closes the store.
async fn shut_down(app: App, mut parts: JoinSet<TaskName>) {
    while let Some(ended) = parts.join_next().await {
        if let Some(trouble) = task_error(&ended) {
            tracing::error!("While stopping: {trouble}");
        }
    }
    app.tasks.close();
    app.tasks.wait().await;
    let closed = app.store.closed();
    drop(app);
    closed.await;
}

/// Returns the error for a task that ended early.
fn early_exit_error(ended: Option<Result<TaskName, JoinError>>) -> StartupError {
    let what = match ended {
        Some(ended) => task_error(&ended).unwrap_or_else(|| match ended {
            Ok(part) => format!("the task {part} ended"),
            Err(_) => "a task was cancelled".to_owned(),
        }),
        None => "no task is running".to_owned(),
    };
    StartupError(format!(
        "Muster had to stop: {what}. Start it again. No stored data is lost."
    ))
}

fn task_error(ended: &Result<TaskName, JoinError>) -> Option<String> {
    match ended {
        Ok(_) => None,
        Err(error) => Some(format!("a task panicked: {error}")),
    }
}

fn store_open_error(config: &Config, error: &Error) -> StartupError {
    match error {
        Error::Rejected(sentence) => StartupError(sentence.clone()),
        Error::InvalidForm(_)
        | Error::IncidentRequired
        | Error::NotFound(_)
        | Error::Unauthorized
        | Error::StoreUnavailable(_)
        | Error::Internal(_) => StartupError(format!(
            "The store {} cannot be opened: {error}. Check that DATABASE_PATH names a file that \
             Muster wrote, or none yet, that its folder may be written, and that the disk has room.",
            config.database.display()
        )),
    }
}

/// Returns the error for a port that cannot be bound.
pub fn listen_error(setting: &str, address: SocketAddr, error: &io::Error) -> StartupError {
    let todo = match error.kind() {
        io::ErrorKind::AddrInUse => "Another program uses this port. Stop it",
        io::ErrorKind::PermissionDenied => {
            "Ports below 1024 require a permission. Use a higher one"
        }
        _ => "This machine has no such address",
    };
    StartupError(format!(
        "Muster cannot listen on {address} ({error}). {todo}, or set {setting} to another address."
    ))
}

/// The signals that start the shutdown.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Installs the handlers. From now on the signals do not end the process.
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
