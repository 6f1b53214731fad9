//! Members of channels.

use super::EventContext;
use super::channels::recheck_announcements_channel;
use crate::app::{AnnouncementsChannel, App};
use crate::domain::{ChannelId, JoinCause, UserId};
use crate::error::Result;

/// Records that a user joined an incident channel. The user is also fetched, so that times in their
/// commands use their time zone.
pub(super) async fn on_joined(
    ctx: EventContext,
    channel: ChannelId,
    user: UserId,
    inviter: Option<UserId>,
) -> Result<()> {
    if ctx.app.state.is_own_user(&user) {
        // Without an inviter the bot joined by itself, as it does in each incident channel.
        if inviter.is_some() {
            on_bot_invited(&ctx.app, &channel);
        }
        return Ok(());
    }
    let cause = if ctx.is_own_action(inviter.as_ref()) {
        JoinCause::ByMuster
    } else {
        JoinCause::ByUser
    };
    ctx.app
        .store
        .change_incident_of_channel(channel, ctx.key, ctx.now, move |incident, _| {
            incident.member_joined(user, cause, ctx.now)
        })
        .await?;
    Ok(())
}

/// Looks for a missing announcements channel, which may be the one that the bot was invited to.
fn on_bot_invited(app: &App, channel: &ChannelId) {
    let is_missing = matches!(
        app.state.announcements_channel(),
        AnnouncementsChannel::Missing(_)
    );
    if is_missing {
        tracing::info!(%channel, "Invited to a channel; looking for the announcements channel again");
        recheck_announcements_channel(app);
    }
}
