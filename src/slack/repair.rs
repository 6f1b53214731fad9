//! `/datadog incident repair`: has somebody look what Slack no longer has, and builds that again.

use muster_commands::IncidentId;
use muster_commands::form::Submission;
use muster_commands::which_incident;

use super::asked::Typed;
use super::listener::Reply;
use super::open_form::{Opening, open_typed};
use super::which_incident::none_open;
use super::words::plain;
use super::{cards, stored_only};
use crate::bot::Bot;
use crate::domain::{By, Viewer};
use crate::error::Result;
use crate::store::Key;

/// Typed: owes a look at this channel's incident, or asks which incident is meant.
///
/// # Errors
/// When no incident is open, or it could not be stored.
pub async fn typed(bot: &Bot, typed: Typed) -> Result<Reply> {
    let viewer = typed.viewer();
    let channel = typed.channel.clone();
    let incident = bot
        .store
        .incident_of_channel(viewer.clone(), channel)
        .await?;
    if let Some(incident) = incident {
        let by = By::new(typed.person, bot.clock.now());
        let key = Key::action(&typed.trigger);
        bot.store
            .change(viewer, incident.id, key, move |incident| {
                incident.repair(&by)
            })
            .await?;
        return Ok(Reply::Ephemeral(cards::line(vec![plain(told(
            incident.id,
        ))])));
    }
    if bot.store.open_incidents(viewer, 1).await?.1 == 0 {
        return Err(none_open(bot));
    }
    Ok(open_typed(
        bot,
        Opening {
            trigger: typed.trigger,
            form: which_incident::form_to_repair(),
            response_url: typed.response_url,
            again: format!("Type it again: {} incident repair", bot.settings.command),
        },
    ))
}

/// Chosen which incident: owes a look at it. A direct message says what came of it.
///
/// # Errors
/// When none was chosen, or it could not be stored.
pub async fn chosen(bot: &Bot, form: &Submission) -> Result<Reply> {
    let id = which_incident::read(&form.answers)?;
    let by = By::new(form.person.clone(), bot.clock.now());
    bot.store
        .change(
            Viewer::person(&form.person),
            id,
            Key::view(&form.view),
            move |incident| incident.repair(&by),
        )
        .await?;
    Ok(stored_only::answer(bot, "Repair stored", || {
        format!(
            "Slack does not answer us right now. As soon as it does, what is missing of {id} is built \
             again, and a direct message tells you what it was."
        )
    }))
}

fn told(id: IncidentId) -> String {
    format!(
        "Looking what Slack has of {id}. What is missing is built again, and a direct message tells you what \
         it was."
    )
}
