//! Sources of alerts from a second process: the CLI lists and changes them while a bot may be running.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::domain::Timestamp;
use crate::domain::alert::AlertSource;
use crate::error::Result;
use crate::store::offline::settings::open_offline;
use crate::store::tables::alerts::alert_sources::{self, AddAlertSource};

/// The sources of a database that a bot may be using.
pub struct OfflineAlertSources {
    connection: Connection,
}

impl OfflineAlertSources {
    /// Opens the database, like [`crate::store::OfflineSettings::open`].
    pub fn open(path: &Path) -> Result<Self> {
        let connection = open_offline(path)?;
        Ok(Self { connection })
    }

    /// Returns all sources: valid ones by name, then revoked ones.
    pub fn sources(&self) -> Result<Vec<AlertSource>> {
        alert_sources::select_sources(&self.connection)
    }

    /// Adds a source.
    pub fn add(&mut self, request: &AddAlertSource, now: Timestamp) -> Result<()> {
        self.change(|tx| alert_sources::insert_source(tx, request, now))
    }

    /// Revokes a source and returns it.
    pub fn revoke(&mut self, id: i64, now: Timestamp) -> Result<AlertSource> {
        self.change(|tx| alert_sources::revoke_source(tx, id, now))
    }

    fn change<T>(&mut self, apply: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let behavior = TransactionBehavior::Immediate;
        let tx = self.connection.transaction_with_behavior(behavior)?;
        let result = apply(&tx)?;
        tx.commit()?;
        Ok(result)
    }
}
