//! Bringing what was committed over from the log into the one file, beside the thread that writes: nobody
//! who waits for a commit waits for that as well.
//!
//! A burst writes the same pages again and again: brought over rarely, each goes over once. So it is done when
//! the burst is over, or when the log has become long.
//!
//! SQLite: a passive checkpoint stops neither who reads nor who writes, sqlite.org/pragma.html#pragma_wal_checkpoint.

use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::hooks::Wal;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::migrations::tune;
use crate::error::{Error, Result};

/// From how many new pages on the log is brought over once nothing more is committed. That is what SQLite does
/// by itself: sqlite.org/wal.html#automatic_checkpoint.
const FEW: u32 = 1_000;

/// How long nothing is committed once a burst is over.
const QUIET: Duration = Duration::from_secs(1);

/// From how many new pages on, of 4 KiB, the log is brought over though the burst goes on.
const MANY: u32 = 16_000;

/// A log of so many pages is too long. Under a load that does not end it never is brought over whole, so that it
/// would grow for ever: then the thread that writes does the rest, and the log begins anew.
const TOO_MANY: u32 = 64_000;

/// The thread that brings the log over. It ends when this value is dropped.
pub struct Checkpoints {
    log: Arc<Log>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    /// Starts the thread, with a connection of its own; it follows what `writer` commits.
    ///
    /// # Errors
    /// When the file cannot be opened, or the system gives no thread.
    pub fn start(path: &Path, writer: &mut Connection) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        tune(&connection)?;
        let log = Arc::<Log>::default();
        let followed = Arc::clone(&log);
        writer.wal_hook(Some(move |wal: &mut Wal, pages: std::ffi::c_int| {
            committed(&followed, wal, pages.unsigned_abs());
            Ok(())
        }))?;
        let thread = {
            let log = Arc::clone(&log);
            std::thread::Builder::new()
                .name("store-log".to_owned())
                .spawn(move || bring_over(&connection, &log))
                .map_err(Error::internal)?
        };
        Ok(Self {
            log,
            thread: Some(thread),
        })
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.log.stands().is_ended = true;
        self.log.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// What is known of the log.
#[derive(Default)]
struct Log {
    stands: Mutex<Stands>,
    /// Notified when there is something to do.
    changed: Condvar,
}

#[derive(Default)]
struct Stands {
    /// How many pages it has.
    pages: u32,
    /// How many of them were there when it was last brought over.
    brought_over: u32,
    /// Counts what is committed.
    commits: u64,
    is_ended: bool,
}

impl Stands {
    /// Notes that something was committed, after which the log has so many pages; says whether whoever waits
    /// for that is to be told.
    fn committed(&mut self, pages: u32) -> bool {
        let before = self.fresh();
        if pages < self.pages {
            // It began anew.
            self.brought_over = 0;
        }
        self.pages = pages;
        self.commits += 1;
        let fresh = self.fresh();
        (before < FEW && fresh >= FEW) || fresh >= MANY
    }

    /// Gives how many pages came since it was last brought over.
    fn fresh(&self) -> u32 {
        self.pages - self.brought_over
    }
}

impl Log {
    fn stands(&self) -> MutexGuard<'_, Stands> {
        self.stands.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the log is to be brought over; says no once there is nobody to do it for.
    fn is_due(&self) -> bool {
        let mut stands = self.stands();
        loop {
            if stands.is_ended {
                return false;
            }
            let (fresh, commits) = (stands.fresh(), stands.commits);
            if fresh >= MANY {
                break;
            }
            if fresh < FEW {
                let waited = self.changed.wait(stands);
                stands = waited.unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let waited = self.changed.wait_timeout(stands, QUIET);
            stands = waited.unwrap_or_else(PoisonError::into_inner).0;
            if stands.commits == commits && !stands.is_ended {
                break;
            }
        }
        stands.brought_over = stands.pages;
        true
    }
}

/// Notes that something was committed, after which the log has so many pages.
fn committed(log: &Log, wal: &mut Wal, pages: u32) {
    if log.stands().committed(pages) {
        log.changed.notify_one();
    }
    if pages >= TOO_MANY {
        // What was committed stays so, whatever comes of this; it is tried again with the next one.
        told(wal.checkpoint());
    }
}

fn bring_over(connection: &Connection, log: &Log) {
    while log.is_due() {
        told(connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())));
    }
}

fn told(outcome: rusqlite::Result<()>) {
    match outcome {
        Ok(()) => {}
        // The other thread is at it.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {}
        // Nothing is lost by it: the log grows, and is brought over later.
        Err(error) => {
            tracing::warn!("What is stored could not be brought into the one file: {error}");
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::time::Instant;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(30);

    /// Gives a log of which so many pages were brought over, and that has no others.
    fn brought_over_whole(pages: u32) -> Stands {
        Stands {
            pages,
            brought_over: pages,
            ..Stands::default()
        }
    }

    #[test]
    fn what_came_since_is_counted_also_when_the_log_began_anew() {
        let mut stands = brought_over_whole(MANY);
        for (pages, is_told, fresh) in [
            (MANY + FEW - 1, false, FEW - 1),
            (MANY + FEW, true, FEW),
            (MANY + FEW + 20, false, FEW + 20),
            // Anew, and past where the last one was brought over.
            (40, false, 40),
            (MANY - 1, true, MANY - 1),
            (MANY + 1, true, MANY + 1),
        ] {
            assert_eq!((stands.committed(pages), stands.fresh()), (is_told, fresh));
        }
    }

    #[test]
    fn a_long_log_is_brought_over_though_something_is_committed_all_the_time() {
        let log = Log::default();
        log.stands().committed(MANY);
        assert!(log.is_due());
        assert_eq!(log.stands().fresh(), 0);
        log.stands().is_ended = true;
        assert!(!log.is_due());
    }

    /// Gives how many notes stand in the one file, whatever stands in the log beside it.
    fn brought_over(file: &Path) -> i64 {
        let alone = file.with_extension("alone");
        std::fs::copy(file, &alone).unwrap();
        let notes = Connection::open(alone).unwrap();
        let counted = notes.query_row("SELECT count(*) FROM notes", [], |row| row.get(0));
        counted.unwrap()
    }

    #[test]
    fn what_a_burst_committed_stands_in_the_one_file_once_it_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("notes.db");
        let mut writer = Connection::open(&file).unwrap();
        let schema = "CREATE TABLE notes (text TEXT NOT NULL) STRICT; PRAGMA journal_mode = WAL";
        writer.execute_batch(schema).unwrap();
        tune(&writer).unwrap();
        let checkpoints = Checkpoints::start(&file, &mut writer).unwrap();
        let long = "x".repeat(4096 * FEW as usize);
        writer
            .execute("INSERT INTO notes VALUES (?1)", [long])
            .unwrap();

        let began = Instant::now();
        while checkpoints.log.stands().brought_over == 0 && began.elapsed() < PATIENCE {
            std::thread::yield_now();
        }
        // Its end waits for what is under way.
        drop(checkpoints);
        assert_eq!(brought_over(&file), 1);
    }
}
