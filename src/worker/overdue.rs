//! Tasks that are overdue: whoever has one is owed the word when their time has come.

use chrono::Duration;

use crate::bot::Bot;
use crate::domain::Moment;

/// How long a store is left alone that cannot be asked.
const PAUSE: Duration = Duration::seconds(5);

/// Owes the word to whoever is to be told now; gives when the next is to be told.
pub async fn owe(bot: &Bot, now: Moment) -> Option<Moment> {
    let next = match bot.store.next_overdue().await {
        Ok(Some(next)) if next <= now => bot.store.tell_overdue(now).await.map(|()| Some(now)),
        next => next,
    };
    next.unwrap_or_else(|error| {
        tracing::error!("What is overdue could not be looked for: {error}");
        Some(now.after(PAUSE))
    })
}
