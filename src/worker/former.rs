//! The channel that an incident left because it was made private, or public: who was in it, its last post,
//! its end.

use muster_commands::ChannelId;

use super::channel::who_we_are;
use super::posts::{Spot, once, shown};
use crate::bot::Bot;
use crate::domain::Receipt;
use crate::slack::cards;
use crate::slack::client::Answer;
use crate::store::{Attempt, Sent};

/// Words of Slack that say that a channel has ended already, or is closed to us.
const ENDED: [&str; 4] = [
    "is_archived",
    "is_inactive",
    "channel_not_found",
    "not_in_channel",
];

/// Finds out who is in the channel, beside us. Of a channel that is gone nobody comes along.
///
/// # Errors
/// What Slack says.
pub async fn gather(bot: &Bot, channel: &ChannelId) -> Answer<Receipt> {
    let us = who_we_are(bot).await?.user_id;
    match bot.slack.members(channel).await {
        Ok(mut people) => {
            people.retain(|person| *person != us);
            Ok(Receipt::People(people))
        }
        Err(trouble) if trouble.is(&ENDED) => Ok(Receipt::Nothing),
        Err(trouble) => Err(trouble),
    }
}

/// Posts that the incident goes on elsewhere, once. In a channel that has ended nobody misses it.
///
/// # Errors
/// What Slack says.
pub async fn farewell(bot: &Bot, attempt: &Attempt, channel: &ChannelId) -> Answer<Sent> {
    let message = cards::farewell(&attempt.incident);
    let (delivery, along) = (&attempt.delivery, shown(attempt));
    match once(bot, delivery, &along, &Spot::top(channel), &message).await {
        Err(trouble) if !trouble.is(&ENDED) => Err(trouble),
        Ok(_) | Err(_) => Ok(Sent::for_all(attempt, Receipt::Nothing)),
    }
}

/// Archives the channel.
///
/// # Errors
/// What Slack says.
pub async fn archive(bot: &Bot, attempt: &Attempt, channel: &ChannelId) -> Answer<Sent> {
    match bot.slack.archive(channel).await {
        Err(trouble) if !trouble.is(&ENDED) => Err(trouble),
        Ok(()) | Err(_) => Ok(Sent::for_all(attempt, Receipt::Nothing)),
    }
}
