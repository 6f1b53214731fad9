//! A few connections that only read, beside the one that writes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags};
use tokio::sync::Semaphore;

use super::migrations::tune;
use crate::error::{Error, Result};

/// How many reads go on at the same time.
const READERS: u32 = 2;

/// The connections that read; cheap to clone.
#[derive(Clone)]
pub struct Readers {
    free: Arc<Mutex<Vec<Connection>>>,
    places: Arc<Semaphore>,
}

impl Readers {
    /// Opens the connections.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(path: &Path) -> Result<Self> {
        let connections = (0..READERS)
            .map(|_| {
                let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let connection = Connection::open_with_flags(path, flags)?;
                tune(&connection)?;
                connection.pragma_update(None, "query_only", true)?;
                Ok(connection)
            })
            .collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(Self {
            free: Arc::new(Mutex::new(connections)),
            places: Arc::new(Semaphore::new(READERS as usize)),
        })
    }

    /// Runs `job` on one snapshot of the store.
    ///
    /// # Errors
    /// What `job` says, or when the store cannot be read.
    pub async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let free = Arc::clone(&self.free);
        tokio::task::spawn_blocking(move || {
            // The connection is let go before the place is: whoever has all places knows that nobody reads.
            let _place = place;
            let free = free;
            let mut connection = take(&free).ok_or_else(Error::closed)?;
            // A panic in one read must not take a connection away from all the others.
            let result = catch_unwind(AssertUnwindSafe(|| {
                let snapshot = connection.transaction()?;
                job(&snapshot)
            }));
            free.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(connection);
            result.unwrap_or_else(|_| Err(Error::internal("a request panicked while it read")))
        })
        .await
        .map_err(Error::internal)?
    }

    /// Gives what waits until nobody reads.
    pub fn ended(&self) -> impl Future<Output = ()> + use<> {
        let places = Arc::clone(&self.places);
        async move {
            // It fails only if the places are closed, which nobody does.
            drop(places.acquire_many(READERS).await);
        }
    }
}

fn take(free: &Mutex<Vec<Connection>>) -> Option<Connection> {
    free.lock().unwrap_or_else(PoisonError::into_inner).pop()
}
