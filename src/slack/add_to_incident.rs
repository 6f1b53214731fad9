//! The message action “Add to Incident”: one click in an incident's channel, a question elsewhere.

use muster_commands::add_to_incident::{self, AddMessage};
use muster_commands::form::{Submission, carrying};
use muster_commands::{IncidentId, which_incident};
use serde_json::Value;

use super::asked::{Clicked, tell_asker};
use super::cards;
use super::carried_message::{as_it_is, carry};
use super::listener::Reply;
use super::open_form::{Opening, open};
use super::which_incident::{is_nothing_to_choose, none_open};
use super::words::{plain, strong};
use crate::bot::Bot;
use crate::domain::{By, Viewer};
use crate::error::{Error, Result};
use crate::store::Key;

/// Clicked: puts the message on the timeline of this channel's incident, or asks which is meant.
///
/// # Errors
/// That it is on the timeline already, that there is no incident to choose, or that it could not be stored.
pub async fn clicked(bot: &Bot, payload: &Value, clicked: Clicked) -> Result<()> {
    let message = add_to_incident::read(payload)?;
    let viewer = Viewer::in_channel(&clicked.person, &message.channel);
    match bot
        .store
        .incident_of_channel(viewer.clone(), message.channel.clone())
        .await?
    {
        Some(incident) => {
            let key = Key::action(&clicked.trigger);
            let by = clicked.by(bot);
            let added_to = bot.store.change(viewer, incident.id, key, move |incident| {
                incident.add_message(message, &by)
            });
            added_to.await?;
            tell_asker(bot, clicked.response_url, added(incident.id));
            Ok(())
        }
        None if is_nothing_to_choose(bot, viewer).await? => Err(none_open(bot)),
        None => ask_which(bot, message, clicked).await,
    }
}

/// Chosen which incident: puts the message on its timeline.
///
/// # Errors
/// Under the field: that none was chosen, that it is on the timeline already, that it was deleted, or that it
/// could not be stored.
pub async fn chosen(bot: &Bot, form: &Submission) -> Result<Reply> {
    let id = which_incident::read(&form.answers)?;
    let carried = form
        .carried
        .message
        .clone()
        .ok_or(Error::NotFound("message"))?;
    let message = as_it_is(bot, carried).await?.ok_or_else(deleted)?;
    let by = By::new(form.person.clone(), bot.clock.now());
    let viewer = Viewer::person(&form.person);
    bot.store
        .change(viewer, id, Key::view(&form.view), move |incident| {
            incident.add_message(message, &by)
        })
        .await?;
    tell_asker(bot, form.carried.response_url.clone(), added(id));
    Ok(Reply::Nothing)
}

fn deleted() -> Error {
    Error::Refused(
        "That message was deleted meanwhile, so there is nothing to add. Close this form."
            .to_owned(),
    )
}

/// Opens the form that asks.
async fn ask_which(bot: &Bot, message: AddMessage, clicked: Clicked) -> Result<()> {
    let carried = carry(bot, message, clicked.response_url.clone()).await?;
    open(
        bot,
        Opening {
            for_whom: None,
            trigger: clicked.trigger,
            form: carrying(which_incident::form_to_add(), &carried),
            response_url: clicked.response_url,
            again: format!("Choose “{}” again.", add_to_incident::LABEL),
        },
    );
    Ok(())
}

fn added(id: IncidentId) -> super::client::Message {
    cards::line(vec![
        plain("Added to the timeline of "),
        strong(id.to_string()),
        plain("."),
    ])
}
