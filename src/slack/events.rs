//! Handles events of the Events API.

use muster_commands::payload::events;
use muster_commands::payload::events::Event;
use muster_commands::{ChannelId, UserId};
use serde_json::Value;

use crate::app::{AnnouncementsChannel, App, SlackState};
use crate::domain::{ChannelEvent, JoinCause, MessageEdit};
use crate::error::Result;
use crate::slack::dispatch::Reply;
use crate::store::{IdempotencyKey, ReactionChange};

/// Handles an event. Every event is acknowledged, because Slack redelivers it otherwise; only one that
/// could not be stored is left to be redelivered.
pub async fn handle_event(app: &App, body: &Value) -> Reply {
    let event = events::read(body);
    if let Event::UrlVerification { challenge } = event {
        return Reply::Challenge(challenge);
    }
    // The event ID is the same in every delivery of the event.
    let Some(id) = events::event_id(body) else {
        tracing::info!("Ignored an event without an ID");
        return Reply::Nothing;
    };
    match apply_event(app, event, IdempotencyKey::event(&id)).await {
        Ok(()) => Reply::Nothing,
        Err(error) => {
            tracing::error!(event.id = %id, "An event could not be stored; Slack will send it again: {error}");
            Reply::Unavailable
        }
    }
}

async fn apply_event(app: &App, event: Event, key: IdempotencyKey) -> Result<()> {
    let of_channel = match event {
        Event::ChannelArchived { channel, actor: by } => (channel, ChannelEvent::Archived, by),
        Event::ChannelUnarchived { channel, actor: by } => (channel, ChannelEvent::Unarchived, by),
        Event::ChannelDeleted { channel, actor: by } => (channel, ChannelEvent::Deleted, by),
        Event::ChannelRenamed { channel, name } => (channel, ChannelEvent::Renamed(name), None),
        other => return apply_other_event(app, other, key).await,
    };
    let (channel, news, by) = of_channel;
    // Slack reports the bot's own actions as events. They are on the timeline already.
    if is_ours(app, by.as_ref()) {
        return Ok(());
    }
    on_channel_changed(app, channel, (news, by), key).await
}

/// Handles an event that does not change a channel itself.
async fn apply_other_event(app: &App, event: Event, key: IdempotencyKey) -> Result<()> {
    match event {
        // Without an inviter the bot joined by itself, as it does in each incident channel.
        Event::MemberJoined {
            channel,
            user,
            inviter: by,
        } if app.state.is_own_user(&user) => {
            if by.is_some() {
                on_invited(app, &channel);
            }
        }
        Event::MemberJoined {
            channel,
            user,
            inviter: by,
        } => {
            let arrival = if is_ours(app, by.as_ref()) {
                JoinCause::ByMuster
            } else {
                JoinCause::ByUser
            };
            let now = app.clock.now();
            // The user is fetched too, so that times in their commands use their time zone.
            app.store
                .change_incident_of_channel(channel, key, now, move |incident, _| {
                    incident.member_joined(user, arrival, now)
                })
                .await?;
        }
        Event::MessageWritten { user, .. } if is_ours(app, Some(&user)) => {}
        Event::MessageWritten {
            channel,
            user,
            text,
            ..
        } => crate::slack::commands::suggest_call::on_message(app, channel, user, &text).await?,
        Event::MessageEdited { actor: by, .. } if is_ours(app, by.as_ref()) => {}
        Event::MessageEdited {
            channel,
            ts,
            text,
            event_ts: said_at,
            ..
        } => {
            let edit = MessageEdit {
                channel,
                ts,
                text,
                edited_ts: said_at,
            };
            app.store
                .apply_message_edit(key, edit, app.clock.now())
                .await?;
        }
        Event::MessageDeleted { channel, ts } => {
            app.store
                .apply_message_deletion(key, channel, ts, app.clock.now())
                .await?;
        }
        // Slack reports the bot's own pushpins as events.
        Event::PushpinAdded(pin) | Event::PushpinRemoved(pin)
            if app.state.is_own_user(&pin.user) => {}
        Event::PushpinAdded(pin) => {
            let now = app.clock.now();
            app.store
                .apply_pushpin(key, pin, ReactionChange::Added, now)
                .await?;
        }
        Event::PushpinRemoved(pin) => {
            let now = app.clock.now();
            app.store
                .apply_pushpin(key, pin, ReactionChange::Removed, now)
                .await?;
        }
        Event::HomeOpened {
            user,
            content: sees,
        } => crate::slack::commands::home::on_home_opened(app, user, sees).await?,
        Event::AppUninstalled => on_app_removed(app, "The app was removed from the workspace."),
        Event::TokensRevoked { bot_users: ours } if ours.is_empty() => {}
        Event::TokensRevoked { .. } => on_app_removed(app, "The app’s token was revoked."),
        Event::RateLimited => {
            tracing::warn!("Slack withholds events: the hourly limit is exceeded");
        }
        Event::Other(kind) => {
            tracing::debug!(kind, "Ignored an event of an unhandled type");
        }
        Event::ChannelArchived { .. }
        | Event::ChannelUnarchived { .. }
        | Event::ChannelDeleted { .. }
        | Event::ChannelRenamed { .. }
        | Event::UrlVerification { .. } => {}
    }
    Ok(())
}

fn is_ours(app: &App, by: Option<&UserId>) -> bool {
    by.is_some_and(|by| app.state.is_own_user(by))
}

/// Applies a change to a channel, if it is an incident channel or the announcements channel.
async fn on_channel_changed(
    app: &App,
    channel: ChannelId,
    (news, by): (ChannelEvent, Option<UserId>),
    key: IdempotencyKey,
) -> Result<()> {
    let concerns_global = match app.state.announcements_channel() {
        AnnouncementsChannel::Ready(global) => global == channel,
        // It may be the missing announcements channel, unarchived or renamed.
        AnnouncementsChannel::Missing(_) => match news {
            ChannelEvent::Unarchived | ChannelEvent::Renamed(_) => true,
            ChannelEvent::Archived | ChannelEvent::Deleted | ChannelEvent::Inaccessible => false,
        },
        AnnouncementsChannel::Unknown => false,
    };
    if concerns_global {
        recheck_announcements_channel(app);
    }
    let now = app.clock.now();
    app.store
        .change_incident_of_channel(channel, key, now, move |incident, ctx| {
            incident.channel_changed(news, by, ctx)
        })
        .await?;
    Ok(())
}

/// Looks for a missing announcements channel: the bot was invited to a channel, which may be that one.
fn on_invited(app: &App, channel: &ChannelId) {
    if matches!(
        app.state.announcements_channel(),
        AnnouncementsChannel::Missing(_)
    ) {
        tracing::info!(%channel, "Invited to a channel; looking for the announcements channel again");
        recheck_announcements_channel(app);
    }
}

/// Makes the worker look for the announcements channel again.
fn recheck_announcements_channel(app: &App) {
    app.state.request_channel_lookup();
    app.store.commit_notify().notify_one();
}

fn on_app_removed(app: &App, told: &str) {
    let told = format!("{told} Install it again and set the new SLACK_BOT_TOKEN.");
    tracing::error!("{told} Until then incidents are stored, and nothing is sent.");
    app.state.set_slack(SlackState::Down(told));
}
