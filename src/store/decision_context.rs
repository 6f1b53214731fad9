//! Loads the inputs of a decision from the transaction that stores it, so that they cannot change in
//! between.

use std::cell::RefCell;
use std::sync::Arc;

use rusqlite::Connection;

use crate::domain::{
    DecisionContext, IncidentId, ScheduleEntry, Settings, Timestamp, User, UserId, UserLookup,
};
use crate::error::{Error, Result};
use crate::store::tables::system::schedule;
use crate::store::tables::workspace::{settings, users};

/// The inputs of a decision, except its time.
pub(crate) struct DecisionInputs<'a> {
    settings: Arc<Settings>,
    schedule: Vec<ScheduleEntry>,
    users: CachedUsers<'a>,
}

impl<'a> DecisionInputs<'a> {
    /// Loads the inputs of a decision about an incident; `None` if it is declared.
    pub(crate) fn load(tx: &'a Connection, incident: Option<IncidentId>) -> Result<Self> {
        Ok(Self {
            settings: settings::current_settings(tx)?,
            schedule: match incident {
                Some(id) => schedule::entries_of(tx, id)?,
                None => Vec::new(),
            },
            users: CachedUsers {
                tx,
                error: RefCell::new(None),
            },
        })
    }

    /// Returns the context of a decision that is made at `now`.
    pub(crate) fn at(&self, now: Timestamp) -> DecisionContext<'_> {
        DecisionContext {
            now,
            settings: &self.settings,
            users: &self.users,
            schedule: &self.schedule,
            commander_since: None,
            previous_update: None,
        }
    }

    /// Returns the error of the last read that failed. A decision that depended on it must not be stored.
    pub(crate) fn check(&self) -> Result<()> {
        self.users.error.take().map_or(Ok(()), Err)
    }
}

/// The user cache. A lookup has no place for an error, so the error is kept.
struct CachedUsers<'a> {
    tx: &'a Connection,
    error: RefCell<Option<Error>>,
}

impl UserLookup for CachedUsers<'_> {
    fn find(&self, id: &UserId) -> Option<(User, Timestamp)> {
        users::find_user(self.tx, id).unwrap_or_else(|error| {
            self.error.replace(Some(error));
            None
        })
    }
}
