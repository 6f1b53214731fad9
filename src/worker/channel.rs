//! The channel of an incident: creating it exactly once, and doing something in it.

use muster_commands::ChannelId;

use crate::bot::Bot;
use crate::domain::{ChannelName, ChannelNews, ChannelState, Incident, Receipt};
use crate::slack::Trouble;
use crate::slack::client::{Answer, CreatedChannel, Identity};
use crate::store::{Attempt, Doubt};

/// How many names we try before we say that all are taken.
const NAMES: usize = 20;

/// Creates the incident's channel, under the first of its names that is free. If an earlier attempt
/// may have created it, it is looked for first.
///
/// # Errors
/// What Slack says; `name_taken` when all names are.
pub async fn open_channel(bot: &Bot, attempt: &Attempt, name: &ChannelName) -> Answer<Receipt> {
    if attempt.delivery.doubt != Doubt::None
        && let Some(ours) = find_ours(bot, &attempt.incident, name).await?
    {
        return Ok(opened(ours));
    }
    let mut taken = None;
    for attempt in 1..=NAMES {
        match bot.slack.create_channel(name.nth(attempt).as_str()).await {
            Ok(created) => return Ok(opened(created)),
            Err(trouble) if trouble.is(&["name_taken"]) => taken = Some(trouble),
            Err(trouble) => return Err(trouble),
        }
    }
    Err(taken.unwrap_or(Trouble::Unsure {
        method: "conversations.create",
        what: "no name was tried".to_owned(),
    }))
}

/// Finds the channel that we created for this incident without hearing of it: one of its names,
/// created by us since it was declared, and nobody else's.
async fn find_ours(
    bot: &Bot,
    incident: &Incident,
    name: &ChannelName,
) -> Answer<Option<CreatedChannel>> {
    let us = who_we_are(bot).await?;
    let names: Vec<_> = (1..=NAMES).map(|attempt| name.nth(attempt)).collect();
    let found = bot
        .slack
        .find_channels(|candidate| names.iter().any(|name| name.as_str() == candidate))
        .await?;
    // Slack's clock and ours may differ a little.
    let earliest = incident.declared_at.epoch_seconds() - 60;
    for channel in found {
        let is_ours = channel.creator == us.user_id.as_str()
            && channel.created >= earliest
            && !channel.is_archived;
        // A store that cannot be read now is found out when the receipt is stored.
        let is_free = matches!(
            bot.store.incident_of_channel(channel.id.clone()).await,
            Ok(None)
        );
        if is_ours && is_free {
            return Ok(Some(channel));
        }
    }
    Ok(None)
}

/// Gives who we are; asks Slack if we do not know yet.
///
/// # Errors
/// What Slack says.
pub async fn who_we_are(bot: &Bot) -> Answer<Identity> {
    if let Some(known) = bot.state.identity() {
        return Ok(known);
    }
    let us = bot.slack.identity().await?;
    bot.state.set_identity(us.clone());
    Ok(us)
}

/// Gives the incident's channel, if it can be written to.
pub fn writable(incident: &Incident) -> Option<&ChannelId> {
    match incident.channel_state {
        ChannelState::Open => incident.channel.as_ref().map(|channel| &channel.id),
        ChannelState::Awaited
        | ChannelState::Refused
        | ChannelState::Archived
        | ChannelState::Deleted => None,
    }
}

/// Says what came of something that was done in the incident's channel. That it is archived is a
/// fact, not an error.
///
/// # Errors
/// What else Slack said.
pub fn outcome(answer: Answer<()>) -> Answer<Receipt> {
    match answer {
        Ok(()) => Ok(Receipt::Nothing),
        Err(trouble) if trouble.is(&["is_archived", "is_inactive"]) => {
            Ok(Receipt::ChannelGone(ChannelNews::Archived))
        }
        Err(trouble) => Err(trouble),
    }
}

fn opened(channel: CreatedChannel) -> Receipt {
    Receipt::Channel {
        id: channel.id,
        name: channel.name,
    }
}
