//! People whom somebody named and whom we never met: asking Slack who they are, and answering who named them.

use std::pin::pin;
use std::time::Duration;

use muster_commands::PersonId;

use super::deliver::unless_refused;
use super::pointer::{Alone, alone, still_good};
use crate::bot::{Bot, SlackState};
use crate::domain::{Became, KNOWN_FOR, Person, Receipt, Stranger};
use crate::slack::Trouble;
use crate::slack::client::Answer;
use crate::slack::strangers;
use crate::store::Attempt;

/// How long Slack may take before whoever waits is told that it takes longer.
const SOON: Duration = Duration::from_secs(1);

/// What Slack says of somebody whom it does not know at all.
const UNKNOWN: &str =
    "Slack knows nobody like that. Choose from the list that Slack shows as you type @.";

/// Asks Slack who somebody is, unless we know by now.
///
/// # Errors
/// Trouble that passes.
pub async fn learn(bot: &Bot, person: &PersonId) -> Answer<Receipt> {
    let known = bot.store.person(person.clone()).await.ok().flatten();
    let now = bot.clock.now();
    if known.is_some_and(|(_, learned_at)| now.since(learned_at) < KNOWN_FOR) {
        return Ok(Receipt::Nothing);
    }
    let found = bot.slack.person(person).await;
    unless_refused(found.map(Receipt::Person))
}

/// Asks Slack who somebody is whom a person named. If it takes long, whoever named them is told that it is stored.
///
/// Whom Slack will not tell us of, because the app may not ask or may not know, is taken at the word of whoever
/// named them.
///
/// # Errors
/// Trouble that passes.
pub async fn meet(bot: &Bot, attempt: &Attempt, stranger: &Stranger) -> Answer<Receipt> {
    // A store that cannot be read now is found out when the receipt is stored.
    let known = bot
        .store
        .person(stranger.person.clone())
        .await
        .ok()
        .flatten();
    let found = match known {
        Some((person, _)) => Ok(person),
        None => asked(bot, attempt, stranger).await,
    };
    let met = |person: Option<Person>, refusal| Ok(Receipt::Met { person, refusal });
    match found {
        Ok(person) => {
            let fits = person.can_take_part(attempt.settings.guests());
            met(Some(person), fits.err().map(|refusal| refusal.0))
        }
        Err(trouble) if trouble.is(&["user_not_found"]) => met(None, Some(UNKNOWN.to_owned())),
        Err(trouble @ Trouble::Refused { .. }) if !trouble.is_of_token() => met(None, None),
        Err(trouble) => Err(trouble),
    }
}

async fn asked(bot: &Bot, attempt: &Attempt, stranger: &Stranger) -> Answer<Person> {
    // Whoever asked while Slack did not answer us was told so then; and each is told once.
    let was_told =
        attempt.delivery.attempts > 1 || matches!(bot.state.slack(), SlackState::Trouble(_));
    let waits = || {
        if !was_told && stranger.seat.is_some() {
            strangers::tell_that_it_waits(bot, stranger);
        }
    };
    let mut asking = pin!(bot.slack.person(&stranger.person));
    match tokio::time::timeout(SOON, &mut asking).await {
        Ok(Err(trouble)) if !matches!(trouble, Trouble::Refused { .. }) => {
            waits();
            Err(trouble)
        }
        Ok(answer) => answer,
        Err(_) => {
            waits();
            asking.await
        }
    }
}

/// Tells whoever named somebody what became of it. What only one person sees leaves no trace that we could look
/// for: if an attempt may have arrived, it is told again. Twice to one person is better than never.
///
/// # Errors
/// Trouble that passes. That none of the ways is open is no error: the channel is told what was done.
pub async fn answer(
    bot: &Bot,
    attempt: &Attempt,
    (stranger, became): (&Stranger, &Became),
) -> Answer<Receipt> {
    let now = bot.clock.now();
    let message = strangers::told(stranger, became, attempt.incident.id, now);
    let spot = Alone {
        person: &stranger.by,
        channel: stranger.place.channel.as_ref(),
        address: still_good(&stranger.place, stranger.at, now),
    };
    if !alone(bot, attempt, spot, &message).await? {
        tracing::info!(incident.id = %attempt.incident.id, "Somebody could not be answered");
    }
    Ok(Receipt::Nothing)
}
