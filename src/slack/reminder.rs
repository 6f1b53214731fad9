//! The buttons below a reminder: **Post update**, **Snooze 30 min**, **Stop**.

use muster_commands::IncidentId;
use muster_commands::buttons::{self, Pressed};

use super::asked::{Clicked, presser, tell_asker};
use super::cards;
use super::words::plain;
use crate::bot::Bot;
use crate::domain::{Incident, Reminder, Viewer};
use crate::error::Result;
use crate::store::Key;

/// Pressed: opens the form to update, puts the reminder off, or stops it.
///
/// # Errors
/// When it could not be stored, or the incident is not for this person.
pub async fn pressed(bot: &Bot, pressed: &Pressed, clicked: Clicked) -> Result<()> {
    let known = |word: &str| Reminder::ALL.into_iter().find(|of| of.as_str() == word);
    let carried = pressed.reminder();
    let Some((id, of)) = carried.and_then(|(id, word)| Some((id, known(word)?))) else {
        tracing::warn!("A button below a reminder does not say which");
        return Ok(());
    };
    let viewer = presser(pressed);
    match pressed.button.as_str() {
        buttons::SNOOZE => snooze(bot, viewer, (id, of), clicked).await,
        buttons::STOP => stop(bot, viewer, (id, of), clicked).await,
        _ => super::update::pressed(bot, viewer, id, clicked).await,
    }
}

async fn snooze(
    bot: &Bot,
    viewer: Viewer,
    (id, of): (IncidentId, Reminder),
    clicked: Clicked,
) -> Result<()> {
    let now = bot.clock.now();
    let key = Key::action(&clicked.trigger);
    let decide = move |incident: &Incident| incident.snooze(of, now);
    let told = match bot
        .store
        .adjust_reminder(viewer, (id, of), key, decide)
        .await?
    {
        Some(_) => {
            format!("The next reminder of {id} comes in 30 minutes, if it is still needed then.")
        }
        None => nothing_left(id),
    };
    tell_asker(bot, clicked.response_url, cards::line(vec![plain(told)]));
    Ok(())
}

async fn stop(
    bot: &Bot,
    viewer: Viewer,
    (id, of): (IncidentId, Reminder),
    clicked: Clicked,
) -> Result<()> {
    let by = clicked.by(bot);
    let key = Key::action(&clicked.trigger);
    let decide = move |incident: &Incident| incident.stop_reminders(of, &by);
    if bot
        .store
        .adjust_reminder(viewer, (id, of), key, decide)
        .await?
        .is_none()
    {
        let told = nothing_left(id);
        tell_asker(bot, clicked.response_url, cards::line(vec![plain(told)]));
    }
    Ok(())
}

fn nothing_left(id: IncidentId) -> String {
    format!("There are no such reminders of {id} any more: they were stopped, or are not needed.")
}
