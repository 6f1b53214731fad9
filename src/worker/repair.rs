//! Looking what Slack has of an incident.

use muster_commands::{ChannelId, MessageTs};

use crate::bot::Bot;
use crate::domain::{ChannelState, Found, FoundChannel, FoundMessage, Incident, Receipt};
use crate::slack::Trouble;
use crate::slack::client::Answer;

/// Looks what Slack has of an incident. Nothing is changed there, but that we join its channel if we are
/// not in it.
///
/// # Errors
/// What Slack says; that something is not there is what was asked.
pub async fn look(bot: &Bot, incident: &Incident) -> Answer<Receipt> {
    let channel = find_channel(bot, incident).await?;
    let mut found = Found {
        channel,
        header: FoundMessage::Fine,
        card: FoundMessage::Fine,
        bookmarks: Vec::new(),
    };
    if let (Some(channel), FoundChannel::InUse(_)) = (&incident.channel, &found.channel) {
        if let Some(ts) = &incident.header {
            found.header = find_message(bot, &channel.id, ts).await?;
        }
        found.bookmarks = missing_bookmarks(bot, incident, &channel.id).await?;
    }
    if let Some(card) = &incident.card {
        found.card = find_message(bot, &card.channel, &card.ts).await?;
    }
    Ok(Receipt::Found(found))
}

async fn find_channel(bot: &Bot, incident: &Incident) -> Answer<FoundChannel> {
    let Some(channel) = incident
        .channel
        .as_ref()
        .filter(|_| incident.channel_state != ChannelState::Awaited)
    else {
        return Ok(FoundChannel::Gone);
    };
    match bot.slack.channel(&channel.id).await {
        Ok(there) if there.is_archived => Ok(FoundChannel::Archived),
        Ok(there) => {
            if !there.is_member {
                bot.slack.join(&channel.id).await?;
            }
            Ok(FoundChannel::InUse(there.name))
        }
        Err(trouble) if trouble.is(&["channel_not_found"]) => Ok(FoundChannel::Gone),
        Err(trouble) => Err(trouble),
    }
}

async fn find_message(bot: &Bot, channel: &ChannelId, ts: &MessageTs) -> Answer<FoundMessage> {
    match bot.slack.stands(channel, ts).await {
        Ok(true) => Ok(FoundMessage::Fine),
        Ok(false) => Ok(FoundMessage::Gone),
        Err(trouble) if trouble.is(&["channel_not_found"]) => Ok(FoundMessage::Gone),
        // Where we are not, we cannot look: it is watched as the global channel is.
        Err(Trouble::Refused { code, .. }) if code == "not_in_channel" => Ok(FoundMessage::Fine),
        Err(trouble) => Err(trouble),
    }
}

async fn missing_bookmarks(
    bot: &Bot,
    incident: &Incident,
    channel: &ChannelId,
) -> Answer<Vec<(String, String)>> {
    let wanted = incident.bookmarks();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let there = bot.slack.bookmarked(channel).await?;
    let missing = wanted.into_iter().filter(|(_, url)| !there.contains(url));
    Ok(missing.collect())
}
