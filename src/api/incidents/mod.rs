//! Incidents, their search and their timelines.

mod commander;
mod create;
mod delete;
mod document;
mod fields;
mod impact_members;
mod import;
mod import_answer;
mod list_request;
mod notify;
mod revision;
pub(super) mod search;
pub(super) mod timeline;
pub(super) mod timeline_write;
mod update;
mod update_relationships;

pub(super) use create::{CreateIncident, create};
pub(super) use delete::delete;
pub(super) use document::INCLUDES;
pub(super) use import::{ImportRequest, import};
pub(super) use import_answer::IMPORT_INCLUDES;
pub(super) use update::{UpdateIncident, update};

use axum::Json;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::auth::Reader;
use crate::api::error::ApiError;
use crate::api::incidents::document::Renderer;
use crate::api::incidents::list_request::ListRequest;
use crate::api::query::Query;
use crate::domain::IncidentId;
use crate::domain::api::{object, parse_incident_ref};

/// The type of incidents.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
enum IncidentsType {
    /// An incident.
    #[serde(rename = "incidents")]
    Incidents,
}

/// `GET /api/v2/incidents/{incident_id}`. The ID is the UUID, `IR-7` or `7`.
pub(super) async fn get(
    Reader(caller): Reader,
    path: Result<Path<String>, PathRejection>,
    query: Query,
) -> Result<Response, ApiError> {
    let store = &caller.app.store;
    let id = incident_id(store.store_id(), path)?;
    let loading = store.incident_document(caller.viewer.clone(), id);
    let documents = loading.await?;
    let includes = query.includes(&INCLUDES)?;
    let renderer = Renderer {
        caller: &caller,
        documents: &documents,
    };
    let headers = [(header::ETAG, renderer.entity_tag())];
    Ok((headers, Json(renderer.document(&includes))).into_response())
}

/// `GET /api/v2/incidents`.
pub(super) async fn list(Reader(caller): Reader, query: Query) -> Result<Json<Value>, ApiError> {
    let request = ListRequest::parse(&query)?;
    let range = request.range(caller.viewer.clone());
    let offset = range.offset;
    let documents = caller.app.store.incident_documents(range).await?;
    let size = documents.incidents.len();
    let renderer = Renderer {
        caller: &caller,
        documents: &documents,
    };
    let mut body = object([
        ("data", Value::Array(renderer.resources())),
        ("meta", json!({ "pagination": pagination(offset, size) })),
    ]);
    if !request.includes.is_empty() {
        body["included"] = Value::Array(renderer.included(&request.includes));
    }
    Ok(Json(body))
}

/// Returns the members of `meta.pagination` of a page with `size` items.
fn pagination(offset: usize, size: usize) -> Value {
    json!({ "offset": offset, "next_offset": offset.saturating_add(size), "size": size })
}

/// Returns the incident that a path names. Datadog answers a malformed ID like an unknown one.
pub(super) fn incident_id(
    store_id: &str,
    path: Result<Path<String>, PathRejection>,
) -> Result<IncidentId, ApiError> {
    let id = path
        .ok()
        .and_then(|Path(id)| parse_incident_ref(store_id, &id));
    id.ok_or_else(|| ApiError::not_found("incident not found"))
}
