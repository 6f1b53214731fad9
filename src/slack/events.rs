//! What Slack tells us unasked, and what we do about it.

use muster_commands::events::{self, Event};
use muster_commands::{ChannelId, PersonId};
use serde_json::Value;

use super::listener::Reply;
use crate::bot::{Bot, GlobalChannel, SlackState};
use crate::domain::{Arrival, ChannelNews};
use crate::error::Result;
use crate::store::{Edit, Key, Pinning};

/// Takes note of an event. Slack gets a yes, whatever it is: a no would only bring it again. But what
/// could not be stored is to come again.
pub async fn happened(bot: &Bot, body: &Value) -> Reply {
    let event = events::read(body);
    if let Event::UrlVerification { challenge } = event {
        return Reply::Challenge(challenge);
    }
    // Slack gives each event an id, which stays the same when it is delivered again.
    let Some(id) = events::id(body) else {
        tracing::info!("Slack sent an event without an id");
        return Reply::Nothing;
    };
    match noted(bot, event, Key::event(&id)).await {
        Ok(()) => Reply::Nothing,
        Err(error) => {
            tracing::error!(event.id = %id, "An event could not be stored; Slack will send it again: {error}");
            Reply::NotYet
        }
    }
}

async fn noted(bot: &Bot, event: Event, key: Key) -> Result<()> {
    let of_channel = match event {
        Event::ChannelArchived { channel, by } => (channel, ChannelNews::Archived, by),
        Event::ChannelUnarchived { channel, by } => (channel, ChannelNews::Unarchived, by),
        Event::ChannelDeleted { channel, by } => (channel, ChannelNews::Deleted, by),
        Event::ChannelRenamed { channel, name } => (channel, ChannelNews::Renamed(name), None),
        other => return noted_elsewhere(bot, other, key).await,
    };
    let (channel, news, by) = of_channel;
    // What we do ourselves comes back as an event; it is on the timeline already.
    if is_ours(bot, by.as_ref()) {
        return Ok(());
    }
    changed(bot, channel, (news, by), key).await
}

/// Takes note of an event that is about no channel as such.
async fn noted_elsewhere(bot: &Bot, event: Event, key: Key) -> Result<()> {
    match event {
        // Whoever comes by themselves was not invited: so we come into each incident's channel.
        Event::MemberJoined {
            channel,
            person,
            by,
        } if bot.state.is_us(&person) => {
            if by.is_some() {
                invited(bot, &channel);
            }
        }
        Event::MemberJoined {
            channel,
            person,
            by,
        } => {
            let arrival = if is_ours(bot, by.as_ref()) {
                Arrival::Brought
            } else {
                Arrival::Came
            };
            let now = bot.clock.now();
            // They are asked after as well, so that the times that they type are read in their own zone.
            bot.store
                .change_of_channel(channel, key, move |incident| {
                    incident.joined(person, arrival, now)
                })
                .await?;
        }
        Event::MessageWritten { person, .. } if is_ours(bot, Some(&person)) => {}
        Event::MessageWritten {
            channel,
            person,
            text,
            ..
        } => super::offer_call::heard(bot, channel, person, &text).await?,
        Event::MessageEdited { by, .. } if is_ours(bot, by.as_ref()) => {}
        Event::MessageEdited {
            channel,
            ts,
            text,
            said_at,
            ..
        } => {
            let edit = Edit {
                channel,
                ts,
                text,
                said_at,
            };
            bot.store.follow_edit(key, edit, bot.clock.now()).await?;
        }
        Event::MessageDeleted { channel, ts } => {
            bot.store
                .follow_deletion(key, channel, ts, bot.clock.now())
                .await?;
        }
        // What we pin ourselves comes back as an event.
        Event::Pinned(pin) | Event::Unpinned(pin) if bot.state.is_us(&pin.person) => {}
        Event::Pinned(pin) => {
            let now = bot.clock.now();
            bot.store.pin(key, pin, Pinning::On, now).await?;
        }
        Event::Unpinned(pin) => {
            let now = bot.clock.now();
            bot.store.pin(key, pin, Pinning::Off, now).await?;
        }
        Event::HomeOpened { person, sees } => super::home::opened(bot, person, sees).await?,
        Event::AppUninstalled => removed(bot, "The app was removed from the workspace."),
        Event::TokensRevoked { bot: ours } if ours.is_empty() => {}
        Event::TokensRevoked { .. } => removed(bot, "The app’s token was revoked."),
        Event::RateLimited => {
            tracing::warn!("Slack holds events back: there were too many within an hour");
        }
        Event::Other(kind) => {
            tracing::debug!(kind, "Slack sent an event that we do not follow");
        }
        Event::ChannelArchived { .. }
        | Event::ChannelUnarchived { .. }
        | Event::ChannelDeleted { .. }
        | Event::ChannelRenamed { .. }
        | Event::UrlVerification { .. } => {}
    }
    Ok(())
}

fn is_ours(bot: &Bot, by: Option<&PersonId>) -> bool {
    by.is_some_and(|by| bot.state.is_us(by))
}

/// Notes what somebody did to a channel, if it is an incident's, or the global one.
async fn changed(
    bot: &Bot,
    channel: ChannelId,
    (news, by): (ChannelNews, Option<PersonId>),
    key: Key,
) -> Result<()> {
    let concerns_global = match bot.state.global() {
        GlobalChannel::Ready(global) => global == channel,
        // It may be the one that we miss, brought back or named as we know it.
        GlobalChannel::Missing(_) => match news {
            ChannelNews::Unarchived | ChannelNews::Renamed(_) => true,
            ChannelNews::Archived | ChannelNews::Deleted | ChannelNews::Lost => false,
        },
        GlobalChannel::Unknown => false,
    };
    if concerns_global {
        look_again(bot);
    }
    let now = bot.clock.now();
    bot.store
        .change_of_channel(channel, key, move |incident| {
            incident.channel_changed(news, by, now)
        })
        .await?;
    Ok(())
}

/// We were invited somewhere: it may be the global channel that we could not write to.
fn invited(bot: &Bot, channel: &ChannelId) {
    if matches!(bot.state.global(), GlobalChannel::Missing(_)) {
        tracing::info!(%channel, "Invited to a channel; looking for the global channel again");
        look_again(bot);
    }
}

/// Has the worker look for the global channel anew.
fn look_again(bot: &Bot) {
    bot.state.look_again_for_global();
    bot.store.committed().notify_one();
}

fn removed(bot: &Bot, told: &str) {
    let told = format!("{told} Install it again and set the new SLACK_BOT_TOKEN.");
    tracing::error!("{told} Until then incidents are stored, and nothing is sent.");
    bot.state.set_slack(SlackState::Trouble(told));
}
