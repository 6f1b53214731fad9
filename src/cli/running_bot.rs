//! The running bot: waits for a signal or a failed task, then shuts down in order.

use std::io;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::cli::command_error::CommandError;
use crate::cli::startup_message::Addresses;

/// Maximum duration of the shutdown.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

/// A running bot.
pub struct RunningBot {
    /// The app, which owns the store.
    pub app: App,
    /// The addresses that it listens on.
    pub addresses: Addresses,
    /// Stops the tasks.
    pub stop: CancellationToken,
    /// The HTTP server, the worker and other tasks that run until they are stopped.
    pub tasks: JoinSet<TaskName>,
    /// The signals that start the shutdown.
    pub signals: Signals,
}

/// The name of a task, for error messages.
pub type TaskName = &'static str;

impl RunningBot {
    /// Runs until a signal arrives or a task ends, then waits up to 10 s for running requests and jobs. A
    /// second signal stops at once.
    ///
    /// Fails if a task ended before the signal.
    pub async fn run_until_stopped(mut self) -> Result<(), CommandError> {
        let result = tokio::select! {
            () = self.signals.next() => Ok(()),
            ended = self.tasks.join_next() => Err(early_exit_error(ended)),
        };
        match &result {
            Err(error) => tracing::error!("{error}"),
            Ok(()) => tracing::info!("Stopping after the requests and deliveries in progress"),
        }
        self.stop.cancel();
        let is_finished = tokio::select! {
            shutdown = tokio::time::timeout(SHUTDOWN_TIMEOUT, shut_down(self.app, self.tasks)) => {
                shutdown.is_ok()
            }
            () = self.signals.next() => false,
        };
        if is_finished {
            tracing::info!("Stopped");
        } else {
            tracing::warn!(
                "Stopped before everything was finished; queued deliveries are sent after the next start"
            );
        }
        result
    }
}

/// Waits for all running tasks, then closes the store.
async fn shut_down(app: App, mut tasks: JoinSet<TaskName>) {
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            tracing::error!("While stopping: a task panicked: {error}");
        }
    }
    app.tasks.close();
    app.tasks.wait().await;
    let closed = app.store.closed();
    drop(app);
    closed.await;
}

/// Returns the error for a task that ended early.
fn early_exit_error(ended: Option<Result<TaskName, JoinError>>) -> CommandError {
    let cause = match ended {
        Some(Ok(name)) => format!("the task {name} ended"),
        Some(Err(error)) => format!("a task panicked: {error}"),
        None => "no task is running".to_owned(),
    };
    CommandError::failed(format!(
        "Muster had to stop: {cause}. Start it again. No stored data was lost."
    ))
}

/// The signals that start the shutdown.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Installs the handlers. From now on the signals do not end the process.
    pub fn install() -> io::Result<Self> {
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
