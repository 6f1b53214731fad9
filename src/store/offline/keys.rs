//! API keys from a second process: the CLI lists and changes them while a bot may be running.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::domain::api_key::ApiKey;
use crate::domain::{Timestamp, User};
use crate::error::Result;
use crate::store::offline::settings::open_offline;
use crate::store::tables::web::api_keys::{self, AddApiKey};
use crate::store::tables::workspace::users;

/// The API keys of a database that a bot may be using.
pub struct OfflineKeys {
    connection: Connection,
}

impl OfflineKeys {
    /// Opens the database, like [`crate::store::OfflineSettings::open`].
    pub fn open(path: &Path) -> Result<Self> {
        let connection = open_offline(path)?;
        Ok(Self { connection })
    }

    /// Returns all keys: valid ones by name, then revoked ones.
    pub fn keys(&self) -> Result<Vec<ApiKey>> {
        api_keys::select_keys(&self.connection)
    }

    /// Returns all cached users.
    pub fn users(&self) -> Result<Vec<User>> {
        users::all_users(&self.connection)
    }

    /// Creates a key.
    pub fn add(&mut self, request: &AddApiKey, now: Timestamp) -> Result<()> {
        self.change(|tx| api_keys::insert_key(tx, request, now))
    }

    /// Revokes a key and returns it.
    pub fn revoke(&mut self, id: i64, now: Timestamp) -> Result<ApiKey> {
        self.change(|tx| api_keys::revoke_key(tx, id, now))
    }

    fn change<T>(&mut self, apply: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let behavior = TransactionBehavior::Immediate;
        let tx = self.connection.transaction_with_behavior(behavior)?;
        let result = apply(&tx)?;
        tx.commit()?;
        Ok(result)
    }
}
