//! The message action “Add to Incident”. In an incident channel it adds the message at once; elsewhere it
//! opens the incident picker.

use muster_commands::add_to_incident;
use muster_commands::incident_picker;
use muster_commands::modal::{ViewSubmission, with_metadata};
use serde_json::Value;

use crate::domain::IncidentId;
use crate::domain::text::{bold, text};
use crate::error::{Error, Result};
use crate::slack::blocks::text_message;
use crate::slack::buttons::alert;
use crate::slack::commands::incident_picker::{has_no_incidents, no_incident_error};
use crate::slack::pending_message::{current_message, save_for_modal};
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;

/// Adds the message to the timeline of the channel's incident, or opens the incident picker.
pub(crate) async fn handle(ctx: &RequestContext, payload: &Value) -> Result<Reply> {
    let message = add_to_incident::read(payload)?;
    let author = message.author.id.as_ref();
    if author.is_some_and(|author| ctx.app.state.is_own_user(author)) {
        // Muster posts what the timeline already has.
        return Err(Error::Rejected("Already on the timeline.".to_owned()));
    }
    if let Some(incident) = ctx.channel_incident().await? {
        ctx.change(incident.id, move |incident, actor| {
            incident.add_message(message, actor)
        })
        .await?;
        return Ok(added_reply(incident.id));
    }
    if has_no_incidents(ctx, ctx.viewer.clone()).await? {
        return Err(no_incident_error(ctx));
    }
    let metadata = save_for_modal(ctx, message).await?;
    Ok(Reply::modal(
        with_metadata(incident_picker::add_to_incident_modal(), &metadata),
        format!("Choose “{}” again.", add_to_incident::LABEL),
    ))
}

/// Adds the message to the timeline of the incident selected in the picker.
pub(crate) async fn submit(ctx: &RequestContext, form: &ViewSubmission) -> Result<Reply> {
    if let Some(group) = form.private_metadata.alert_group {
        return alert::submit(ctx, form, group).await;
    }
    let id = incident_picker::read(&form.view_state)?;
    let message = form.private_metadata.message.clone();
    let message = current_message(ctx, message.ok_or(Error::NotFound("message"))?)
        .await?
        .ok_or_else(message_deleted_error)?;
    ctx.change(id, move |incident, actor| {
        incident.add_message(message, actor)
    })
    .await?;
    Ok(added_reply(id))
}

fn message_deleted_error() -> Error {
    Error::Rejected(
        "That message has been deleted, so there's nothing to add. Close this form.".to_owned(),
    )
}

fn added_reply(id: IncidentId) -> Reply {
    Reply::Ephemeral(text_message(vec![
        text("Added to the timeline of "),
        bold(id.to_string()),
        text("."),
    ]))
}
