//! The read pool: connections that only read, in parallel with the write thread.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags};
use tokio::sync::Semaphore;

use crate::error::{Error, Result};
use crate::store::db::migrations::configure_connection;

/// Number of concurrent reads.
const POOL_SIZE: u32 = 2;

/// The read pool. Cheap to clone.
#[derive(Clone)]
pub struct ReadPool {
    idle: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
}

impl ReadPool {
    /// Opens the connections.
    pub fn open(path: &Path) -> Result<Self> {
        let connections = (0..POOL_SIZE)
            .map(|_| {
                let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let connection = Connection::open_with_flags(path, flags)?;
                configure_connection(&connection)?;
                connection.pragma_update(None, "query_only", true)?;
                Ok(connection)
            })
            .collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(Self {
            idle: Arc::new(Mutex::new(connections)),
            permits: Arc::new(Semaphore::new(POOL_SIZE as usize)),
        })
    }

    /// Runs `job` in one read transaction, so that it sees one consistent state.
    pub async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let free = Arc::clone(&self.idle);
        tokio::task::spawn_blocking(move || {
            // Locals are dropped in reverse order: the connection list is released before the permit, so
            // that a caller that holds all permits knows that no read is running.
            let _permit = permit;
            let free = free;
            let mut connection = take_connection(&free).ok_or_else(Error::store_closed)?;
            // A panic must not remove a connection from the pool.
            let result = catch_unwind(AssertUnwindSafe(|| {
                let snapshot = connection.transaction()?;
                job(&snapshot)
            }));
            free.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(connection);
            result.unwrap_or_else(|_| Err(Error::internal("a read request panicked")))
        })
        .await
        .map_err(Error::internal)?
    }

    /// Returns a future that completes when no read is running.
    pub fn closed(&self) -> impl Future<Output = ()> + use<> {
        let places = Arc::clone(&self.permits);
        async move {
            // Acquiring fails only if the semaphore is closed, which never happens.
            drop(places.acquire_many(POOL_SIZE).await);
        }
    }
}

fn take_connection(free: &Mutex<Vec<Connection>>) -> Option<Connection> {
    free.lock().unwrap_or_else(PoisonError::into_inner).pop()
}
