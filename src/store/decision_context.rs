//! Loads the inputs of a decision from the transaction that stores it, so that they cannot change in
//! between.

use std::cell::RefCell;
use std::sync::Arc;

use rusqlite::Connection;

use crate::domain::{
    DecisionContext, IncidentId, ScheduleEntry, ScheduleKind, Settings, TimelineEntry, Timestamp,
    User, UserId, UserLookup,
};
use crate::error::{Error, Result};
use crate::store::tables::incident::timeline;
use crate::store::tables::system::schedule;
use crate::store::tables::workspace::{settings, users};

/// The inputs of a decision, except its time.
pub(crate) struct DecisionInputs<'a> {
    settings: Arc<Settings>,
    schedule: Vec<ScheduleEntry>,
    pending_entries: Vec<TimelineEntry>,
    users: CachedUsers<'a>,
}

impl<'a> DecisionInputs<'a> {
    /// Loads the inputs of a decision about an incident; `None` if it is declared.
    pub(crate) fn load(tx: &'a Connection, incident: Option<IncidentId>) -> Result<Self> {
        let schedule = match incident {
            Some(id) => schedule::entries_of(tx, id)?,
            None => Vec::new(),
        };
        Ok(Self {
            settings: settings::current_settings(tx)?,
            pending_entries: pending_entries(tx, incident, &schedule)?,
            schedule,
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
            pending_entries: &self.pending_entries,
        }
    }

    /// Returns the error of the last read that failed. A decision that depended on it must not be stored.
    pub(crate) fn check(&self) -> Result<()> {
        self.users.error.take().map_or(Ok(()), Err)
    }
}

/// Returns the timeline entries of the changes whose notifications are held back.
fn pending_entries(
    tx: &Connection,
    incident: Option<IncidentId>,
    schedule: &[ScheduleEntry],
) -> Result<Vec<TimelineEntry>> {
    let pending = schedule
        .iter()
        .filter(|entry| entry.kind == ScheduleKind::RuleNotification && entry.due_at.is_some());
    match (incident, pending.map(|entry| entry.since).min()) {
        (Some(id), Some(since)) => timeline::entries_recorded_since(tx, id, since),
        (None, _) | (_, None) => Ok(Vec::new()),
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
