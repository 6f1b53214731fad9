//! Learning who somebody is as soon as they speak to us or are named, so that what is said of them later says
//! their name and need not call them.

use muster_commands::PersonId;

use crate::bot::Bot;
use crate::domain::KNOWN_FOR;

/// How long a form waits for Slack to say who somebody is: what opens it is good for three seconds.
const SOON: std::time::Duration = std::time::Duration::from_secs(1);

/// Asks Slack who somebody is, beside the answer to whoever named them.
pub fn meet(bot: &Bot, person: PersonId) {
    let bot = bot.clone();
    let tasks = bot.tasks.clone();
    tasks.spawn(async move { learn(&bot, person).await });
}

/// Asks Slack who somebody is, and waits for it no longer than a form can. What it says later is of no use to
/// that; whatever is owed because of them asks again.
pub async fn learn_soon(bot: &Bot, person: PersonId) {
    let _ = tokio::time::timeout(SOON, learn(bot, person)).await;
}

/// Asks Slack who somebody is, if we do not know or no longer know for certain. That it fails is no matter:
/// what is owed because of them asks again.
pub async fn learn(bot: &Bot, person: PersonId) {
    let now = bot.clock.now();
    match bot.store.person(person.clone()).await {
        Ok(Some((_, learned_at))) if now.since(learned_at) < KNOWN_FOR => return,
        Ok(_) => {}
        Err(_) => return,
    }
    match bot.slack.person(&person).await {
        Ok(person) => {
            if let Err(error) = bot.store.know(person, now).await {
                tracing::info!("Somebody’s name could not be stored: {error}");
            }
        }
        Err(trouble) => tracing::info!("Somebody is not known yet: {trouble}"),
    }
}
