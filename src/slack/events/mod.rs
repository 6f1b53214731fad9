//! Handles events of the Events API.

mod app;
mod channels;
mod members;
mod mentions;
mod messages;
mod reactions;

use muster_commands::payload::events;
use muster_commands::payload::events::Event;
use serde_json::Value;

use crate::app::App;
use crate::domain::{Timestamp, UserId};
use crate::error::Result;
use crate::slack::request::Acknowledgement;
use crate::store::IdempotencyKey;

/// Handles an event. Every event is acknowledged, because Slack redelivers it otherwise; only one that
/// could not be stored is left to be redelivered.
pub(crate) async fn handle_event(app: &App, body: &Value) -> Acknowledgement {
    let event = events::read(body);
    if let Event::UrlVerification { challenge } = event {
        return Acknowledgement::Challenge(challenge);
    }
    // The event ID is the same in every delivery of the event.
    let Some(id) = events::event_id(body) else {
        tracing::info!("Ignored an event without an ID");
        return Acknowledgement::Empty;
    };
    let ctx = EventContext {
        app: app.clone(),
        key: IdempotencyKey::event(&id),
        now: app.clock.now(),
    };
    match route_event(ctx, event).await {
        Ok(()) => Acknowledgement::Empty,
        Err(error) => {
            tracing::error!(event.id = %id, "An event could not be stored; Slack will send it again: {error}");
            Acknowledgement::Unavailable
        }
    }
}

/// The context of an event.
struct EventContext {
    app: App,
    key: IdempotencyKey,
    now: Timestamp,
}

impl EventContext {
    /// Returns whether Slack reports an action of the bot itself. It is on the timeline already.
    fn is_own_action(&self, actor: Option<&UserId>) -> bool {
        actor.is_some_and(|actor| self.app.state.is_own_user(actor))
    }
}

async fn route_event(ctx: EventContext, event: Event) -> Result<()> {
    match event {
        Event::ChannelArchived { channel, actor } => {
            channels::on_archived(ctx, channel, actor).await
        }
        Event::ChannelUnarchived { channel, actor } => {
            channels::on_unarchived(ctx, channel, actor).await
        }
        Event::ChannelDeleted { channel, actor } => channels::on_deleted(ctx, channel, actor).await,
        Event::ChannelRenamed { channel, name } => channels::on_renamed(ctx, channel, name).await,
        Event::MemberJoined {
            channel,
            user,
            inviter,
        } => members::on_joined(ctx, channel, user, inviter).await,
        Event::MessageWritten {
            channel,
            user,
            text,
            ..
        } => messages::on_written(ctx, channel, user, &text).await,
        Event::AppMentioned(message) => mentions::on_mentioned(ctx, message).await,
        Event::DirectMessage(message) => mentions::on_direct_message(ctx, message).await,
        edited @ Event::MessageEdited { .. } => messages::on_edited(ctx, edited).await,
        Event::MessageDeleted { channel, ts } => messages::on_deleted(ctx, channel, ts).await,
        Event::PushpinAdded(pushpin) => reactions::on_added(ctx, pushpin).await,
        Event::PushpinRemoved(pushpin) => reactions::on_removed(ctx, pushpin).await,
        Event::HomeOpened { user, content } => app::on_home_opened(ctx, user, content).await,
        Event::UserDeactivated { user } => app::on_user_deactivated(ctx, user).await,
        Event::AppUninstalled => app::on_uninstalled(ctx),
        Event::TokensRevoked { bot_users } => app::on_tokens_revoked(ctx, &bot_users),
        Event::RateLimited => app::on_rate_limited(),
        Event::Other(kind) => app::on_unhandled(&kind),
        Event::UrlVerification { .. } => Ok(()),
    }
}
