//! `DELETE /api/v2/incidents/{incident_id}`.

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::Response;

use crate::api::auth::Writer;
use crate::api::error::ApiError;
use crate::api::incidents::incident_id;
use crate::api::request::RequestKey;
use crate::api::response::no_content;

pub(in crate::api) async fn delete(
    Writer(caller): Writer,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let id = incident_id(caller.app.store.store_id(), path)?;
    let actor = caller.actor();
    let deleting = caller.write(RequestKey::default(), move |tx| {
        tx.change(id, |incident, _| Ok(incident.delete(&actor)))?;
        Ok(no_content())
    });
    deleting.await
}
