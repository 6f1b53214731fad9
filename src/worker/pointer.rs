//! The pointer that the person who declared sees, where they declared; or the thread of the message that
//! they declared from.

use muster_commands::{ChannelId, PersonId};

use super::posts::{Spot, once};
use crate::bot::Bot;
use crate::domain::{Effect, Moment, Place, Receipt, Visibility};
use crate::slack::Trouble;
use crate::slack::cards;
use crate::slack::client::{Answer, Mark, Message};
use crate::store::Attempt;

/// Slack: a `response_url` is good for 30 minutes, docs.slack.dev/interactivity/handling-user-interaction.
/// A little less is safe.
const ANSWERABLE_FOR: chrono::Duration = chrono::Duration::minutes(29);

/// Shows the pointer: in the thread of a message, if one was the reason; as the answer to the command,
/// which works wherever it was typed; else to the person in that channel; else in a direct message.
///
/// What only one person sees leaves no trace that we could look for: if an attempt may have arrived,
/// it is shown again. Twice to one person is better than never.
///
/// # Errors
/// Trouble that passes. That none of the three ways is open is no error: the person is in the channel.
pub async fn show(bot: &Bot, attempt: &Attempt) -> Answer<Receipt> {
    let Effect::Point {
        person,
        place,
        trouble,
    } = &attempt.delivery.effect
    else {
        return Ok(Receipt::Nothing);
    };
    let mut address = still_good(place, attempt.incident.declared_at, bot.clock.now());
    // A thread tells everybody who can read it.
    let is_told = trouble.is_none() && attempt.incident.visibility == Visibility::Public;
    if let (true, Some(channel), Some(thread)) = (is_told, &place.channel, &place.thread) {
        let spot = Spot {
            channel,
            thread: Some(thread),
        };
        // An address that was refused here is not asked a second time.
        if in_thread(bot, attempt, &spot, address.take()).await? {
            return Ok(Receipt::Nothing);
        }
    }
    let message = cards::pointer(&attempt.incident, trouble.as_ref());
    let spot = Alone {
        person,
        channel: place.channel.as_ref(),
        address,
    };
    if !alone(bot, attempt, spot, &message).await? {
        tracing::info!(incident.id = %attempt.incident.id, "Nobody could be pointed to {}", attempt.incident.id);
    }
    Ok(Receipt::Nothing)
}

/// Gives the address at which somebody can be answered who asked at that moment, if it is still good.
pub fn still_good(place: &Place, asked_at: Moment, now: Moment) -> Option<&String> {
    let address = place.response_url.as_ref();
    address.filter(|_| now.since(asked_at) < ANSWERABLE_FOR)
}

/// Where one person alone is told something.
pub struct Alone<'a> {
    /// Who.
    pub person: &'a PersonId,
    /// The channel in which they asked, if they did in one.
    pub channel: Option<&'a ChannelId>,
    /// Where they can be answered, if they still can.
    pub address: Option<&'a String>,
}

/// Tells one person alone: as the answer to what they asked, which works wherever that was; else in that
/// channel; else in a direct message. Says whether one of the three was open.
///
/// # Errors
/// Trouble that passes.
pub async fn alone(
    bot: &Bot,
    attempt: &Attempt,
    spot: Alone<'_>,
    message: &Message,
) -> Answer<bool> {
    if let Some(address) = spot.address
        && passes(bot.slack.answer(address, message).await)?
    {
        return Ok(true);
    }
    if let Some(channel) = spot.channel
        && passes(bot.slack.show(channel, spot.person, message).await)?
    {
        return Ok(true);
    }
    let mark = Mark {
        store: bot.store.identity().to_owned(),
        deliveries: vec![attempt.delivery.id],
    };
    // Slack: a post to a person's id goes to their direct messages with the app.
    let in_private = spot.person.as_str().into();
    let told = bot.slack.tell(&in_private, None, message, &mark).await;
    passes(told.map(drop))
}

/// Shows the thread of the message that an incident was declared from where it lives: posted there, or,
/// where we are not, as the answer to the click. Says whether one of the two was open.
async fn in_thread(
    bot: &Bot,
    attempt: &Attempt,
    spot: &Spot<'_>,
    address: Option<&String>,
) -> Answer<bool> {
    let message = cards::thread_pointer(&attempt.incident);
    let posted = once(bot, &attempt.delivery, &[], spot, &message).await;
    if passes(posted.map(drop))? {
        return Ok(true);
    }
    match (address, spot.thread) {
        (Some(address), Some(thread)) => {
            passes(bot.slack.answer_thread(address, thread, &message).await)
        }
        (None, _) | (_, None) => Ok(false),
    }
}

/// Says whether it went through; `false` when Slack refused this way, so that another can be tried. A
/// token that is no good closes every way, and is waited for.
fn passes(answer: Answer<()>) -> Answer<bool> {
    match answer {
        Ok(()) => Ok(true),
        Err(trouble @ Trouble::Refused { .. }) if !trouble.is_of_token() => Ok(false),
        Err(trouble) => Err(trouble),
    }
}
