//! The channel of an incident: creating it exactly once, and doing something in it.

use muster_commands::ChannelId;

use crate::bot::Bot;
use crate::domain::{
    ChannelName, ChannelNews, ChannelState, Effect, Incident, Receipt, Visibility,
};
use crate::slack::Trouble;
use crate::slack::client::{Answer, CreatedChannel, Identity};
use crate::store::{Attempt, Doubt};

/// By how much Slack's clock and ours may differ, when we look for what we did: more than Slack lets
/// them differ when it signs.
pub const CLOCKS_DIFFER: chrono::Duration = chrono::Duration::minutes(10);

/// The channel that an incident is to have.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// What it is called if nothing else is.
    pub name: &'a ChannelName,
    /// Which of the names that follow from that is known to be taken, with those before it.
    pub after: Option<&'a ChannelName>,
    /// Whether everybody may join it.
    pub visibility: Visibility,
}

/// Creates the incident's channel, under the first of its names that is free. An attempt that comes to
/// nothing notes how far it came: the next one goes on there. Slack lets so few channels be tried for in a
/// minute that one which begins anew each time may never get past the names that are taken.
///
/// # Errors
/// What Slack says; `name_taken` when all names are.
pub async fn open_channel(bot: &Bot, attempt: &Attempt, wanted: Wanted<'_>) -> Answer<Receipt> {
    let mut came_to = wanted.after.cloned();
    let answer = first_free(bot, attempt, wanted, &mut came_to).await;
    if answer.is_err() && came_to.as_ref() != wanted.after {
        goes_on_after(bot, attempt, came_to).await;
    }
    answer
}

/// Tries one name after the other; `came_to` becomes the last of which it is known that it is another's.
///
/// If an earlier attempt may have created the channel, a name that is taken may be taken by ourselves: then
/// it is looked for. Not before: that a name is free says that no attempt arrived, and a large workspace has
/// long lists.
async fn first_free(
    bot: &Bot,
    attempt: &Attempt,
    wanted: Wanted<'_>,
    came_to: &mut Option<ChannelName>,
) -> Answer<Receipt> {
    let Wanted {
        name,
        after,
        visibility,
    } = wanted;
    let mut in_doubt = attempt.delivery.doubt != Doubt::None;
    for tried in name.tries(after) {
        match bot.slack.create_channel(tried.as_str(), visibility).await {
            Ok(created) => return Ok(opened(created)),
            Err(trouble) if trouble.is(&["name_taken"]) => {}
            Err(trouble) => return Err(trouble),
        }
        if std::mem::take(&mut in_doubt)
            && let Some(ours) = find_ours(bot, &attempt.incident, name, visibility).await?
        {
            return Ok(opened(ours));
        }
        *came_to = Some(tried);
    }
    // Whoever is told that all are taken may free any of them.
    *came_to = None;
    Err(all_taken("conversations.create"))
}

/// Says what Slack says when a name is taken, of all that were tried.
pub fn all_taken(method: &'static str) -> Trouble {
    Trouble::Refused {
        method,
        code: "name_taken".to_owned(),
        needed: None,
    }
}

/// Notes after which name the next attempt goes on. If that cannot be stored, it asks for some names again.
pub async fn goes_on_after(bot: &Bot, attempt: &Attempt, came_to: Option<ChannelName>) {
    let mut effect = attempt.delivery.effect.clone();
    if let Effect::OpenChannel { after, .. } | Effect::RenameChannel { after, .. } = &mut effect {
        *after = came_to;
    }
    if let Err(error) = bot.store.amend(attempt.delivery.id, effect).await {
        tracing::warn!("How far a delivery came could not be stored: {error}");
    }
}

/// Finds the channel that we created for this incident without hearing of it: one of its names,
/// created by us since it was declared, and nobody else's, nor one that an incident left.
async fn find_ours(
    bot: &Bot,
    incident: &Incident,
    name: &ChannelName,
    visibility: Visibility,
) -> Answer<Option<CreatedChannel>> {
    let us = who_we_are(bot).await?;
    let found = bot
        .slack
        .find_channels(visibility, |candidate| name.gives(candidate))
        .await?;
    let earliest = incident.declared_at.after(-CLOCKS_DIFFER).epoch_seconds();
    for channel in found {
        let is_ours = channel.creator == us.user_id.as_str()
            && channel.created >= earliest
            && !channel.is_archived;
        // A store that cannot be read now is found out when the receipt is stored.
        let is_free = matches!(
            bot.store.is_of_incident(channel.id.clone()).await,
            Ok(false)
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
pub fn outcome(channel: &ChannelId, answer: Answer<()>) -> Answer<Receipt> {
    let gone = |news| Receipt::ChannelGone {
        channel: channel.clone(),
        news,
    };
    match answer {
        Ok(()) => Ok(Receipt::Nothing),
        Err(trouble) if trouble.is(&["is_archived", "is_inactive"]) => {
            Ok(gone(ChannelNews::Archived))
        }
        Err(trouble) if trouble.is(&["channel_not_found"]) => Ok(gone(ChannelNews::Lost)),
        Err(trouble) => Err(trouble),
    }
}

fn opened(channel: CreatedChannel) -> Receipt {
    Receipt::Channel {
        id: channel.id,
        name: channel.name,
    }
}
