//! The bookmarks of an incident's channel: one step at a time towards how they should stand.

use super::channel::{outcome, who_we_are, writable};
use crate::bot::Bot;
use crate::domain::{Receipt, Step};
use crate::slack::client::Answer;
use crate::store::{Attempt, Sent};

/// Looks at the bookmarks that there are, and makes one step; if more are to be made, says so. A second
/// time finds what the first did. A link that Slack does not take holds up no other.
///
/// # Errors
/// What Slack says.
pub async fn keep(bot: &Bot, attempt: &Attempt) -> Answer<Sent> {
    let receipt = match step(bot, attempt).await {
        Ok(receipt) => receipt,
        Err(trouble) => outcome(Err(trouble))?,
    };
    Ok(Sent::for_all(attempt, receipt))
}

async fn step(bot: &Bot, attempt: &Attempt) -> Answer<Receipt> {
    let incident = &attempt.incident;
    let Some(channel) = writable(incident) else {
        return Ok(Receipt::Nothing);
    };
    let us = who_we_are(bot).await?.user_id;
    let standing = bot.slack.bookmarks(channel, &us).await?;
    let steps = Step::all(&incident.bookmarks(), &standing);
    let mut refused = None;
    for (number, step) in (1..).zip(&steps) {
        match bot.slack.bookmark(channel, step).await {
            Ok(()) if number == steps.len() && refused.is_none() => return Ok(Receipt::Nothing),
            Ok(()) => return Ok(Receipt::NotAll),
            Err(trouble) if trouble.is(&["invalid_link"]) => refused = Some(trouble),
            Err(trouble) => return Err(trouble),
        }
    }
    refused.map_or(Ok(Receipt::Nothing), Err)
}
