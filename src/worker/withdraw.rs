//! Taking an announcement back: the card of an incident that is no longer announced, and our replies.

use crate::bot::Bot;
use crate::domain::Receipt;
use crate::slack::client::Answer;
use crate::store::{Attempt, Sent};

use super::global_channel::CLOSED_TO_US;

/// Deletes our replies under the card, and then the card. What people wrote under it stays theirs. That some
/// of it is gone already is as good, so a second time is harmless.
///
/// # Errors
/// What Slack says.
pub async fn withdraw(bot: &Bot, attempt: &Attempt) -> Answer<Sent> {
    let incident = &attempt.incident;
    let nothing = || Ok(Sent::for_all(attempt, Receipt::Nothing));
    let card = match &incident.card {
        Some(card) if !incident.is_announced() => card,
        Some(_) | None => return nothing(),
    };
    let ours = bot
        .slack
        .replies_of_ours(&card.channel, &card.ts, bot.store.identity())
        .await;
    let replies = match ours {
        // Where we may not look, we may still delete what we know of.
        Err(trouble) if trouble.is(&CLOSED_TO_US) => Vec::new(),
        other => other?,
    };
    for reply in &replies {
        bot.slack.delete(&card.channel, reply).await?;
    }
    match bot.slack.delete(&card.channel, &card.ts).await {
        Err(trouble) if trouble.is(&["channel_not_found"]) => {}
        other => other?,
    }
    let receipt = Receipt::Withdrawn(card.ts.clone());
    Ok(Sent::for_all(attempt, receipt))
}
