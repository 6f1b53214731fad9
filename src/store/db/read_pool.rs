//! The read pool: threads that only read, each with its own connection, in parallel with the write thread.
//!
//! The threads are our own because tokio's blocking pool grows with every burst, and the allocator keeps
//! about 2 MB for each thread that has rendered a list.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use rusqlite::{Connection, OpenFlags};
use tokio::sync::{oneshot, watch};

use crate::error::{Error, Result};
use crate::store::db::migrations::configure_connection;

/// Number of concurrent reads.
const POOL_SIZE: usize = 2;

type ReadRequest = Box<dyn FnOnce(&mut Connection) + Send>;

/// The read pool. Cheap to clone.
#[derive(Clone)]
pub struct ReadPool {
    queue: mpsc::Sender<ReadRequest>,
    /// Closed when all threads have ended, because each holds the sender.
    threads: watch::Receiver<()>,
}

impl ReadPool {
    /// Opens the connections and starts the threads. They end and close their connections when the last
    /// handle is dropped.
    pub fn open(path: &Path) -> Result<Self> {
        let (queue, waiting) = mpsc::channel();
        let waiting = Arc::new(Mutex::new(waiting));
        let (running, threads) = watch::channel(());
        for number in 1..=POOL_SIZE {
            let connection = open_connection(path)?;
            let (waiting, running) = (Arc::clone(&waiting), running.clone());
            std::thread::Builder::new()
                .name(format!("store-reader-{number}"))
                .spawn(move || {
                    run_read_thread(connection, &waiting);
                    drop(running);
                })
                .map_err(Error::internal)?;
        }
        Ok(Self { queue, threads })
    }

    /// Runs `job` in one read transaction, so that it sees one consistent state.
    pub async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (response, receiver) = oneshot::channel();
        let request: ReadRequest = Box::new(move |connection| {
            // A caller that was cancelled no longer needs the result.
            if response.is_closed() {
                return;
            }
            // A panic must fail this request only, not the thread.
            let result = catch_unwind(AssertUnwindSafe(|| {
                let snapshot = connection.transaction()?;
                job(&snapshot)
            }));
            let panicked = |_| Err(Error::internal("a read request panicked"));
            drop(response.send(result.unwrap_or_else(panicked)));
        });
        self.queue
            .send(request)
            .map_err(|_| Error::store_closed())?;
        receiver.await.map_err(|_| Error::store_closed())?
    }

    /// Returns a future that completes when the threads have ended and closed their connections.
    pub fn closed(&self) -> impl Future<Output = ()> + use<> {
        let mut threads = self.threads.clone();
        async move { while threads.changed().await.is_ok() {} }
    }
}

fn open_connection(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    configure_connection(&connection)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn run_read_thread(mut connection: Connection, waiting: &Mutex<mpsc::Receiver<ReadRequest>>) {
    loop {
        // The lock is held while the thread waits; the other threads then wait for the lock instead.
        let next = waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        match next {
            Ok(request) => request(&mut connection),
            Err(mpsc::RecvError) => return,
        }
    }
}
