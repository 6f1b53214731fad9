//! Changes of channels: archived, unarchived, deleted, renamed.

use super::EventContext;
use crate::app::{AnnouncementsChannel, App};
use crate::domain::{ChannelEvent, ChannelId, UserId};
use crate::error::Result;

pub(super) async fn on_archived(
    ctx: EventContext,
    channel: ChannelId,
    actor: Option<UserId>,
) -> Result<()> {
    on_changed(ctx, channel, ChannelEvent::Archived, actor).await
}

pub(super) async fn on_unarchived(
    ctx: EventContext,
    channel: ChannelId,
    actor: Option<UserId>,
) -> Result<()> {
    on_changed(ctx, channel, ChannelEvent::Unarchived, actor).await
}

pub(super) async fn on_deleted(
    ctx: EventContext,
    channel: ChannelId,
    actor: Option<UserId>,
) -> Result<()> {
    on_changed(ctx, channel, ChannelEvent::Deleted, actor).await
}

pub(super) async fn on_renamed(ctx: EventContext, channel: ChannelId, name: String) -> Result<()> {
    on_changed(ctx, channel, ChannelEvent::Renamed(name), None).await
}

/// Applies a change to a channel, if it is an incident channel or the announcements channel.
async fn on_changed(
    ctx: EventContext,
    channel: ChannelId,
    event: ChannelEvent,
    actor: Option<UserId>,
) -> Result<()> {
    if ctx.is_own_action(actor.as_ref()) {
        return Ok(());
    }
    let may_be_announcements_channel = match ctx.app.state.announcements_channel() {
        AnnouncementsChannel::Ready(announcements_channel) => announcements_channel == channel,
        // It may be the missing announcements channel, unarchived or renamed.
        AnnouncementsChannel::Missing(_) => match event {
            ChannelEvent::Unarchived | ChannelEvent::Renamed(_) => true,
            ChannelEvent::Archived | ChannelEvent::Deleted | ChannelEvent::Inaccessible => false,
        },
        AnnouncementsChannel::Unknown => false,
    };
    if may_be_announcements_channel {
        recheck_announcements_channel(&ctx.app);
    }
    ctx.app
        .store
        .change_incident_of_channel(channel, ctx.key, ctx.now, move |incident, context| {
            incident.channel_changed(event, actor, context)
        })
        .await?;
    Ok(())
}

/// Makes the worker look for the announcements channel again.
pub(super) fn recheck_announcements_channel(app: &App) {
    app.state.request_channel_lookup();
    app.wake_worker();
}
