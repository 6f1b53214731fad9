//! The routes of the parts of an incident.

use axum::Router;
use axum::routing::{get, patch, post};

use crate::api::incidents::timeline_write;
use crate::api::parts::{attachments, impacts, integrations, postmortems, responders, todos};
use crate::api::routes::ApiState;

/// The path of an incident.
const INCIDENT: &str = "/api/v2/incidents/{incident_id}";

/// Returns the routes of the parts of an incident, and of the writes of its timeline.
pub(in crate::api) fn routes() -> Router<ApiState> {
    let path = |part: &str| format!("{INCIDENT}/{part}");
    Router::new()
        .route(&path("impacts"), get(impacts::list).post(impacts::create))
        .route(
            &path("impacts/{impact_id}"),
            patch(impacts::patch).delete(impacts::delete),
        )
        .route(
            &path("relationships/todos"),
            get(todos::list).post(todos::create),
        )
        .route(
            &path("relationships/todos/{todo_id}"),
            get(todos::get).patch(todos::patch).delete(todos::delete),
        )
        .route(
            &path("attachments"),
            get(attachments::list).post(attachments::create),
        )
        .route(
            &path("attachments/{attachment_id}"),
            patch(attachments::patch).delete(attachments::delete),
        )
        .route(&path("attachments/postmortems"), post(postmortems::create))
        .merge(other_routes())
}

fn other_routes() -> Router<ApiState> {
    let path = |part: &str| format!("{INCIDENT}/{part}");
    Router::new()
        .route(
            &path("relationships/integrations"),
            get(integrations::list).post(integrations::create),
        )
        .route(
            &path("relationships/integrations/{integration_metadata_id}"),
            get(integrations::get)
                .patch(integrations::patch)
                .delete(integrations::delete),
        )
        .route(
            &path("responders"),
            get(responders::list).post(responders::create),
        )
        .route(
            &path("responders/{responder_id}"),
            get(responders::get).delete(responders::delete),
        )
        .route(&path("timeline"), post(timeline_write::create))
        .route(
            &path("timeline/{cell_id}"),
            patch(timeline_write::patch).delete(timeline_write::delete),
        )
}
