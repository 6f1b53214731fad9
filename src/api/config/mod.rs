//! Settings as resources of the API: incident types, notification templates and rules, fields, roles and postmortem
//! templates. The items are those of the team settings, which users change on the pages.

mod built_in_fields;
mod field_attributes;
mod incident_types;
mod notification_rules;
mod notification_templates;
mod openapi;
mod postmortem_attributes;
mod postmortem_templates;
mod request;
mod resource;
mod rule_attributes;
mod user_defined_fields;
mod user_defined_roles;

pub(super) use openapi::endpoints;

use axum::Router;
use axum::routing::get;
use serde_json::Value;

use crate::api::config::request::{ConfigRequest, to_json};
use crate::api::error::ApiError;
use crate::api::routes::ApiState;
use crate::store::ApiTransaction;

/// Returns an incident type as a resource, for documents that include it. It may be deleted.
pub(super) fn incident_type_resource(
    tx: &ApiTransaction<'_>,
    store_id: &str,
    incident_type: i64,
) -> Result<Option<Value>, ApiError> {
    let request = ConfigRequest::reading(tx, store_id);
    let types = tx.incident_types()?;
    let known = types.iter().find(|it| it.number == incident_type);
    Ok(known.map(|it| to_json(&incident_types::resource(&request, it))))
}

/// Returns the routes. Each needs a key.
pub(super) fn routes() -> Router<ApiState> {
    let path = |rest: &str| format!("/api/v2/incidents/config/{rest}");
    Router::new()
        .route(
            &path("types"),
            get(incident_types::list).post(incident_types::create),
        )
        .route(
            &path("types/{id}"),
            get(incident_types::get)
                .patch(incident_types::update)
                .delete(incident_types::delete),
        )
        .route(
            &path("notification-templates"),
            get(notification_templates::list).post(notification_templates::create),
        )
        .route(
            &path("notification-templates/{id}"),
            get(notification_templates::get)
                .patch(notification_templates::update)
                .delete(notification_templates::delete),
        )
        .route(
            &path("notification-rules"),
            get(notification_rules::list).post(notification_rules::create),
        )
        .route(
            &path("notification-rules/{id}"),
            get(notification_rules::get)
                .put(notification_rules::update)
                .delete(notification_rules::delete),
        )
        .merge(other_routes())
}

fn other_routes() -> Router<ApiState> {
    let path = |rest: &str| format!("/api/v2/incidents/config/{rest}");
    Router::new()
        .route(
            &path("user-defined-fields"),
            get(user_defined_fields::list).post(user_defined_fields::create),
        )
        .route(
            &path("user-defined-fields/{id}"),
            get(user_defined_fields::get)
                .patch(user_defined_fields::update)
                .delete(user_defined_fields::delete),
        )
        .route(
            &path("user-defined-roles"),
            get(user_defined_roles::list).post(user_defined_roles::create),
        )
        .route(
            &path("user-defined-roles/{id}"),
            get(user_defined_roles::get)
                .patch(user_defined_roles::update)
                .delete(user_defined_roles::delete),
        )
        .route(
            &path("postmortem-templates"),
            get(postmortem_templates::list).post(postmortem_templates::create),
        )
        .route(
            &path("postmortem-templates/{id}"),
            get(postmortem_templates::get)
                .patch(postmortem_templates::update)
                .delete(postmortem_templates::delete),
        )
}
