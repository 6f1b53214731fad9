//! “Declare Incident”: a message action and a global shortcut.

use muster_commands::modal::PrivateMetadata;
use muster_commands::{add_to_incident, declare_from_message};
use serde_json::Value;

use crate::domain::IncidentKind;
use crate::error::Result;
use crate::slack::commands::declare::declare_modal;
use crate::slack::commands::duplicates;
use crate::slack::pending_message::save_for_modal;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;

/// Handles the message action: opens the modal with the first line of the message as the title. The
/// message becomes the first timeline entry. If an incident was declared from the message before, it is named
/// instead.
pub(crate) async fn handle(ctx: &RequestContext, payload: &Value) -> Result<Reply> {
    let message = add_to_incident::read(payload)?;
    if let Some(guard) = duplicates::guard_message(ctx, &message).await {
        // **Declare another** opens the modal with the message.
        save_for_modal(ctx, message).await?;
        return Ok(Reply::Ephemeral(guard));
    }
    let title = declare_from_message::suggested_title(&message);
    let modal = declare_modal(ctx, title, IncidentKind::Real, retry_hint()).await?;
    let metadata = save_for_modal(ctx, message).await?;
    Ok(Reply::Modal(modal.with_metadata(&metadata)))
}

/// Handles the global shortcut: opens an empty modal. A shortcut has no channel, so failures are reported
/// in a direct message.
pub(crate) async fn shortcut(ctx: &RequestContext) -> Result<Reply> {
    let modal = declare_modal(ctx, String::new(), IncidentKind::Real, retry_hint()).await?;
    let metadata = PrivateMetadata::default();
    Ok(Reply::Modal(modal.with_metadata(&metadata)))
}

fn retry_hint() -> String {
    format!("Choose “{}” again.", declare_from_message::LABEL)
}
