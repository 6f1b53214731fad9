//! The reads of requests about the parts of an incident, and changes of its timeline.

use crate::domain::api::KnownUsers;
use crate::domain::{
    Change, DecisionContext, EntryKind, Incident, IncidentId, StoredEntry, UserId,
};
use crate::error::Result;
use crate::store::ApiTransaction;
use crate::store::changes::run_decision;
use crate::store::queries::timeline_cells::{self, TimelineCells};
use crate::store::queries::timeline_entry;
use crate::store::tables::workspace::users;

impl ApiTransaction<'_> {
    /// Returns the entries of one kind on the timeline of an incident that the viewer may see, by ID.
    pub fn entries(&self, id: IncidentId, kind: EntryKind) -> Result<Vec<StoredEntry>> {
        self.incident(id)?;
        timeline_entry::entries_of_kind(self.tx, id, kind)
    }

    /// Returns those of the users who are cached.
    pub fn known_users<'u>(
        &self,
        users: impl IntoIterator<Item = &'u UserId>,
    ) -> Result<KnownUsers> {
        users::known_users(self.tx, users)
    }

    /// Returns an entry of a timeline that the viewer may see. `Error::NotFound` also means that it was removed.
    pub fn entry(&self, id: IncidentId, entry: i64) -> Result<StoredEntry> {
        self.incident(id)?;
        timeline_entry::find_entry(self.tx, id, entry)
    }

    /// Returns an entry of a timeline that the viewer may see, for its document.
    pub fn cell(&self, id: IncidentId, entry: i64) -> Result<TimelineCells> {
        self.incident(id)?;
        timeline_cells::find_cell(self.tx, id, entry)
    }

    /// Returns the last recorded entry of an incident that the viewer may see.
    pub fn last_entry(&self, id: IncidentId) -> Result<StoredEntry> {
        self.incident(id)?;
        timeline_entry::last_entry(self.tx, id)
    }

    /// Changes an entry of a timeline that the viewer may see.
    pub fn change_entry(
        &self,
        id: IncidentId,
        entry: i64,
        decide: impl FnOnce(&Incident, &StoredEntry, &DecisionContext<'_>) -> Result<Change>,
    ) -> Result<Incident> {
        let incident = self.incident(id)?;
        let stored = timeline_entry::find_entry(self.tx, id, entry)?;
        let previous_update = timeline_entry::update_before(self.tx, id, &stored)?;
        let change = run_decision(self.tx, Some(&incident), |inputs| {
            let ctx = DecisionContext {
                previous_update: previous_update.as_ref(),
                ..inputs.at(self.now())
            };
            decide(&incident, &stored, &ctx)
        })?;
        Ok(change.incident)
    }
}
