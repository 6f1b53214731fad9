//! `POST /incidents/7/actions/add-note`: submits the form or the button of an action.

use std::collections::HashMap;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};

use crate::domain::IncidentId;
use crate::error::{Error, Result};
use crate::web::error_page::ErrorPage;
use crate::web::form::Form;
use crate::web::layout::PageResult;
use crate::web::pages::actions::last_change::conflict_text;
use crate::web::pages::actions::submission::{CHANGED_MEANWHILE, Submission};
use crate::web::pages::actions::{
    Action, FormRequest, StatusAction, impacts, links, notes, responders, status, tasks,
};
use crate::web::pages::conflict;
use crate::web::pages::incident::{IncidentPath, incident_path};
use crate::web::pages::incident_field::Field;
use crate::web::pages::incident_tabs::{TabState, show_tab};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;
use crate::web::target;

pub(crate) fn add_routes(routes: Routes) -> Routes {
    routes.post(Access::SignedIn, "/incidents/{id}/actions/{action}", submit)
}

async fn submit(
    signed_in: SignedIn,
    path: IncidentPath,
    Path((_, name)): Path<(String, String)>,
    form: Form,
) -> PageResult {
    let action = Action::from_name(&name).ok_or_else(ErrorPage::unknown_path)?;
    let submission = Submission {
        signed_in: &signed_in,
        id: path.id,
        form: &form,
    };
    match apply(&submission, action).await {
        Ok(()) => {
            let back = back_path(&form, path.id, action);
            let separator = if back.contains('?') { '&' } else { '?' };
            let object = match action.inverse() {
                Some(_) => format!("&object={}", submission.number().unwrap_or(0)),
                None => String::new(),
            };
            Ok(Redirect::to(&format!("{back}{separator}saved={name}{object}")).into_response())
        }
        Err(Error::Conflict) => show_conflict(&submission, action).await,
        Err(Error::Rejected(reason)) => reject(&submission, action, reason).await,
        Err(error) => Err(error.into()),
    }
}

/// Shows the present status and the one that a button would have set.
async fn show_conflict(submission: &Submission<'_>, action: Action) -> PageResult {
    let Action::Status(StatusAction::Set(status)) = action else {
        return Err(Error::Conflict.into());
    };
    let signed_in = submission.signed_in;
    conflict::show(signed_in, submission.id, Field::Status, status.as_str()).await
}

async fn apply(submission: &Submission<'_>, action: Action) -> Result<()> {
    match action {
        Action::Entry(action) => notes::apply(submission, action).await,
        Action::Impact(action) => impacts::apply(submission, action).await,
        Action::Task(action) => tasks::apply(submission, action).await,
        Action::Link(action) => links::apply(submission, action).await,
        Action::Responders(action) => responders::apply(submission, action).await,
        Action::Status(action) => status::apply(submission, action).await,
    }
}

/// Returns the page with the form, if it is one of the incident or the log of a webhook; otherwise the tab of the
/// action.
fn back_path(form: &Form, id: IncidentId, action: Action) -> String {
    let page = incident_path(id);
    let back = target::local_path(form.value("back"));
    if back.starts_with("/settings/webhooks/") {
        return back.to_owned();
    }
    match back.strip_prefix(&page) {
        Some(rest) if rest.is_empty() || rest.starts_with(['/', '?']) => back.to_owned(),
        Some(_) | None => action.tab().path(id),
    }
}

/// Shows the form again with what was entered, or the reason above the page if the action has no form.
async fn reject(submission: &Submission<'_>, action: Action, reason: String) -> PageResult {
    let Submission {
        signed_in,
        id,
        form,
    } = *submission;
    let viewer = signed_in.viewer.clone();
    let incident = signed_in.store().incident(viewer, id).await?;
    let request = FormRequest {
        signed_in,
        incident: &incident,
        action,
        number: submission.number().unwrap_or(0),
        back: back_path(form, id, action),
        query: &HashMap::new(),
        submitted: Some(form),
    };
    let empty_form = request.form().await?;
    let is_conflict = reason == CHANGED_MEANWHILE;
    let (status, reason) = match is_conflict {
        true => (
            StatusCode::CONFLICT,
            conflict_text(submission, action).await?,
        ),
        false => (StatusCode::UNPROCESSABLE_ENTITY, reason),
    };
    let state = TabState {
        status,
        error: empty_form.is_none().then(|| reason.clone()),
        form: empty_form.map(|empty_form| match is_conflict {
            true => empty_form.in_conflict(form, reason),
            false => empty_form.rejected(form, reason),
        }),
        ..TabState::default()
    };
    show_tab(action.tab(), signed_in, &incident, state).await
}
