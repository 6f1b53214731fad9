//! The settings of a store that a bot may be using: read and changed from beside it.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, TransactionBehavior};

use super::migrations::{self, migrate, newest};
use super::{look, settings};
use crate::domain::{Changed, Moment, Settings, Wrong};
use crate::error::{Error, Result};

/// The settings in a store, whether or not a bot uses it.
pub struct Beside {
    connection: Connection,
}

impl Beside {
    /// Opens the store in a file; makes it if there is none, and brings an older one up unless a bot uses
    /// it.
    ///
    /// # Errors
    /// [`Error::Refused`] with a sentence when another Muster than this one wrote it; otherwise what the
    /// system says.
    pub fn open(path: &Path) -> Result<Self> {
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder).map_err(Error::internal)?;
        }
        let lock = File::create(look::lock_of(path)).map_err(Error::internal)?;
        let nobody_uses_it = lock.try_lock().is_ok();
        let mut connection = Connection::open(path)?;
        migrations::tune(&connection)?;
        if nobody_uses_it {
            connection.pragma_update(None, "journal_mode", "WAL")?;
            migrate(&mut connection)?;
        } else {
            let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
            if version != newest() {
                return Err(Error::Refused(format!(
                    "Another Muster than this one is using {} (its schema is version {version}; this \
                     program's is {}). Nothing was changed. Use the same program for both.",
                    path.display(),
                    newest()
                )));
            }
        }
        Ok(Self { connection })
    }

    /// Gives how the team works.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn settings(&self) -> Result<Arc<Settings>> {
        settings::current(&self.connection)
    }

    /// Changes settings as `decide` says; gives what changed. A running bot goes by it from its next
    /// request on; its reminders follow the next time that it looks what is due.
    ///
    /// # Errors
    /// When it could not be stored; then nothing changed. What is wrong with the settings is in the inner
    /// result, and then nothing changed either.
    pub fn change(
        &mut self,
        decide: impl FnOnce(&Settings) -> std::result::Result<Settings, Vec<Wrong>>,
        now: Moment,
    ) -> Result<std::result::Result<Vec<Changed>, Vec<Wrong>>> {
        let tx = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let before = settings::current(&tx)?;
        let after = match decide(&before) {
            Ok(after) => after,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let changes = before.changes(&after);
        settings::keep(&tx, &changes, now)?;
        tx.commit()?;
        Ok(Ok(changes))
    }
}
