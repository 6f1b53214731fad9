//! The button **Try again** on what could not be delivered.

use muster_commands::buttons::Pressed;

use super::asked::{Clicked, presser, tell_asker};
use super::cards;
use super::words::plain;
use crate::bot::Bot;
use crate::error::Result;
use crate::store::Key;

/// Pressed: what we gave up is owed again.
///
/// # Errors
/// When it could not be stored.
pub async fn pressed(bot: &Bot, pressed: &Pressed, clicked: Clicked) -> Result<()> {
    let Some(delivery) = pressed.number() else {
        tracing::warn!("A button that tries again names no delivery");
        return Ok(());
    };
    let key = Key::action(&clicked.trigger);
    let (viewer, now) = (presser(pressed), bot.clock.now());
    let revived = bot.store.try_again(viewer, delivery, key, now).await?;
    let told = match revived {
        Some(incident) => format!("Trying again for {}.", incident.id),
        None => "That was tried again already.".to_owned(),
    };
    tell_asker(bot, clicked.response_url, cards::line(vec![plain(told)]));
    Ok(())
}
