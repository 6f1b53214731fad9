//! The response to an import. Datadog's has fewer attributes than that of other operations, and the incident type.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::api::auth::Caller;
use crate::api::config::incident_type_resource;
use crate::api::error::ApiError;
use crate::api::incidents::document::incident_answer;
use crate::domain::api::{ResourceType, incident_type_resource_id, user_reference};
use crate::domain::{IncidentId, UserId};
use crate::store::{ApiResponse, ApiTransaction, IncidentDocuments};

/// Includes the incident type.
const INCIDENT_TYPE: &str = "incident_type";

/// The values of `include`.
pub(in crate::api) const IMPORT_INCLUDES: [&str; 5] = [
    "created_by_user",
    "last_modified_by_user",
    "declared_by_user",
    "commander_user",
    INCIDENT_TYPE,
];

/// The attributes that the response does not have: impacts, durations and embedded users.
const OMITTED: [&str; 13] = [
    "customer_impacted",
    "customer_impact_scope",
    "customer_impact_start",
    "customer_impact_end",
    "customer_impact_duration",
    "time_to_detect",
    "time_to_internal_response",
    "time_to_repair",
    "time_to_resolve",
    "declared_by",
    "created_by",
    "last_modified_by",
    "commander",
];

/// Returns the response with the imported incident.
pub(super) fn import_answer(
    tx: &ApiTransaction<'_>,
    caller: &Caller,
    id: IncidentId,
    includes: &[&str],
) -> Result<ApiResponse, ApiError> {
    let response = incident_answer(tx, caller, id, &[])?;
    let mut body: Value = serde_json::from_str(&response.body).unwrap_or_default();
    let store_id = caller.app.store.store_id();
    let importer = caller.user.as_ref().map(|user| &user.id);
    let importer = user_reference(store_id, importer, &tx.document(id)?.users);
    let data = &mut body["data"];
    if let Some(attributes) = data["attributes"].as_object_mut() {
        attributes.retain(|name, _| !OMITTED.contains(&name.as_str()));
        attributes.insert("created_by_uuid".to_owned(), importer["id"].clone());
    }
    data["relationships"]["created_by_user"] =
        json!({ "data": { "type": importer["type"], "id": importer["id"] } });
    let incident_type = tx.incident(id)?.incident_type;
    let type_id = incident_type_resource_id(store_id, incident_type);
    data["relationships"][INCIDENT_TYPE] =
        json!({ "data": { "type": ResourceType::IncidentType.as_str(), "id": type_id } });
    if !includes.is_empty() {
        let mut resources = included(&tx.document(id)?, caller, includes);
        if includes.contains(&INCIDENT_TYPE) {
            resources.extend(incident_type_resource(tx, store_id, incident_type)?);
        }
        body["included"] = Value::Array(resources);
    }
    Ok(ApiResponse {
        status: StatusCode::CREATED.as_u16(),
        body: body.to_string(),
        ..response
    })
}

/// Returns the users that a request includes, each once.
fn included(documents: &IncidentDocuments, caller: &Caller, includes: &[&str]) -> Vec<Value> {
    let store_id = caller.app.store.store_id();
    let importer = caller.user.as_ref().map(|user| user.id.clone());
    let mut users: BTreeSet<Option<UserId>> = BTreeSet::new();
    for incident in documents.incidents.iter().map(|it| &it.incident) {
        for include in includes {
            match *include {
                "commander_user" => users.extend(incident.commander.clone().map(Some)),
                "declared_by_user" => drop(users.insert(incident.declared_by.clone())),
                "created_by_user" | "last_modified_by_user" => {
                    users.insert(importer.clone());
                }
                _ => {}
            }
        }
    }
    let users = users.iter();
    users
        .map(|user| user_reference(store_id, user.as_ref(), &documents.users))
        .collect()
}
