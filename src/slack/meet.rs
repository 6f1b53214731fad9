//! Learning who somebody is as soon as they speak to us or are named, so that what is said of them later says
//! their name and need not call them.

use muster_commands::PersonId;

use crate::bot::Bot;

/// How long what Slack said of a person is good for.
const KNOWN_FOR: chrono::Duration = chrono::Duration::days(1);

/// Asks Slack who somebody is, beside the answer to whoever named them.
pub fn meet(bot: &Bot, person: PersonId) {
    let bot = bot.clone();
    let tasks = bot.tasks.clone();
    tasks.spawn(async move { learn(&bot, person).await });
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
