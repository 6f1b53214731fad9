//! Bringing what was committed over from the log into the one file, beside the thread that writes: nobody
//! who waits for a commit waits for that as well.
//!
//! SQLite: a passive checkpoint stops neither who reads nor who writes, sqlite.org/pragma.html#pragma_wal_checkpoint.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::{Connection, OpenFlags};

use super::migrations::tune;
use crate::error::{Error, Result};

/// After how many requests the log is brought over. A burst writes the same pages again and again: brought
/// over rarely, each goes over once.
const EVERY: usize = 1_000;

/// The thread that brings the log over. It ends when this value is dropped.
pub struct Checkpoints {
    wanted: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    /// How many requests were committed since the last time.
    since: usize,
}

impl Checkpoints {
    /// Starts the thread, with a connection of its own.
    ///
    /// # Errors
    /// When the file cannot be opened, or the system gives no thread.
    pub fn start(path: &Path) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        tune(&connection)?;
        // One that waits is enough: it brings over all that is there by then.
        let (wanted, wishes) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("store-log".to_owned())
            .spawn(move || bring_over(&connection, &wishes))
            .map_err(Error::internal)?;
        Ok(Self {
            wanted: Some(wanted),
            thread: Some(thread),
            since: 0,
        })
    }

    /// Notes that requests were committed; does not wait for anything.
    pub fn committed(&mut self, requests: usize) {
        self.since += requests;
        // There is no place when one waits already; then it is asked for again with the next ones.
        if self.since >= EVERY
            && let Some(wanted) = &self.wanted
            && wanted.try_send(()).is_ok()
        {
            self.since = 0;
        }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.wanted = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn bring_over(connection: &Connection, wishes: &Receiver<()>) {
    while wishes.recv().is_ok() {
        let outcome = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        if let Err(error) = outcome {
            // Nothing is lost by it: the log grows, and the thread that writes brings it over at last.
            tracing::warn!("What is stored could not be brought into the one file: {error}");
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Gives how many notes stand in the one file, whatever stands in the log beside it.
    fn brought_over(file: &Path) -> i64 {
        let alone = file.with_extension("alone");
        std::fs::copy(file, &alone).unwrap();
        let notes = Connection::open(alone).unwrap();
        let counted = notes.query_row("SELECT count(*) FROM notes", [], |row| row.get(0));
        counted.unwrap()
    }

    #[test]
    fn what_many_requests_committed_stands_in_the_one_file_though_the_writer_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("notes.db");
        let writer = Connection::open(&file).unwrap();
        let schema = "CREATE TABLE notes (text TEXT NOT NULL) STRICT; PRAGMA journal_mode = WAL";
        writer.execute_batch(schema).unwrap();
        tune(&writer).unwrap();
        writer
            .execute("INSERT INTO notes VALUES ('It burns.')", [])
            .unwrap();

        for (requests, expected) in [(EVERY - 1, 0), (EVERY, 1)] {
            let mut checkpoints = Checkpoints::start(&file).unwrap();
            checkpoints.committed(requests);
            // Its end waits for what was asked for.
            drop(checkpoints);
            assert_eq!(brought_over(&file), expected, "after {requests}");
        }
    }
}
