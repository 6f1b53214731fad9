//! The context of a decision: reads from the transaction that stores the decision, so that its inputs
//! cannot change in between.

use std::sync::Arc;

use muster_commands::UserId;
use rusqlite::Connection;

use crate::domain::{Settings, User};
use crate::error::Result;
use crate::store::tables::workspace::{settings, users};

/// Read access for a decision, in the transaction that stores it.
pub struct DecisionContext<'a>(&'a Connection);

impl<'a> DecisionContext<'a> {
    pub(crate) fn new(tx: &'a Connection) -> Self {
        Self(tx)
    }

    /// Returns the team settings.
    pub fn settings(&self) -> Result<Arc<Settings>> {
        settings::current_settings(self.0)
    }

    /// Returns a user from the cache, or `None` if it has not been fetched.
    pub fn user(&self, id: &UserId) -> Result<Option<User>> {
        Ok(users::find_user(self.0, id)?.map(|(user, _)| user))
    }
}
