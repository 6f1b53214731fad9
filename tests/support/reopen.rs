//! Opens a store that this process has just closed.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use muster::error::Error;
use muster::store::Store;

/// How long the lock may be held by others.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);

/// Opens a store. A process that another test starts shares the lock of the closed store for an instant, until it
/// executes its own program, so a locked store is tried again.
pub fn open_store(path: &Path) -> Store {
    let deadline = Instant::now() + LOCK_TIMEOUT;
    loop {
        match Store::open(path) {
            Err(Error::Rejected(reason)) if Instant::now() < deadline => {
                assert!(reason.starts_with("Another Muster"), "{reason}");
                thread::yield_now();
            }
            opened => return opened.unwrap(),
        }
    }
}
