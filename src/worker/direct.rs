//! What one person is told directly: one message for all that waits for them, exactly once.

use muster_commands::{ChannelId, PersonId};

use super::posts::{Spot, once};
use crate::bot::Bot;
use crate::domain::{Effect, Note, PersonStanding, Receipt};
use crate::slack::Trouble;
use crate::slack::client::Answer;
use crate::slack::direct_notes;
use crate::store::{Attempt, Doubt, Sent};

/// How many notes go out in one message.
const IN_ONE_MESSAGE: usize = 10;

/// Tells a person directly. If an earlier attempt may have arrived, it is looked for in their direct
/// messages first.
///
/// # Errors
/// What Slack says; whoever we know to be an app or to have left is not asked after.
pub async fn tell(bot: &Bot, attempt: &Attempt, person: &PersonId) -> Answer<Sent> {
    if let Some(code) = unreachable(bot, person).await {
        return Err(Trouble::Refused {
            method: "chat.postMessage",
            code: code.to_owned(),
            needed: None,
        });
    }
    let delivery = &attempt.delivery;
    let mut notes: Vec<&Note> = note_of(&delivery.effect).into_iter().collect();
    let mut along = Vec::new();
    for behind in attempt.along.iter().take(IN_ONE_MESSAGE - 1) {
        notes.extend(note_of(&behind.effect));
        along.push(behind.id);
    }
    let now = bot.clock.now();
    notes.retain(|note| note.still_concerns(person, &attempt.incident, now));
    if notes.is_empty() {
        let receipt = Receipt::Nothing;
        return Ok(Sent { receipt, along });
    }
    // Slack: a post to a person's id goes to their direct messages with the app. They are read by the id
    // of their channel alone.
    let channel = match delivery.doubt {
        Doubt::None => ChannelId(person.to_string()),
        Doubt::Since(_) => bot.slack.direct_channel(person).await?,
    };
    let message = direct_notes::message(&notes, &attempt.incident, &attempt.names);
    let posted = once(bot, delivery, &along, &Spot::top(&channel), &message).await?;
    Ok(Sent::by(delivery, posted, Receipt::Nothing))
}

fn note_of(effect: &Effect) -> Option<&Note> {
    match effect {
        Effect::Direct { note, .. } => Some(note),
        _ => None,
    }
}

/// Gives Slack's word for why nobody can write to a person, if we know that nobody can.
async fn unreachable(bot: &Bot, person: &PersonId) -> Option<&'static str> {
    // A store that cannot be read now is found out when the receipt is stored.
    let known = bot.store.person(person.clone()).await.ok().flatten();
    match known.map(|(person, _)| person.standing) {
        Some(PersonStanding::Deactivated) => Some("user_disabled"),
        Some(PersonStanding::Bot) => Some("cannot_dm_bot"),
        Some(PersonStanding::Member | PersonStanding::Guest) | None => None,
    }
}
