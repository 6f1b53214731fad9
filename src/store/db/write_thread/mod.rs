//! The write thread: runs queued requests and commits them in groups, so that a burst needs one sync
//! instead of one per request. Each request is isolated: if it fails, only its own changes are rolled
//! back.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

use crate::error::{Error, Result};
use crate::store::db::checkpoint::Checkpointer;
use crate::store::db::committed::{self, CommitSignals};

/// Maximum number of requests per group commit.
const GROUP_LIMIT: usize = 256;

/// Capacity of the request queue. A sender waits while the queue is full.
const QUEUE_LIMIT: usize = 4096;

/// A handle of the write thread. Cheap to clone.
#[derive(Clone)]
pub struct WriteThread {
    queue: mpsc::Sender<Box<dyn WriteRequest>>,
    /// Closed when the thread ends, because the thread holds the sender.
    thread: watch::Receiver<()>,
}

impl WriteThread {
    /// Starts the thread. It ends and closes the connection when the last handle is dropped.
    ///
    /// `signals` are sent after each commit.
    pub fn start(
        connection: Connection,
        checkpoints: Checkpointer,
        signals: CommitSignals,
    ) -> Result<Self> {
        let (queue, waiting) = mpsc::channel(QUEUE_LIMIT);
        let (healthz, thread) = watch::channel(());
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                run_write_thread(connection, checkpoints, waiting, &signals);
                drop(healthz);
            })
            .map_err(Error::internal)?;
        Ok(Self { queue, thread })
    }

    /// Returns a future that completes when the thread has ended and closed its connection.
    pub fn closed(&self) -> impl Future<Output = ()> + use<> {
        let mut thread = self.thread.clone();
        async move { while thread.changed().await.is_ok() {} }
    }

    /// Runs `job` in a savepoint. Its changes are on disk if this returns `Ok`, and rolled back
    /// otherwise.
    ///
    /// Returns the error of `job`, or [`Error::NotStored`] if the commit fails.
    pub async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.run_with_error(job).await
    }

    /// Runs `job` like [`WriteThread::run`]. Its error has a type of its own.
    pub async fn run_with_error<T: Send + 'static, E: From<Error> + Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> std::result::Result<T, E> + Send + 'static,
    ) -> std::result::Result<T, E> {
        let (response, receiver) = oneshot::channel();
        let request = PendingWrite {
            job: Some(job),
            result: None,
            response,
        };
        self.queue
            .send(Box::new(request))
            .await
            .map_err(|_| Error::store_closed())?;
        receiver.await.map_err(|_| Error::store_closed())?
    }
}

/// A write request with its result type erased.
trait WriteRequest: Send {
    /// Executes the request. Returns whether its changes must be rolled back.
    fn run(&mut self, connection: &Connection) -> SavepointOutcome;
    /// Sends the result to the caller after the commit succeeded or failed.
    fn respond(self: Box<Self>, commit: std::result::Result<(), String>);
}

/// Whether the changes of a request are stored or rolled back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SavepointOutcome {
    Release,
    RollBack,
}

struct PendingWrite<Job, T, E> {
    job: Option<Job>,
    result: Option<std::result::Result<T, E>>,
    response: oneshot::Sender<std::result::Result<T, E>>,
}

impl<Job, T, E> WriteRequest for PendingWrite<Job, T, E>
where
    Job: FnOnce(&Connection) -> std::result::Result<T, E> + Send,
    T: Send,
    E: From<Error> + Send,
{
    fn run(&mut self, connection: &Connection) -> SavepointOutcome {
        let Some(job) = self.job.take() else {
            return SavepointOutcome::RollBack;
        };
        // A panic must fail this request only, not the write thread.
        let result = catch_unwind(AssertUnwindSafe(|| job(connection)))
            .unwrap_or_else(|_| Err(Error::internal("a write request panicked").into()));
        let outcome = if result.is_ok() {
            SavepointOutcome::Release
        } else {
            SavepointOutcome::RollBack
        };
        self.result = Some(result);
        outcome
    }

    fn respond(self: Box<Self>, commit: std::result::Result<(), String>) {
        let result = match (self.result, commit) {
            (Some(Err(error)), _) => Err(error),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (_, Err(reason)) => Err(Error::StoreUnavailable(reason).into()),
            (None, Ok(())) => Err(Error::internal("a write request was not executed").into()),
        };
        // The receiver is gone if the caller was cancelled.
        drop(self.response.send(result));
    }
}

fn run_write_thread(
    connection: Connection,
    checkpoints: Checkpointer,
    mut waiting: mpsc::Receiver<Box<dyn WriteRequest>>,
    signals: &CommitSignals,
) {
    let mut group = Vec::with_capacity(GROUP_LIMIT);
    while let Some(first) = waiting.blocking_recv() {
        group.push(first);
        while group.len() < GROUP_LIMIT
            && let Ok(next) = waiting.try_recv()
        {
            group.push(next);
        }
        let commit = commit_group(&connection, &mut group).map_err(|error| error.to_string());
        let stored = commit.is_ok();
        let changed = committed::take_changed();
        if !stored {
            // Requests that arrived while the store was locked have waited as long. They fail as well,
            // because another wait would exceed Slack's deadline.
            group.extend(std::iter::from_fn(|| waiting.try_recv().ok()));
        }
        // A requester that has its answer sees the signals of its change.
        if stored {
            signals.send(changed);
        }
        for request in group.drain(..) {
            request.respond(commit.clone());
        }
    }
    // The connection that closes the file last checkpoints the whole WAL.
    drop((checkpoints, connection));
}

/// Runs a group of requests in one transaction.
fn commit_group(
    connection: &Connection,
    group: &mut [Box<dyn WriteRequest>],
) -> rusqlite::Result<()> {
    // A failed rollback of an earlier group is retried first.
    if !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK")?;
    }
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let outcome = run_group(connection, group)
        .and_then(|()| connection.prepare_cached("COMMIT")?.execute([]).map(drop));
    if outcome.is_err() && !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK")?;
    }
    outcome
}

fn run_group(connection: &Connection, group: &mut [Box<dyn WriteRequest>]) -> rusqlite::Result<()> {
    for request in group {
        execute_in_savepoint(connection, request.as_mut())?;
    }
    Ok(())
}

fn execute_in_savepoint(
    connection: &Connection,
    request: &mut dyn WriteRequest,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("SAVEPOINT request")?
        .execute([])?;
    let outcome = request.run(connection);
    // SQLite rolls back the whole transaction when the disk is full. Nothing of this group is stored
    // then.
    if connection.is_autocommit() {
        return Err(rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL),
            Some("SQLite rolled back the transaction".to_owned()),
        ));
    }
    if outcome == SavepointOutcome::RollBack {
        connection
            .prepare_cached("ROLLBACK TO request")?
            .execute([])?;
    }
    connection.prepare_cached("RELEASE request")?.execute([])?;
    Ok(())
}

#[cfg(test)]
mod tests;
