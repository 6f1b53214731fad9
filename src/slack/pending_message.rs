//! A message referenced by an open modal. It is stored in `pending_messages`, so that later edits are
//! applied and texts too long for private metadata are kept.

use muster_commands::modal::{MetadataMessage, PrivateMetadata};

use crate::domain::AddMessage;
use crate::error::Result;
use crate::slack::request_context::RequestContext;
use crate::store::PendingMessage;

/// Stores the message and returns the private metadata of the modal.
pub(crate) async fn save_for_modal(
    ctx: &RequestContext,
    message: AddMessage,
) -> Result<PrivateMetadata> {
    ctx.store()
        .save_pending_message(message.clone(), ctx.actor.at)
        .await?;
    Ok(PrivateMetadata {
        channel: Some(message.channel.clone()),
        response_url: ctx.origin.response_url.clone(),
        message: Some(message.into()),
        ..PrivateMetadata::default()
    })
}

/// Returns the current, complete message; `None` if it was deleted.
pub(crate) async fn current_message(
    ctx: &RequestContext,
    stored: MetadataMessage,
) -> Result<Option<AddMessage>> {
    let AddMessage { channel, ts, .. } = stored.message.clone();
    Ok(match ctx.store().pending_message(channel, ts).await? {
        Some(PendingMessage::Current(message)) => Some(*message),
        Some(PendingMessage::Deleted) => None,
        None => Some(stored.message),
    })
}
