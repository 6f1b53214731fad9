//! Messages: written, edited, deleted.

use muster_commands::payload::events::Event;

use super::EventContext;
use crate::domain::{ChannelId, MessageEdit, MessageTs, UserId};
use crate::error::Result;
use crate::slack::commands::suggest_call;

/// Suggests the video-call URL of a message as the incident's call.
pub(super) async fn on_written(
    ctx: EventContext,
    channel: ChannelId,
    user: UserId,
    text: &str,
) -> Result<()> {
    if ctx.is_own_action(Some(&user)) {
        return Ok(());
    }
    suggest_call::on_message(&ctx.app, channel, user, text).await
}

/// Applies the edit to the timeline entries that quote the message.
pub(super) async fn on_edited(ctx: EventContext, event: Event) -> Result<()> {
    let Event::MessageEdited {
        channel,
        ts,
        text,
        actor,
        event_ts: edited_ts,
    } = event
    else {
        return Ok(());
    };
    if ctx.is_own_action(actor.as_ref()) {
        return Ok(());
    }
    let edit = MessageEdit {
        channel,
        ts,
        text,
        edited_ts,
    };
    ctx.app
        .store
        .apply_message_edit(ctx.key, edit, ctx.now)
        .await?;
    Ok(())
}

/// Applies the deletion to the timeline entries that quote the message.
pub(super) async fn on_deleted(ctx: EventContext, channel: ChannelId, ts: MessageTs) -> Result<()> {
    ctx.app
        .store
        .apply_message_deletion(ctx.key, channel, ts, ctx.now)
        .await?;
    Ok(())
}
