//! The one thread that writes: it takes the requests that wait and commits them together, so that a burst pays
//! for one sync and not for one each. A request that fails leaves nothing behind, and takes nothing from the others.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rusqlite::Connection;
use tokio::sync::{Notify, mpsc, oneshot, watch};

use super::checkpoints::Checkpoints;
use crate::error::{Error, Result};

/// How many requests are committed together at the most.
const GROUP_LIMIT: usize = 256;

/// How many requests may wait before the next one waits to be let in.
const QUEUE_LIMIT: usize = 4096;

/// The way to the thread that writes; cheap to clone.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Box<dyn Work>>,
    /// Its other end is gone when the thread is.
    thread: watch::Receiver<()>,
}

impl Writer {
    /// Starts the thread. It ends, and closes the connection, when the last `Writer` is gone.
    /// `committed` is notified after each commit.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        connection: Connection,
        checkpoints: Checkpoints,
        committed: Arc<Notify>,
    ) -> Result<Self> {
        let (queue, waiting) = mpsc::channel(QUEUE_LIMIT);
        let (alive, thread) = watch::channel(());
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                write_all(connection, checkpoints, waiting, &committed);
                drop(alive);
            })
            .map_err(Error::internal)?;
        Ok(Self { queue, thread })
    }

    /// Gives what waits until the thread has ended and its connection is closed.
    pub fn ended(&self) -> impl Future<Output = ()> + use<> {
        let mut thread = self.thread.clone();
        async move { while thread.changed().await.is_ok() {} }
    }

    /// Runs `job`: what it wrote is on disk when this returns `Ok`, and nothing of it otherwise.
    ///
    /// # Errors
    /// What `job` says, or [`Error::NotStored`] when the commit fails.
    pub async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.queue(job, Fails::Anytime).await
    }

    /// Runs `job` as [`Writer::run`]. It decides first and then writes: whatever it refuses, it refuses before, so
    /// that nothing need be set aside to take it back. If it fails after that, which is a fault of ours, nothing is
    /// stored of those either who came together with it, and each is told.
    ///
    /// # Errors
    /// What `job` says, or [`Error::NotStored`] when the commit fails.
    pub async fn decide<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.queue(job, Fails::BeforeItWrites).await
    }

    async fn queue<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
        fails: Fails,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let task = Task {
            job: Some(job),
            fails,
            result: None,
            answer,
        };
        self.queue
            .send(Box::new(task))
            .await
            .map_err(|_| Error::closed())?;
        answered.await.map_err(|_| Error::closed())?
    }
}

/// A request to write, of which the thread does not know the type.
trait Work: Send {
    /// Says when it may fail.
    fn fails(&self) -> Fails;
    /// Does it; says whether what it wrote is to be kept.
    fn run(&mut self, connection: &Connection) -> Verdict;
    /// Tells the one who asked, once the commit is made or has failed.
    fn answer(self: Box<Self>, commit: std::result::Result<(), String>);
}

/// When a request may fail.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fails {
    /// Also when it wrote something already.
    Anytime,
    /// Only before it writes anything.
    BeforeItWrites,
}

/// What becomes of what a request wrote.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Keep,
    Undo,
}

struct Task<Job, T> {
    job: Option<Job>,
    fails: Fails,
    result: Option<Result<T>>,
    answer: oneshot::Sender<Result<T>>,
}

impl<Job, T> Work for Task<Job, T>
where
    Job: FnOnce(&Connection) -> Result<T> + Send,
    T: Send,
{
    fn fails(&self) -> Fails {
        self.fails
    }

    fn run(&mut self, connection: &Connection) -> Verdict {
        let Some(job) = self.job.take() else {
            return Verdict::Undo;
        };
        // A panic in one request must not take the store away from all the others.
        let result = catch_unwind(AssertUnwindSafe(|| job(connection)))
            .unwrap_or_else(|_| Err(Error::internal("a request panicked while it was stored")));
        let verdict = if result.is_ok() {
            Verdict::Keep
        } else {
            Verdict::Undo
        };
        self.result = Some(result);
        verdict
    }

    fn answer(self: Box<Self>, commit: std::result::Result<(), String>) {
        let result = match (self.result, commit) {
            (Some(Err(refusal)), _) => Err(refusal),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (_, Err(reason)) => Err(Error::NotStored(reason)),
            (None, Ok(())) => Err(Error::internal("a request was not run")),
        };
        // Who no longer waits needs no answer.
        drop(self.answer.send(result));
    }
}

fn write_all(
    connection: Connection,
    checkpoints: Checkpoints,
    mut waiting: mpsc::Receiver<Box<dyn Work>>,
    committed: &Notify,
) {
    let mut group = Vec::with_capacity(GROUP_LIMIT);
    while let Some(first) = waiting.blocking_recv() {
        group.push(first);
        while group.len() < GROUP_LIMIT
            && let Ok(next) = waiting.try_recv()
        {
            group.push(next);
        }
        let commit = commit_together(&connection, &mut group).map_err(|error| error.to_string());
        let stored = commit.is_ok();
        if !stored {
            // Who came while the store was locked has waited as well: to wait once more would be longer
            // than Slack does.
            group.extend(std::iter::from_fn(|| waiting.try_recv().ok()));
        }
        for work in group.drain(..) {
            work.answer(commit.clone());
        }
        if stored {
            committed.notify_one();
        }
    }
    // Whoever closes the file last brings all of the log over.
    drop((checkpoints, connection));
}

/// Runs a group of requests in one transaction.
fn commit_together(connection: &Connection, group: &mut [Box<dyn Work>]) -> rusqlite::Result<()> {
    // What an earlier group could not undo is undone first.
    if !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK")?;
    }
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let outcome = run_each(connection, group)
        .and_then(|()| connection.prepare_cached("COMMIT")?.execute([]).map(drop));
    if outcome.is_err() && !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK")?;
    }
    outcome
}

fn run_each(connection: &Connection, group: &mut [Box<dyn Work>]) -> rusqlite::Result<()> {
    for work in group {
        match work.fails() {
            Fails::Anytime => run_in_savepoint(connection, work.as_mut())?,
            Fails::BeforeItWrites => run_bare(connection, work.as_mut())?,
        }
    }
    Ok(())
}

fn run_in_savepoint(connection: &Connection, work: &mut dyn Work) -> rusqlite::Result<()> {
    connection
        .prepare_cached("SAVEPOINT request")?
        .execute([])?;
    let verdict = run(connection, work)?;
    if verdict == Verdict::Undo {
        connection
            .prepare_cached("ROLLBACK TO request")?
            .execute([])?;
    }
    connection.prepare_cached("RELEASE request")?.execute([])?;
    Ok(())
}

/// A savepoint copies each page before it is changed: without one, what most people wait for is quicker.
fn run_bare(connection: &Connection, work: &mut dyn Work) -> rusqlite::Result<()> {
    let written = connection.total_changes();
    let verdict = run(connection, work)?;
    if verdict == Verdict::Undo && connection.total_changes() != written {
        return Err(given_up(
            rusqlite::ffi::SQLITE_ABORT,
            "a request failed after it began to write",
        ));
    }
    Ok(())
}

fn run(connection: &Connection, work: &mut dyn Work) -> rusqlite::Result<Verdict> {
    let verdict = work.run(connection);
    // A full disk makes SQLite give up the whole transaction; nothing of this group is kept then.
    if connection.is_autocommit() {
        return Err(given_up(
            rusqlite::ffi::SQLITE_FULL,
            "the database gave up the transaction",
        ));
    }
    Ok(verdict)
}

fn given_up(code: std::ffi::c_int, why: &str) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), Some(why.to_owned()))
}

#[cfg(test)]
mod tests;
