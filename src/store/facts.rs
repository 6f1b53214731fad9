//! What the store knows at the moment of a decision: what is decided by it cannot change before it is kept.

use std::sync::Arc;

use muster_commands::PersonId;
use rusqlite::Connection;

use super::{people, settings};
use crate::domain::{Person, Settings};
use crate::error::Result;

/// What the store knows, in the transaction that keeps what is decided.
pub struct Facts<'a>(&'a Connection);

impl<'a> Facts<'a> {
    pub(super) fn of(tx: &'a Connection) -> Self {
        Self(tx)
    }

    /// Gives how the team works.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn settings(&self) -> Result<Arc<Settings>> {
        settings::current(self.0)
    }

    /// Gives what we know of a person.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn person(&self, id: &PersonId) -> Result<Option<Person>> {
        Ok(people::find(self.0, id)?.map(|(person, _)| person))
    }
}
