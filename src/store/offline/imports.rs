//! Imports incidents from a second process, while a bot may be running. An import enqueues nothing, so the bot need
//! not know of it: its next request reads the imported incidents.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, TransactionBehavior};

use crate::domain::{Settings, Timestamp, Viewer};
use crate::error::Result;
use crate::store::api::ApiTransaction;
use crate::store::offline::settings::open_offline;
use crate::store::tables::workspace::settings;

/// How long a write waits for those of the bot.
const BUSY_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(20);

/// A database that imported incidents are written to, and that a bot may be using.
pub struct OfflineImports {
    connection: Connection,
}

impl OfflineImports {
    /// Opens the database, like [`crate::store::OfflineSettings::open`].
    pub fn open(path: &Path) -> Result<Self> {
        let connection = open_offline(path)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        Ok(Self { connection })
    }

    /// Returns the team settings.
    pub fn settings(&self) -> Result<Arc<Settings>> {
        settings::current_settings(&self.connection)
    }

    /// Runs `work` in one transaction on behalf of the operator: its changes are stored completely or not at all.
    pub fn run<T>(
        &mut self,
        now: Timestamp,
        work: impl FnOnce(&ApiTransaction<'_>) -> Result<T>,
    ) -> Result<T> {
        let behavior = TransactionBehavior::Immediate;
        let tx = self.connection.transaction_with_behavior(behavior)?;
        let result = work(&ApiTransaction::new(&tx, Viewer::Operator, now))?;
        tx.commit()?;
        Ok(result)
    }

    /// Runs `work` like [`Self::run`], and rolls its changes back.
    pub fn try_run<T>(
        &mut self,
        now: Timestamp,
        work: impl FnOnce(&ApiTransaction<'_>) -> Result<T>,
    ) -> Result<T> {
        let behavior = TransactionBehavior::Immediate;
        let tx = self.connection.transaction_with_behavior(behavior)?;
        let result = work(&ApiTransaction::new(&tx, Viewer::Operator, now))?;
        tx.rollback()?;
        Ok(result)
    }
}
