//! The briefing of whoever joined an incident's channel.

use muster_commands::PersonId;

use super::channel::{outcome, who_we_are, writable};
use crate::bot::Bot;
use crate::domain::Receipt;
use crate::slack::briefing::briefing;
use crate::slack::client::Answer;
use crate::store::{Attempt, Sent};

/// Shows somebody how things stand. What only one person sees leaves no trace that we could look for: if
/// an attempt may have arrived, it is shown again. Whoever left meanwhile need not see it.
///
/// # Errors
/// What Slack says.
pub async fn show(bot: &Bot, attempt: &Attempt, person: &PersonId) -> Answer<Sent> {
    let nothing = Sent::for_all(attempt, Receipt::Nothing);
    let Some(channel) = writable(&attempt.incident) else {
        return Ok(nothing);
    };
    if who_we_are(bot).await?.user_id == *person {
        return Ok(nothing);
    }
    let scale = attempt.settings.scale();
    let lately = (attempt.recent.as_slice(), attempt.next_update);
    let message = briefing(&attempt.incident, lately, &attempt.names, &scale);
    let shown = bot.slack.show(channel, person, &message).await;
    match shown {
        Err(trouble) if trouble.is(&["user_not_in_channel", "user_not_found"]) => Ok(nothing),
        other => Ok(Sent::for_all(attempt, outcome(channel, other)?)),
    }
}
