//! The reads and the decisions of a request of the API, in its transaction.

use std::sync::Arc;

use rusqlite::Connection;

use crate::domain::{Change, DecisionContext, Incident, IncidentId, Settings, Timestamp, Viewer};
use crate::error::Result;
use crate::store::changes::run_decision;
use crate::store::queries::incident_documents::{self, IncidentDocuments};
use crate::store::tables::incident::incidents;
use crate::store::tables::workspace::settings;

/// The transaction of a request.
pub struct ApiTransaction<'tx> {
    pub(super) tx: &'tx Connection,
    viewer: Viewer,
    now: Timestamp,
}

impl<'tx> ApiTransaction<'tx> {
    pub(crate) fn new(tx: &'tx Connection, viewer: Viewer, now: Timestamp) -> Self {
        Self { tx, viewer, now }
    }

    /// Returns the time of the request.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Returns the team settings.
    pub fn settings(&self) -> Result<Arc<Settings>> {
        settings::current_settings(self.tx)
    }

    /// Returns an incident. `Error::NotFound` also means that the viewer may not see it.
    pub fn incident(&self, id: IncidentId) -> Result<Incident> {
        incidents::find_visible_incident(self.tx, &self.viewer, id)
    }

    /// Declares an incident. `decide` receives the next number.
    pub fn declare(
        &self,
        decide: impl FnOnce(IncidentId, &DecisionContext<'_>) -> Result<Change>,
    ) -> Result<Incident> {
        let id = incidents::next_incident_id(self.tx)?;
        let change = run_decision(self.tx, None, |inputs| decide(id, &inputs.at(self.now)))?;
        Ok(change.incident)
    }

    /// Changes an incident that the viewer may see. A request may change it several times.
    pub fn change(
        &self,
        id: IncidentId,
        decide: impl FnOnce(&Incident, &DecisionContext<'_>) -> Result<Change>,
    ) -> Result<Incident> {
        let incident = self.incident(id)?;
        let change = run_decision(self.tx, Some(&incident), |inputs| {
            decide(&incident, &inputs.at(self.now))
        })?;
        Ok(change.incident)
    }

    /// Returns an incident with everything that its document contains.
    pub fn document(&self, id: IncidentId) -> Result<IncidentDocuments> {
        let incident = self.incident(id)?;
        incident_documents::load(self.tx, vec![incident])
    }
}
