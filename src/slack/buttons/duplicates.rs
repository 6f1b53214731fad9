//! The buttons of the duplicate guard: **Join** and **Declare another**.

use muster_commands::declare_from_message::suggested_title;
use muster_commands::modal::PrivateMetadata;
use muster_commands::payload::button_click::ButtonClick;

use crate::domain::{IncidentId, IncidentKind};
use crate::error::{Error, Result};
use crate::slack::blocks::duplicates;
use crate::slack::commands::declare::declare_modal;
use crate::slack::commands::list::list_style;
use crate::slack::pending_message::save_for_modal;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::user_cache::refresh_user_cache;
use crate::store::PendingMessage;

/// Adds the user to the incident and its channel. The confirmation replaces the message or the modal with the
/// button.
pub(crate) async fn join(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let number = click.number().ok_or(Error::NotFound("incident"))?;
    refresh_user_cache(&ctx.app, ctx.user().clone());
    let incident = ctx
        .change(IncidentId(number), |incident, actor| incident.join(actor))
        .await?;
    let style = list_style(ctx).await?;
    let Some(view) = click.modal.clone() else {
        let message = duplicates::joined_message(&incident, &style);
        return Ok(Reply::Replacement(message));
    };
    let joined = duplicates::joined_modal(&incident, &style);
    let slack = ctx.app.slack.clone();
    ctx.app.tasks.spawn(async move {
        if let Err(error) = slack.replace_modal(&view.id, &view.hash, joined).await {
            tracing::info!("Cannot update a modal: {error}");
        }
    });
    Ok(Reply::Nothing)
}

/// Opens the declare modal for the message, although an incident was declared from it. If the message is no
/// longer stored, the modal is empty.
pub(crate) async fn declare_another(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let (channel, ts) = click.message_ref().ok_or(Error::NotFound("message"))?;
    let message = match ctx.store().pending_message(channel, ts).await? {
        Some(PendingMessage::Current(message)) => Some(*message),
        Some(PendingMessage::Deleted) | None => None,
    };
    let title = message.as_ref().map(suggested_title).unwrap_or_default();
    let hint = "Press Declare another again.".to_owned();
    let modal = declare_modal(ctx, title, IncidentKind::Real, hint).await?;
    let metadata = match message {
        Some(message) => save_for_modal(ctx, message).await?,
        None => PrivateMetadata {
            channel: ctx.origin.channel.clone(),
            response_url: ctx.origin.response_url.clone(),
            ..PrivateMetadata::default()
        },
    };
    let metadata = PrivateMetadata {
        is_another: true,
        ..metadata
    };
    Ok(Reply::Modal(modal.with_metadata(&metadata)))
}
