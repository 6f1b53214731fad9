//! A link to a video call that somebody pastes in an incident's channel: they are asked once whether it
//! is the incident's, and a button takes it.

use muster_commands::buttons::Pressed;
use muster_commands::{ChannelId, PersonId, call_link};

use super::asked::{Clicked, presser, replace_seen};
use super::cards;
use super::meet::meet;
use super::words::plain;
use crate::bot::Bot;
use crate::domain::Viewer;
use crate::error::{Error, Result};
use crate::store::Key;

/// Somebody wrote a message: if it holds a link to a call, and this is an incident's channel, owes them
/// the question.
///
/// # Errors
/// When it could not be stored.
pub async fn heard(bot: &Bot, channel: ChannelId, person: PersonId, text: &str) -> Result<()> {
    let Some(url) = call_link::found(text) else {
        return Ok(());
    };
    let viewer = Viewer::in_channel(&person, &channel);
    let found = bot
        .store
        .incident_of_channel(viewer, channel.clone())
        .await?;
    let Some(incident) = found else {
        return Ok(());
    };
    // By the time they press the button, their name is known.
    meet(bot, person.clone());
    let key = Key::offer(incident.id, &url);
    let now = bot.clock.now();
    bot.store
        .change_of_channel(channel, key, move |incident| {
            incident.offer_call(url, person, now)
        })
        .await?;
    Ok(())
}

/// Pressed **Use as Video Call**: makes the link the incident's call.
///
/// # Errors
/// That there is a call by now, that this is no incident's channel, or that it could not be stored.
pub async fn pressed(bot: &Bot, pressed: &Pressed, clicked: Clicked) -> Result<()> {
    let channel = pressed.channel.clone().ok_or(Error::NotFound("channel"))?;
    let viewer = presser(pressed);
    let found = bot
        .store
        .incident_of_channel(viewer.clone(), channel)
        .await?;
    let incident = found.ok_or(Error::NotFound("incident"))?;
    let (url, by) = (pressed.value.clone(), clicked.by(bot));
    let key = Key::action(&clicked.trigger);
    bot.store
        .change(viewer, incident.id, key, move |incident| {
            incident.use_call(url, &by)
        })
        .await?;
    let told = format!("That is the video call of {} now.", incident.id);
    replace_seen(bot, clicked.response_url, cards::line(vec![plain(told)]));
    Ok(())
}
