//! Learning who somebody is as soon as they speak to us, so that what is said of them later says their
//! name and need not call them.

use muster_commands::PersonId;

use crate::bot::Bot;

/// Asks Slack who somebody is, beside the answer to them, if we do not know. That it fails is no
/// matter: what is owed because of them asks again.
pub fn meet(bot: &Bot, person: PersonId) {
    if !bot.state.meets(&person) {
        return;
    }
    let bot = bot.clone();
    let tasks = bot.tasks.clone();
    tasks.spawn(async move {
        match bot.store.person(person.clone()).await {
            Ok(None) => {}
            Ok(Some(_)) => return,
            Err(_) => return bot.state.forgets(&person),
        }
        match bot.slack.person(&person).await {
            Ok(person) => {
                if let Err(error) = bot.store.know(person, bot.clock.now()).await {
                    tracing::info!("Somebody’s name could not be stored: {error}");
                }
            }
            Err(trouble) => {
                bot.state.forgets(&person);
                tracing::info!("Somebody is not known yet: {trouble}");
            }
        }
    });
}
