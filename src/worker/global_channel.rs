//! The global channel: finding it, being in it, and each incident's one card there.

use muster_commands::ChannelId;

use super::channel::who_we_are;
use super::posts::{Spot, once, shown, unless_deleted};
use crate::bot::{Bot, GlobalChannel};
use crate::domain::Receipt;
use crate::slack::Trouble;
use crate::slack::cards;
use crate::slack::client::{Answer, CreatedChannel};
use crate::store::{Attempt, Sent};

/// Words of Slack that say that we cannot write to the global channel, whatever the incident.
pub(super) const CLOSED_TO_US: [&str; 4] = [
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "is_inactive",
];

/// Posts an incident's card, or edits it to say how things stand. Without a global channel that we
/// can write to, the incident goes on without it: whoever runs the bot is told, and the card is owed
/// anew when the channel is there.
///
/// # Errors
/// What Slack says.
pub async fn show_card(bot: &Bot, attempt: &Attempt) -> Answer<Sent> {
    let incident = &attempt.incident;
    let scale = attempt.settings.scale();
    let team = who_we_are(bot).await?.team_id;
    let message = cards::card(incident, &attempt.names, &scale, &team);
    let receipt = match &incident.card {
        Some(card) => {
            let edited = bot.slack.edit(&card.channel, &card.ts, &message).await;
            match unless_deleted(edited) {
                Err(trouble) if trouble.is(&CLOSED_TO_US) => closed(bot, &card.channel, &trouble),
                other => other?,
            }
            Receipt::Nothing
        }
        None => match find(bot).await? {
            Some(channel) => {
                let (delivery, along) = (&attempt.delivery, shown(attempt));
                match once(bot, delivery, &along, &Spot::top(&channel), &message).await {
                    Ok(posted) => return Ok(Sent::standing(delivery, &channel, posted)),
                    Err(trouble) if trouble.is(&CLOSED_TO_US) => {
                        is_missing(bot, refusal(&trouble));
                        Receipt::Nothing
                    }
                    Err(trouble) => return Err(trouble),
                }
            }
            None => Receipt::Nothing,
        },
    };
    Ok(Sent::for_all(attempt, receipt))
}

/// Notes that a card, or what is under it, can no longer be written: the channel is looked at anew, if
/// it is still the global one, and the card is shown anew when it can be.
pub fn closed(bot: &Bot, channel: &ChannelId, trouble: &Trouble) {
    tracing::info!("What is announced can no longer be changed: {trouble}");
    if bot.state.global() == GlobalChannel::Ready(channel.clone()) {
        bot.state.look_again_for_global();
    }
}

/// Gives the global channel if we can write to it; looks for it and joins it if we do not know yet.
///
/// # Errors
/// Trouble that passes; that there is no such channel is noted, not an error.
pub async fn find(bot: &Bot) -> Answer<Option<ChannelId>> {
    let Some(wanted) = &bot.settings.incidents_channel else {
        return Ok(None);
    };
    match bot.state.global() {
        GlobalChannel::Ready(channel) => return Ok(Some(channel)),
        GlobalChannel::Missing(_) => return Ok(None),
        GlobalChannel::Unknown => {}
    }
    look_for(bot, wanted).await
}

/// Looks for the global channel anew, whatever we knew; owes the cards that it missed if it is there.
///
/// # Errors
/// Trouble that passes.
pub async fn find_anew(bot: &Bot) -> Answer<Option<ChannelId>> {
    match &bot.settings.incidents_channel {
        Some(wanted) => look_for(bot, wanted).await,
        None => Ok(None),
    }
}

async fn look_for(bot: &Bot, wanted: &str) -> Answer<Option<ChannelId>> {
    let found = match named(bot, wanted).await {
        Ok(found) => found,
        Err(trouble) => return missing_for(bot, trouble).map(|()| None),
    };
    let Some(channel) = found else {
        is_missing(
            bot,
            format!(
                "There is no channel #{wanted}: create it, or set INCIDENTS_CHANNEL to another."
            ),
        );
        return Ok(None);
    };
    if channel.is_archived {
        let name = &channel.name;
        is_missing(
            bot,
            format!(
                "#{name} is archived: bring it back, or set INCIDENTS_CHANNEL to another channel."
            ),
        );
        return Ok(None);
    }
    if !channel.is_member {
        match bot.slack.join(&channel.id).await {
            Ok(()) => {}
            Err(trouble) => return missing_for(bot, trouble).map(|()| None),
        }
    }
    if bot
        .state
        .set_global(GlobalChannel::Ready(channel.id.clone()))
    {
        tracing::info!("Announcing incidents in #{}", channel.name);
        remember(bot, wanted, &channel.id).await;
    }
    Ok(Some(channel.id))
}

/// Gives the channel that the setting means: the one that it meant before, whatever that is called by now;
/// else, or if that one is gone or archived, the one that is called so.
async fn named(bot: &Bot, wanted: &str) -> Answer<Option<CreatedChannel>> {
    let before = match bot.store.known_global(wanted.to_owned()).await {
        Ok(Some(before)) => match bot.slack.channel(&before).await {
            Ok(channel) if !channel.is_archived => return Ok(Some(channel)),
            Ok(archived) => Some(archived),
            Err(trouble) if trouble.is(&["channel_not_found"]) => None,
            Err(trouble) => return Err(trouble),
        },
        Ok(None) => None,
        Err(error) => {
            tracing::error!("What the global channel was could not be read: {error}");
            None
        }
    };
    Ok(bot.slack.channel_called(wanted).await?.or(before))
}

/// Remembers which channel the setting means. That it fails costs nothing until that channel is renamed.
async fn remember(bot: &Bot, wanted: &str, channel: &ChannelId) {
    let (name, id) = (wanted.to_owned(), channel.clone());
    if let Err(error) = bot.store.know_global(name, id).await {
        tracing::error!("What the global channel is could not be stored: {error}");
    }
}

/// Notes that a refusal keeps the global channel from us. Trouble that passes, and a token that is no
/// good, say nothing of the channel.
fn missing_for(bot: &Bot, trouble: Trouble) -> Answer<()> {
    match trouble {
        Trouble::Refused { .. } if !trouble.is_of_token() => {
            is_missing(bot, refusal(&trouble));
            Ok(())
        }
        other => Err(other),
    }
}

fn refusal(trouble: &Trouble) -> String {
    format!(
        "The global channel cannot be written to. {} Invite the app there, or set INCIDENTS_CHANNEL \
         to another channel.",
        super::advice::why(trouble)
    )
}

/// Notes that there is no global channel; says so in the log once.
fn is_missing(bot: &Bot, why: String) {
    if bot.state.set_global(GlobalChannel::Missing(why.clone())) {
        tracing::warn!("Incidents are not announced. {why}");
    }
}
