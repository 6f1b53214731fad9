//! Runs WAL checkpoints on a background thread, so that commits do not wait for them.
//!
//! A burst of commits writes the same pages many times, and a checkpoint copies each page once. So a
//! checkpoint runs when a burst ends or when the WAL is long.
//!
//! SQLite: a passive checkpoint blocks neither readers nor writers,
//! sqlite.org/pragma.html#pragma_wal_checkpoint.

use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::hooks::Wal;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::error::{Error, Result};
use crate::store::db::migrations::configure_connection;

/// Number of new pages from which an idle WAL is checkpointed. SQLite's default:
/// sqlite.org/wal.html#automatic_checkpoint.
const MIN_PAGES: u32 = 1_000;

/// Time without commits after which a burst has ended.
const IDLE_DELAY: Duration = Duration::from_secs(1);

/// Number of new pages (4 KiB each) from which the WAL is checkpointed during a burst.
const MAX_PAGES: u32 = 16_000;

/// WAL length in pages from which the write thread runs a checkpoint itself, during which it commits
/// nothing. Under sustained load the background checkpoints never complete, so that the WAL would never
/// restart and would grow without bound.
const TRUNCATE_PAGES: u32 = 64_000;

/// The checkpoint thread. It ends when this value is dropped.
pub struct Checkpointer {
    wal: Arc<WalMonitor>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Starts the thread with a connection of its own. Installs the WAL hook on `writer`.
    pub fn start(path: &Path, writer: &mut Connection) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        configure_connection(&connection)?;
        let log = Arc::<WalMonitor>::default();
        let followed = Arc::clone(&log);
        writer.wal_hook(Some(move |wal: &mut Wal, pages: std::ffi::c_int| {
            on_commit(&followed, wal, pages.unsigned_abs());
            Ok(())
        }))?;
        let thread = {
            let log = Arc::clone(&log);
            std::thread::Builder::new()
                .name("store-checkpoint".to_owned())
                .spawn(move || run_checkpoints(&connection, &log))
                .map_err(Error::internal)?
        };
        Ok(Self {
            wal: log,
            thread: Some(thread),
        })
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.wal.lock().is_ended = true;
        self.wal.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// The state of the WAL, shared by both threads.
#[derive(Default)]
struct WalMonitor {
    state: Mutex<WalState>,
    /// Notified when the state may require a checkpoint.
    changed: Condvar,
}

#[derive(Default)]
struct WalState {
    /// Length of the WAL in pages.
    pages: u32,
    /// Length of the WAL at the last checkpoint.
    checkpointed_pages: u32,
    /// Number of commits so far.
    commits: u64,
    is_ended: bool,
}

impl WalState {
    /// Records a commit after which the WAL has `pages` pages. Returns whether to wake the checkpoint
    /// thread.
    fn record_commit(&mut self, pages: u32) -> bool {
        let before = self.uncheckpointed_pages();
        if pages < self.pages {
            // The WAL restarted from its beginning.
            self.checkpointed_pages = 0;
        }
        self.pages = pages;
        self.commits += 1;
        let fresh = self.uncheckpointed_pages();
        (before < MIN_PAGES && fresh >= MIN_PAGES) || fresh >= MAX_PAGES
    }

    /// Returns the number of pages since the last checkpoint.
    fn uncheckpointed_pages(&self) -> u32 {
        self.pages - self.checkpointed_pages
    }
}

impl WalMonitor {
    fn lock(&self) -> MutexGuard<'_, WalState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Blocks until a checkpoint is due. Returns `false` when the thread must end.
    fn wait_until_due(&self) -> bool {
        let mut stands = self.lock();
        loop {
            if stands.is_ended {
                return false;
            }
            let (fresh, commits) = (stands.uncheckpointed_pages(), stands.commits);
            if fresh >= MAX_PAGES {
                break;
            }
            if fresh < MIN_PAGES {
                let waited = self.changed.wait(stands);
                stands = waited.unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let waited = self.changed.wait_timeout(stands, IDLE_DELAY);
            stands = waited.unwrap_or_else(PoisonError::into_inner).0;
            if stands.commits == commits && !stands.is_ended {
                break;
            }
        }
        stands.checkpointed_pages = stands.pages;
        true
    }
}

/// Records a commit after which the WAL has `pages` pages.
fn on_commit(log: &WalMonitor, wal: &mut Wal, pages: u32) {
    if log.lock().record_commit(pages) {
        log.changed.notify_one();
    }
    if pages >= TRUNCATE_PAGES {
        // The commit is durable in any case. A failed checkpoint is retried after the next commit.
        log_error(wal.checkpoint());
    }
}

fn run_checkpoints(connection: &Connection, log: &WalMonitor) {
    while log.wait_until_due() {
        log_error(connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())));
    }
}

fn log_error(outcome: rusqlite::Result<()>) {
    match outcome {
        Ok(()) => {}
        // Another thread is running a checkpoint.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {}
        // No data is lost: the WAL grows and is checkpointed later.
        Err(error) => {
            tracing::warn!("The WAL checkpoint failed: {error}");
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::time::Instant;

    use super::*;

    const CHECKPOINT_TIMEOUT: Duration = Duration::from_secs(30);

    /// Returns a WAL of `pages` pages that are all checkpointed.
    fn fully_checkpointed(pages: u32) -> WalState {
        WalState {
            pages,
            checkpointed_pages: pages,
            ..WalState::default()
        }
    }

    #[test]
    fn wal_state_counts_new_pages_when_the_wal_restarts() {
        let mut stands = fully_checkpointed(MAX_PAGES);
        for (pages, is_told, fresh) in [
            (MAX_PAGES + MIN_PAGES - 1, false, MIN_PAGES - 1),
            (MAX_PAGES + MIN_PAGES, true, MIN_PAGES),
            (MAX_PAGES + MIN_PAGES + 20, false, MIN_PAGES + 20),
            // Restarted, and then longer than at the last checkpoint.
            (40, false, 40),
            (MAX_PAGES - 1, true, MAX_PAGES - 1),
            (MAX_PAGES + 1, true, MAX_PAGES + 1),
        ] {
            assert_eq!(
                (stands.record_commit(pages), stands.uncheckpointed_pages()),
                (is_told, fresh)
            );
        }
    }

    #[test]
    fn long_wal_is_due_while_commits_continue() {
        let log = WalMonitor::default();
        log.lock().record_commit(MAX_PAGES);
        assert!(log.wait_until_due());
        assert_eq!(log.lock().uncheckpointed_pages(), 0);
        log.lock().is_ended = true;
        assert!(!log.wait_until_due());
    }

    /// Returns the number of notes in the database file itself, without the WAL.
    fn count_checkpointed_notes(file: &Path) -> i64 {
        let alone = file.with_extension("alone");
        std::fs::copy(file, &alone).unwrap();
        let notes = Connection::open(alone).unwrap();
        let counted = notes.query_row("SELECT count(*) FROM notes", [], |row| row.get(0));
        counted.unwrap()
    }

    #[test]
    fn burst_is_checkpointed_when_it_ends() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("notes.db");
        let mut writer = Connection::open(&file).unwrap();
        let schema = "CREATE TABLE notes (text TEXT NOT NULL) STRICT; PRAGMA journal_mode = WAL";
        writer.execute_batch(schema).unwrap();
        configure_connection(&writer).unwrap();
        let checkpoints = Checkpointer::start(&file, &mut writer).unwrap();
        let long = "x".repeat(4096 * MIN_PAGES as usize);
        writer
            .execute("INSERT INTO notes VALUES (?1)", [long])
            .unwrap();

        let began = Instant::now();
        while checkpoints.wal.lock().checkpointed_pages == 0 && began.elapsed() < CHECKPOINT_TIMEOUT
        {
            std::thread::yield_now();
        }
        // Dropping joins the thread, which completes a running checkpoint.
        drop(checkpoints);
        assert_eq!(count_checkpointed_notes(&file), 1);
    }
}
