//! `/datadog incident private` and `/datadog incident public`.

use muster_commands::visibility::Visibility;

use super::asked::Typed;
use super::cards;
use super::listener::Reply;
use super::words::plain;
use crate::bot::Bot;
use crate::domain::By;
use crate::error::{Error, Result};
use crate::store::Key;

/// Typed: makes the incident of this channel private or public. The outbox moves it to another channel.
///
/// # Errors
/// When this is no incident's channel, when it is so already, or when it could not be stored.
pub async fn typed(bot: &Bot, typed: Typed, to: Visibility) -> Result<Reply> {
    let (viewer, key) = (typed.viewer(), Key::action(&typed.trigger));
    let by = By::new(typed.person.clone(), bot.clock.now());
    let here = bot
        .store
        .incident_of_channel(viewer.clone(), typed.channel.clone())
        .await?;
    let Some(incident) = here else {
        return Err(Error::Refused(format!(
            "This is not the channel of an incident. Type {} incident {to} in the one that you mean.",
            bot.settings.command
        )));
    };
    bot.store
        .change(viewer, incident.id, key, move |incident| {
            incident.shown_to(to, &by)
        })
        .await?;
    Ok(Reply::Ephemeral(cards::line(vec![plain(told(to))])))
}

fn told(to: Visibility) -> &'static str {
    match to {
        Visibility::Private => {
            "The incident is private from now on: known to those who take part, and not announced. A \
             private channel is on its way; everybody who is here is brought there, and this channel is \
             archived."
        }
        Visibility::Public => {
            "The incident is public from now on, and is announced. A public channel is on its way; \
             everybody who is here is brought there, and this channel is archived."
        }
    }
}
