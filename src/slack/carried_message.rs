//! A message that a form carries along until it is submitted. What is too long for that is kept.

use muster_commands::add_to_incident::AddMessage;
use muster_commands::form::{Carried, CarriedMessage};

use crate::bot::Bot;
use crate::error::Result;

/// Gives what a form carries along that is about a message; one that does not fit is kept until then.
///
/// # Errors
/// When it could not be stored.
pub async fn carry(
    bot: &Bot,
    message: AddMessage,
    response_url: Option<String>,
) -> Result<Carried> {
    let carried = Carried {
        channel: Some(message.channel.clone()),
        response_url,
        message: Some(message.clone().into()),
        ..Carried::default()
    };
    let is_cut = Carried::read(&carried.to_metadata())
        .message
        .is_none_or(|carried| carried.is_cut);
    if is_cut {
        bot.store.hold(message, bot.clock.now()).await?;
    }
    Ok(carried)
}

/// Gives a carried message whole again.
///
/// # Errors
/// When the store cannot be read.
pub async fn whole(bot: &Bot, carried: CarriedMessage) -> Result<AddMessage> {
    if !carried.is_cut {
        return Ok(carried.message);
    }
    let AddMessage { channel, ts, .. } = carried.message.clone();
    let whole = bot.store.held(channel, ts).await?;
    Ok(whole.unwrap_or(carried.message))
}
