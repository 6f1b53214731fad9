//! Imports incidents of another tool.

use crate::domain::{Actor, ImportIncident, ImportSource, Incident, IncidentId};
use crate::error::Result;
use crate::store::api::ApiTransaction;
use crate::store::tables::api::imports;

impl ApiTransaction<'_> {
    /// Imports an incident. It receives the next number.
    pub fn import(&self, request: ImportIncident, actor: &Actor) -> Result<Incident> {
        self.declare(|id, _| Ok(Incident::import(id, request, actor)?))
    }

    /// Returns the incident that was imported with this ID of the other tool; `None` if none was.
    pub fn imported(&self, source: ImportSource, external_id: &str) -> Result<Option<IncidentId>> {
        imports::find_import(self.tx, source, external_id)
    }

    /// Records the ID that an imported incident has in the other tool.
    pub fn record_import(
        &self,
        source: ImportSource,
        external_id: &str,
        incident: IncidentId,
    ) -> Result<()> {
        imports::insert_import(self.tx, source, external_id, incident)
    }
}
