//! A message that a form carries along until it is submitted. It is kept as well, so that it is followed when it
//! is edited meanwhile; and it may be too long for a form.

use muster_commands::add_to_incident::AddMessage;
use muster_commands::form::{Carried, CarriedMessage};

use crate::bot::Bot;
use crate::error::Result;
use crate::store::Held;

/// Gives what a form carries along that is about a message; it is kept until then.
///
/// # Errors
/// When it could not be stored.
pub async fn carry(
    bot: &Bot,
    message: AddMessage,
    response_url: Option<String>,
) -> Result<Carried> {
    bot.store.hold(message.clone(), bot.clock.now()).await?;
    Ok(Carried {
        channel: Some(message.channel.clone()),
        response_url,
        message: Some(message.into()),
        ..Carried::default()
    })
}

/// Gives a carried message as it is now, and whole; `None` if it was deleted since.
///
/// # Errors
/// When the store cannot be read.
pub async fn as_it_is(bot: &Bot, carried: CarriedMessage) -> Result<Option<AddMessage>> {
    let AddMessage { channel, ts, .. } = carried.message.clone();
    Ok(match bot.store.held(channel, ts).await? {
        Some(Held::There(message)) => Some(*message),
        Some(Held::Deleted) => None,
        None => Some(carried.message),
    })
}
