//! What the channel of an incident is called: looking, and renaming.

use super::channel::{all_taken, goes_on_after, outcome, writable};
use crate::bot::Bot;
use crate::domain::{ChannelName, ChannelNews, NameFound, Naming, Receipt, follows};
use crate::slack::client::{Answer, CreatedChannel};
use crate::store::{Attempt, Sent};

/// The names that a channel may be given.
#[derive(Clone, Copy, Debug)]
struct Names<'a> {
    /// The one that it is given if it is free.
    name: &'a ChannelName,
    /// Which of those that follow from it is known to be taken, with those before it.
    after: Option<&'a ChannelName>,
}

/// Looks what the incident's channel is called; calls it as the incident is called, once that name is chosen
/// and stored.
///
/// It is looked at right before as well: what somebody else called it meanwhile is left alone, and what we
/// did without hearing of it is not done again.
///
/// # Errors
/// What Slack says; `name_taken` when all names are.
pub async fn rename(
    bot: &Bot,
    attempt: &Attempt,
    naming: Naming,
    after: Option<&ChannelName>,
) -> Answer<Sent> {
    let Some(channel) = writable(&attempt.incident) else {
        return Ok(Sent::for_all(attempt, Receipt::Nothing));
    };
    let receipt = match bot.slack.channel(channel).await {
        Ok(there) if there.is_archived => Receipt::ChannelGone {
            channel: channel.clone(),
            news: ChannelNews::Archived,
        },
        Ok(there) => match chosen(attempt, naming, &there) {
            Some(name) => give(bot, attempt, Names { name, after }, there).await?,
            None => found(there, wanted(attempt)),
        },
        Err(trouble) => outcome(channel, Err(trouble))?,
    };
    Ok(Sent::for_all(attempt, receipt))
}

/// Gives the name that the incident as it stands calls for, if the team's names follow what may change.
pub fn wanted(attempt: &Attempt) -> Option<ChannelName> {
    let template = &attempt.settings.channel_name;
    follows(template).then(|| ChannelName::from_template(template, &attempt.incident))
}

/// Gives the name that the channel is to be given now: it is chosen, the incident still calls for it, and
/// nobody else named the channel.
fn chosen<'a>(
    attempt: &'a Attempt,
    naming: Naming,
    there: &CreatedChannel,
) -> Option<&'a ChannelName> {
    let channel = attempt.incident.channel.as_ref()?;
    let given = channel.given.as_ref()?;
    let is_chosen = naming == Naming::Chosen && wanted(attempt).as_ref() == Some(given);
    (is_chosen && channel.is_ours(&there.name)).then_some(given)
}

/// Gives the channel the first of its names that is free; one that comes to nothing notes how far it came, as
/// one that creates a channel does.
async fn give(
    bot: &Bot,
    attempt: &Attempt,
    names: Names<'_>,
    there: CreatedChannel,
) -> Answer<Receipt> {
    let mut came_to = names.after.cloned();
    let answer = first_free(bot, names, there, &mut came_to).await;
    if answer.is_err() && came_to.as_ref() != names.after {
        goes_on_after(bot, attempt, came_to).await;
    }
    answer
}

/// Tries one name after the other; `came_to` becomes the last of which it is known that it is another's.
async fn first_free(
    bot: &Bot,
    names: Names<'_>,
    there: CreatedChannel,
    came_to: &mut Option<ChannelName>,
) -> Answer<Receipt> {
    let Names { name, after } = names;
    // An attempt that Slack answered too late may have given it one that the next found to be taken.
    if after.is_some_and(|after| name.is_tried(&there.name, after)) {
        return Ok(found(there, Some(name.clone())));
    }
    for tried in name.tries(after) {
        if tried.as_str() == there.name {
            return Ok(found(there, Some(name.clone())));
        }
        match bot.slack.rename(&there.id, tried.as_str()).await {
            Ok(renamed) => {
                return Ok(Receipt::NameGiven {
                    channel: there.id,
                    name: renamed.name,
                });
            }
            Err(trouble) if trouble.is(&["name_taken"]) => *came_to = Some(tried),
            Err(trouble) => return outcome(&there.id, Err(trouble)),
        }
    }
    // Whoever is told that all are taken may free any of them.
    *came_to = None;
    Err(all_taken("conversations.rename"))
}

fn found(there: CreatedChannel, wanted: Option<ChannelName>) -> Receipt {
    Receipt::NameFound(NameFound {
        channel: there.id,
        name: there.name,
        wanted,
    })
}
