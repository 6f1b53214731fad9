//! A message referenced by an open modal. It is stored in `pending_messages`, so that later edits are
//! applied and texts too long for private metadata are kept.

use muster_commands::add_to_incident::AddMessage;
use muster_commands::modal::{MetadataMessage, PrivateMetadata};

use crate::app::App;
use crate::error::Result;
use crate::store::PendingMessage;

/// Stores the message and returns the private metadata of the modal.
pub async fn save_for_modal(
    app: &App,
    message: AddMessage,
    response_url: Option<String>,
) -> Result<PrivateMetadata> {
    app.store
        .save_pending_message(message.clone(), app.clock.now())
        .await?;
    Ok(PrivateMetadata {
        channel: Some(message.channel.clone()),
        response_url,
        message: Some(message.into()),
        ..PrivateMetadata::default()
    })
}

/// Returns the current, complete message; `None` if it was deleted.
pub async fn current_message(app: &App, carried: MetadataMessage) -> Result<Option<AddMessage>> {
    let AddMessage { channel, ts, .. } = carried.message.clone();
    Ok(match app.store.pending_message(channel, ts).await? {
        Some(PendingMessage::Current(message)) => Some(*message),
        Some(PendingMessage::Deleted) => None,
        None => Some(carried.message),
    })
}
