//! The question whether a link that somebody pasted is the incident's video call.

use super::channel::writable;
use crate::bot::Bot;
use crate::domain::{Effect, Receipt};
use crate::slack::Trouble;
use crate::slack::cards;
use crate::slack::client::Answer;
use crate::store::Attempt;

/// Asks the person, in the incident's channel, unless there is a call by now.
///
/// What only one person sees leaves no trace that we could look for: if an attempt may have arrived,
/// they may be asked twice. That Slack refuses is no matter: the link stands in the channel.
///
/// # Errors
/// Trouble that passes.
pub async fn show(bot: &Bot, attempt: &Attempt) -> Answer<Receipt> {
    let (incident, effect) = (&attempt.incident, &attempt.delivery.effect);
    let (Effect::OfferCall { person, url }, None) = (effect, &incident.call) else {
        return Ok(Receipt::Nothing);
    };
    let Some(channel) = writable(incident) else {
        return Ok(Receipt::Nothing);
    };
    match bot.slack.show(channel, person, &cards::offer(url)).await {
        Err(trouble @ Trouble::Refused { .. }) if !trouble.is_of_token() => {
            tracing::info!(incident.id = %incident.id, "Nobody could be asked about a call: {trouble}");
            Ok(Receipt::Nothing)
        }
        answer => answer.map(|()| Receipt::Nothing),
    }
}
