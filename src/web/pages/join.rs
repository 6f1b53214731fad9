//! `POST /incidents/7/join`: makes the user a responder, like **Join** in Slack.

use axum::response::{IntoResponse, Redirect};

use crate::web::form::Form;
use crate::web::layout::PageResult;
use crate::web::pages::incident::{IncidentPath, incident_path};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

pub(crate) fn add_routes(routes: Routes) -> Routes {
    routes.post(Access::SignedIn, "/incidents/{id}/join", submit)
}

async fn submit(signed_in: SignedIn, path: IncidentPath, form: Form) -> PageResult {
    signed_in
        .change(path.id, &form, |incident, actor, _| {
            Ok(incident.join(actor)?)
        })
        .await?;
    Ok(Redirect::to(&incident_path(path.id)).into_response())
}
