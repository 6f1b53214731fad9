//! Renders incidents and what a request includes.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::Value;

use crate::api::auth::Caller;
use crate::api::error::ApiError;
use crate::api::incidents::revision::entity_tag;
use crate::api::response;
use crate::domain::IncidentId;
use crate::domain::api::{
    DocumentContext, attachment_resources, incident_resource, object, user_reference,
};
use crate::store::{ApiResponse, ApiTransaction, IncidentDocument, IncidentDocuments};

/// Includes the users.
const USERS: &str = "users";

/// Includes the attachments.
const ATTACHMENTS: &str = "attachments";

/// The values of `include`.
pub(in crate::api) const INCLUDES: [&str; 2] = [USERS, ATTACHMENTS];

/// Renders the documents of a request.
pub(super) struct Renderer<'a> {
    pub(super) caller: &'a Caller,
    pub(super) documents: &'a IncidentDocuments,
}

impl Renderer<'_> {
    /// Returns the incidents as resources.
    pub(super) fn resources(&self) -> Vec<Value> {
        let incidents = self.documents.incidents.iter();
        let resource = |it: &IncidentDocument| incident_resource(&it.incident, &self.context(it));
        incidents.map(resource).collect()
    }

    /// Returns the document with one incident.
    pub(super) fn document(&self, includes: &[&str]) -> Value {
        let resource = self.resources().pop();
        let mut document = object([("data", resource.unwrap_or_default())]);
        if !includes.is_empty() {
            document["included"] = Value::Array(self.included(includes));
        }
        document
    }

    /// Returns the entity tag of one incident.
    pub(super) fn entity_tag(&self) -> String {
        let incident = self.documents.incidents.first();
        let store_id = self.caller.app.store.store_id();
        let tag = incident.map(|it| entity_tag(&it.incident, store_id));
        tag.unwrap_or_default()
    }

    /// Returns the resources that a request includes, each once.
    pub(super) fn included(&self, includes: &[&str]) -> Vec<Value> {
        let mut included = Vec::new();
        if includes.contains(&USERS) {
            included.extend(self.users());
        }
        if includes.contains(&ATTACHMENTS) {
            let incidents = self.documents.incidents.iter();
            included.extend(
                incidents.flat_map(|it| attachment_resources(&it.incident, &self.context(it))),
            );
        }
        included
    }

    fn users(&self) -> Vec<Value> {
        let incidents = self.documents.incidents.iter();
        let mut users: BTreeSet<_> = incidents
            .clone()
            .flat_map(IncidentDocument::named_users)
            .map(Some)
            .collect();
        // Muster itself made the last change of some.
        if incidents.clone().any(|it| it.last_activity.user.is_none()) {
            users.insert(None);
        }
        let store = self.caller.app.store.store_id();
        let known = &self.documents.users;
        let users = users.into_iter();
        users
            .map(|user| user_reference(store, user, known))
            .collect()
    }

    fn context<'c>(&'c self, document: &'c IncidentDocument) -> DocumentContext<'c> {
        let app = &self.caller.app;
        DocumentContext {
            users: &self.documents.users,
            store_id: app.store.store_id(),
            settings: &self.documents.settings,
            last_activity: &document.last_activity,
            history: Some(&document.history),
            public_url: app.config.public_url.as_deref(),
            now: self.caller.now,
        }
    }
}

/// Returns the answer to the declaration of an incident.
pub(super) fn created_incident(
    tx: &ApiTransaction<'_>,
    caller: &Caller,
    id: IncidentId,
) -> Result<ApiResponse, ApiError> {
    let response = incident_answer(tx, caller, id, &[])?;
    Ok(ApiResponse {
        status: StatusCode::CREATED.as_u16(),
        ..response
    })
}

/// Returns the answer with an incident as it is now.
pub(super) fn incident_answer(
    tx: &ApiTransaction<'_>,
    caller: &Caller,
    id: IncidentId,
    includes: &[&str],
) -> Result<ApiResponse, ApiError> {
    let documents = tx.document(id)?;
    let renderer = Renderer {
        caller,
        documents: &documents,
    };
    Ok(ApiResponse {
        entity_tag: renderer.entity_tag(),
        ..response::ok(&renderer.document(includes))
    })
}
