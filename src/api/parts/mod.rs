//! The parts of an incident: its impacts, todos, attachments, integrations and responders.
//!
//! Handlers find the incident and the part before they check the attributes, as Datadog's test suite requires. A
//! change is one decision of the domain, with the entries and messages that the same action has in Slack.

pub(super) mod attachments;
pub(super) mod body;
mod context;
mod history;
pub(super) mod impacts;
pub(super) mod integrations;
pub(super) mod metadata;
mod own_channel;
pub(super) mod postmortems;
pub(super) mod responders;
mod routes;
pub(super) mod shapes;
mod todo_assignees;
pub(super) mod todo_resource;
pub(super) mod todos;

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::Response;
use serde::Serialize;
use serde_json::Value;

use crate::api::auth::Caller;
use crate::api::error::ApiError;
use crate::api::incidents::incident_id;
use crate::api::request::{Body, RequestBody, RequestKey};
use crate::api::response::name_ignored;
use crate::domain::api::{ResourceType, parse_part_id};
use crate::domain::{Actor, Incident, IncidentId};
use crate::error::Error;
use crate::store::{ApiResponse, ApiTransaction};

pub(super) use context::PartContext;
pub(super) use routes::routes;

/// The ID of the incident in the path.
pub(super) type IncidentPath = Result<Path<String>, PathRejection>;

/// The IDs of the incident and of the part in the path.
pub(super) type PartPath = Result<Path<(String, String)>, PathRejection>;

/// The part of an incident that a path names.
#[derive(Clone, Debug)]
pub(super) struct PartRef {
    pub(super) incident: IncidentId,
    pub(super) id: String,
}

/// A request about an incident that the caller may see, in its transaction.
pub(super) struct PartRequest<'a, 'tx> {
    pub(super) tx: &'a ApiTransaction<'tx>,
    pub(super) caller: &'a Caller,
    pub(super) actor: &'a Actor,
    /// The incident before the request.
    pub(super) incident: Incident,
}

impl Caller {
    /// Returns the incident of a path.
    pub(super) fn incident_of(&self, path: IncidentPath) -> Result<IncidentId, ApiError> {
        incident_id(self.app.store.store_id(), path)
    }

    /// Returns the part of a path.
    pub(super) fn part_of(&self, path: PartPath) -> Result<PartRef, ApiError> {
        let Path((incident, id)) = path.map_err(|_| ApiError::not_found("incident not found"))?;
        let incident = incident_id(self.app.store.store_id(), Ok(Path(incident)))?;
        Ok(PartRef { incident, id })
    }

    /// Reads parts of an incident that the caller may see.
    pub(super) async fn read_parts<T: Serialize>(
        &self,
        id: IncidentId,
        work: impl FnOnce(&ApiTransaction<'_>, &Self, Incident) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<Value, ApiError> {
        let caller = self.clone();
        let reading = self
            .app
            .store
            .run_api_read(self.viewer.clone(), self.now, move |tx| {
                to_json(&work(tx, &caller, tx.incident(id)?)?)
            });
        reading.await?
    }

    /// Changes an incident that the caller may see.
    pub(super) async fn change_parts<T: RequestBody + Send>(
        &self,
        id: IncidentId,
        body: Body<T>,
        work: impl FnOnce(PartRequest<'_, '_>, &Body<T>) -> Result<ApiResponse, ApiError>
        + Send
        + 'static,
    ) -> Result<Response, ApiError> {
        let (ignored, key) = (body.ignored(), body.key.clone());
        let changing = self.run_change(id, key, move |request| work(request, &body));
        Ok(name_ignored(changing.await?, &ignored))
    }

    /// Changes an incident that the caller may see by a request without a body.
    pub(super) async fn delete_part(
        &self,
        id: IncidentId,
        work: impl FnOnce(PartRequest<'_, '_>) -> Result<ApiResponse, ApiError> + Send + 'static,
    ) -> Result<Response, ApiError> {
        self.run_change(id, RequestKey::default(), work).await
    }

    async fn run_change(
        &self,
        id: IncidentId,
        key: RequestKey,
        work: impl FnOnce(PartRequest<'_, '_>) -> Result<ApiResponse, ApiError> + Send + 'static,
    ) -> Result<Response, ApiError> {
        let (caller, actor) = (self.clone(), self.actor());
        self.write(key, move |tx| {
            let incident = tx.incident(id)?;
            work(PartRequest {
                tx,
                caller: &caller,
                actor: &actor,
                incident,
            })
        })
        .await
    }

    /// Returns the number of the part that a path names; `None` if it is no part of the incident.
    pub(super) fn part_number(
        &self,
        kind: ResourceType,
        incident: &Incident,
        id: &str,
    ) -> Option<i64> {
        parse_part_id(self.app.store.store_id(), kind, incident.id, id)
    }
}

/// Returns a document as JSON.
pub(super) fn to_json(document: &impl Serialize) -> Result<Value, ApiError> {
    Ok(serde_json::to_value(document).map_err(Error::from)?)
}
