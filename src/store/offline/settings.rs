//! Team settings from a second process: the CLI reads and changes them while a bot may be running.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, TransactionBehavior};

use crate::domain::{SettingChange, SettingError, Settings, Timestamp};
use crate::error::{Error, Result};
use crate::store::db::migrations;
use crate::store::db::migrations::{current_version, migrate};
use crate::store::store_status;
use crate::store::tables::workspace::settings;

/// The settings of a database that a bot may be using.
pub struct OfflineSettings {
    connection: Connection,
}

impl OfflineSettings {
    /// Opens the database. Creates it if it does not exist. Migrates an older one unless a bot is using
    /// it.
    ///
    /// Rejects a database with another schema version.
    pub fn open(path: &Path) -> Result<Self> {
        let connection = open_offline(path)?;
        Ok(Self { connection })
    }

    /// Returns the team settings.
    pub fn settings(&self) -> Result<Arc<Settings>> {
        settings::current_settings(&self.connection)
    }

    /// Changes settings in one transaction and returns the changes, or all errors if `decide` rejects
    /// them.
    ///
    /// A running bot uses the new settings from its next request on.
    pub fn change(
        &mut self,
        decide: impl FnOnce(&Settings) -> std::result::Result<Settings, Vec<SettingError>>,
        now: Timestamp,
    ) -> Result<std::result::Result<Vec<SettingChange>, Vec<SettingError>>> {
        let tx = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let before = settings::current_settings(&tx)?;
        let after = match decide(&before) {
            Ok(after) => after,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let changes = before.diff(&after);
        if !changes.is_empty() {
            settings::save_settings(&tx, &changes, now)?;
            tx.commit()?;
        }
        Ok(Ok(changes))
    }
}

/// Opens a database for the CLI. Creates it if it does not exist. Migrates an older one unless a bot is using it.
///
/// Rejects a database with another schema version.
pub(in crate::store) fn open_offline(path: &Path) -> Result<Connection> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(Error::internal)?;
    }
    let lock = File::create(store_status::lock_path(path)).map_err(Error::internal)?;
    let nobody_uses_it = lock.try_lock().is_ok();
    let mut connection = Connection::open(path)?;
    migrations::configure_connection(&connection)?;
    if nobody_uses_it {
        connection.pragma_update(None, "journal_mode", "WAL")?;
        migrate(&mut connection)?;
    } else {
        let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if version != current_version() {
            return Err(Error::Rejected(format!(
                "A different version of Muster is using {} (schema version {version}; this version \
                 has {}). Nothing was changed. Use the same version for both.",
                path.display(),
                current_version()
            )));
        }
    }
    Ok(connection)
}
