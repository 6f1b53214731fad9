//! The modal that sets the severity.

use muster_commands::modal::ViewSubmission;
use muster_commands::severity_modal;

use crate::error::Result;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;

/// Opens the modal.
pub(crate) async fn open(ctx: &RequestContext) -> Result<Reply> {
    let incident = ctx.incident().await?;
    let scale = ctx.store().settings().await?.severity_scale();
    let view = severity_modal::modal(incident.id, incident.severity, &scale);
    let view = ctx.incident_modal(view, incident.id);
    Ok(Reply::modal(
        view,
        ctx.retry_hint("incident severity SEV-2"),
    ))
}

/// Stores the severity of a submission.
pub(crate) async fn submit(ctx: &RequestContext, form: &ViewSubmission) -> Result<Reply> {
    let update = severity_modal::read(&form.view_state);
    let id = ctx.incident_id()?;
    ctx.change_with_context(id, move |incident, actor, context| {
        Ok(incident.update(update, actor, context)?)
    })
    .await?;
    Ok(Reply::submission_saved(
        "Severity saved",
        &format!("The severity of {id} is saved."),
        "its channel and announcement will be updated when it's back.",
    ))
}
