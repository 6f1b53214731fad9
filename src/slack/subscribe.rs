//! The button **Subscribe** on the announcement, and **Unsubscribe** on what subscribers are told.

use muster_commands::IncidentId;
use muster_commands::buttons::{Pressed, UNSUBSCRIBE};

use super::asked::{Clicked, presser, tell_asker};
use super::cards;
use super::meet::meet;
use super::words::plain;
use crate::bot::Bot;
use crate::error::Result;
use crate::store::Key;

/// Pressed: the person is told of changes from now on, or no longer.
///
/// # Errors
/// When they may not see the incident, or it could not be stored.
pub async fn pressed(bot: &Bot, pressed: &Pressed, clicked: Clicked) -> Result<()> {
    let Some(number) = pressed.number() else {
        tracing::warn!("A button to subscribe names no incident");
        return Ok(());
    };
    meet(bot, clicked.person.clone());
    let (by, ends) = (clicked.by(bot), pressed.button == UNSUBSCRIBE);
    let (viewer, key) = (presser(pressed), Key::action(&clicked.trigger));
    let incident = bot
        .store
        .change(viewer, IncidentId(number), key, move |incident| {
            if ends {
                incident.unsubscribe(&by)
            } else {
                incident.toggle_subscription(&by)
            }
        })
        .await?;
    let id = incident.id;
    let told = if incident.is_subscribed(&clicked.person) {
        format!(
            "You are subscribed to {id}: each change that is announced is sent to you directly. Press \
             Subscribe once more to end it."
        )
    } else {
        format!("You are no longer subscribed to {id}.")
    };
    tell_asker(bot, clicked.response_url, cards::line(vec![plain(told)]));
    Ok(())
}
