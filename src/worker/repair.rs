//! Looking what Slack has of an incident.

use muster_commands::{ChannelId, MessageTs};

use super::channel::who_we_are;
use super::naming::wanted;
use crate::bot::Bot;
use crate::domain::{ChannelState, Found, FoundChannel, FoundPiece, Incident, Receipt, Step};
use crate::slack::Trouble;
use crate::slack::client::Answer;
use crate::store::Attempt;

/// Looks what Slack has of an incident. Nothing is changed there, but that we join its channel if we are
/// not in it.
///
/// # Errors
/// What Slack says; that something is not there is what was asked.
pub async fn look(bot: &Bot, attempt: &Attempt) -> Answer<Receipt> {
    let incident = &attempt.incident;
    let channel = find_channel(bot, incident).await?;
    let mut found = Found {
        channel,
        wanted: wanted(attempt),
        header: FoundPiece::Fine,
        card: FoundPiece::Fine,
        bookmarks: FoundPiece::Fine,
    };
    if let (Some(channel), FoundChannel::InUse(_)) = (&incident.channel, &found.channel) {
        if let Some(ts) = &incident.header {
            found.header = find_message(bot, &channel.id, ts).await?;
        }
        found.bookmarks = find_bookmarks(bot, incident, &channel.id).await?;
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

async fn find_message(bot: &Bot, channel: &ChannelId, ts: &MessageTs) -> Answer<FoundPiece> {
    match bot.slack.stands(channel, ts).await {
        Ok(true) => Ok(FoundPiece::Fine),
        Ok(false) => Ok(FoundPiece::Gone),
        Err(trouble) if trouble.is(&["channel_not_found"]) => Ok(FoundPiece::Gone),
        // Where we are not, we cannot look: it is watched as the global channel is.
        Err(Trouble::Refused { code, .. }) if code == "not_in_channel" => Ok(FoundPiece::Fine),
        Err(trouble) => Err(trouble),
    }
}

async fn find_bookmarks(bot: &Bot, incident: &Incident, channel: &ChannelId) -> Answer<FoundPiece> {
    let us = who_we_are(bot).await?.user_id;
    let standing = bot.slack.bookmarks(channel, &us).await?;
    Ok(
        match Step::all(&incident.bookmarks(), &standing).is_empty() {
            true => FoundPiece::Fine,
            false => FoundPiece::Gone,
        },
    )
}
