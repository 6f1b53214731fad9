//! Which incident is meant by what somebody typed: that of the channel, or else one that they choose. Then
//! goes on what was typed, with nothing of it lost.

use muster_commands::form::{Carried, Submission};
use muster_commands::limits::{OPTIONS, cut};
use muster_commands::slash::{self, split};
use muster_commands::typed_text::as_typed;
use muster_commands::which_incident::{self, Question};
use muster_commands::{IncidentId, declare};
use serde_json::Value;

use super::asked::{Choice, Clicked, Typed, tell_person};
use super::listener::{self, Reply};
use super::open_form::open_typed;
use super::stored_only;
use crate::bot::Bot;
use crate::domain::{Incident, Moment, Viewer};
use crate::error::{Error, Result};
use crate::store::Summary;

/// How much of what was typed is told back to whoever typed it.
const TOLD_BACK: usize = 2_500;

/// How much of a text is offered as a title.
const TITLE_TOLD_BACK: usize = 100;

/// What something typed is about.
pub enum Meant {
    /// This incident.
    This(Box<Incident>),
    /// Nobody knows: this asks the person, and their answer comes as a form of its own.
    Asked(Reply),
}

/// Gives the incident that something typed is about: that of its channel, or the one that was chosen. Where
/// neither is, asks which one; once that is chosen, what was typed is done for it.
///
/// # Errors
/// When there is no incident to choose, or the store cannot be read.
pub async fn meant(bot: &Bot, typed: &Typed) -> Result<Meant> {
    let viewer = typed.viewer();
    if let Some(choice) = &typed.chosen {
        let incident = bot.store.incident(viewer, choice.incident).await?;
        return Ok(Meant::This(Box::new(incident)));
    }
    let here = bot
        .store
        .incident_of_channel(viewer.clone(), typed.channel.clone())
        .await?;
    if let Some(incident) = here {
        return Ok(Meant::This(Box::new(incident)));
    }
    if is_nothing_to_choose(bot, viewer).await? {
        let none = nothing_open(bot);
        return Err(Error::Refused(match with_more(bot, typed) {
            Some(said) => format!(
                "{none}{} Nothing was done. You typed: {said}",
                or_title(bot, typed)
            ),
            None => none,
        }));
    }
    asks(bot, typed).map(Meant::Asked)
}

/// Opens the form that asks which incident is meant.
fn asks(bot: &Bot, typed: &Typed) -> Result<Reply> {
    let carried = Carried {
        typed_at: Some(bot.clock.now().epoch_millis()),
        channel: Some(typed.channel.clone()),
        response_url: typed.response_url.clone(),
        typed: Some(typed.text.clone()),
        ..Carried::default()
    };
    let question = Question::of(&slash::read(&typed.text)).ok_or(Error::NotFound("command"))?;
    if Carried::read(&carried.to_metadata()).typed != carried.typed {
        let typed = cut(&as_typed(&typed.text), TOLD_BACK);
        return Err(Error::Refused(format!(
            "This is no incident's channel, and what you typed is too long to be kept while you choose an \
             incident. Nothing was done: type it in the channel of the one that you mean. You typed: {} {typed}",
            bot.settings.command
        )));
    }
    let said = format!("{} {}", bot.settings.command, as_typed(&typed.text));
    let title = with_more(bot, typed).map(|_| or_title(bot, typed));
    let remark = format!("You typed: {said}{}", title.unwrap_or_default());
    let again = format!("Type it again: {}", cut(&said, TOLD_BACK));
    let form = question.form(&remark, &carried);
    Ok(open_typed(bot, typed.clone(), form, again))
}

/// Chosen which incident: does for it what was typed.
///
/// # Errors
/// When none was chosen, and as what was typed.
pub async fn chosen(bot: &Bot, form: &Submission) -> Result<Reply> {
    let incident = which_incident::read(&form.answers)?;
    let Carried {
        channel,
        response_url,
        typed,
        typed_at,
        ..
    } = form.carried.clone();
    let now = bot.clock.now();
    let typed = Typed {
        text: typed.ok_or(Error::NotFound("command"))?,
        person: form.person.clone(),
        channel: channel.unwrap_or_else(|| "".into()),
        trigger: String::new(),
        response_url: response_url.clone(),
        chosen: Some(Choice {
            incident,
            view: form.view.clone(),
            typed_at: typed_at.map_or(now, Moment::from_epoch_millis),
        }),
    };
    match listener::typed(bot, typed).await? {
        Reply::Ephemeral(message) => {
            let person = form.person.clone();
            Ok(stored_only::shown(bot, message, |message| {
                tell_person(bot, response_url, person, message);
            }))
        }
        reply => Ok(reply),
    }
}

/// Asked for options: gives the incidents that the person may see and that fit what was typed so far, the
/// open ones first, the worst of them at the top. One that has been over for long can be chosen by its number:
/// so it can be reopened.
///
/// # Errors
/// When the store cannot be read.
pub async fn suggested(bot: &Bot, payload: &Value) -> Result<Value> {
    let words = which_incident::query(payload).to_owned();
    let viewer = Clicked::read(payload).viewer();
    let named = words.parse::<IncidentId>().ok();
    let found = bot.store.search(viewer.clone(), words, OPTIONS).await?;
    let over = match named.filter(|id| found.iter().all(|incident| incident.id != *id)) {
        Some(id) => match bot.store.incident(viewer, id).await {
            Ok(incident) => Some((incident.id, incident.severity, incident.title)),
            Err(Error::NotFound(_)) => None,
            Err(error) => return Err(error),
        },
        None => None,
    };
    let found = found
        .into_iter()
        .map(|incident| (incident.id, incident.severity, offered(&incident)));
    Ok(which_incident::options(over.into_iter().chain(found)))
}

/// Gives the title under which an incident is offered: of one that is over it says so.
fn offered(incident: &Summary) -> String {
    let title = incident.shown_title();
    if incident.status.is_open() {
        title
    } else {
        format!("{} · {title}", incident.status.shown())
    }
}

/// Says whether there is no incident that somebody could choose, be it over or not.
///
/// # Errors
/// When the store cannot be read.
pub async fn is_nothing_to_choose(bot: &Bot, viewer: Viewer) -> Result<bool> {
    let found = bot.store.search(viewer, String::new(), 1).await?;
    Ok(found.is_empty())
}

/// Gives what is said when there is nothing to choose from.
pub fn none_open(bot: &Bot) -> Error {
    Error::Refused(nothing_open(bot))
}

fn nothing_open(bot: &Bot) -> String {
    let command = &bot.settings.command;
    format!("No incident is open. {command} incident declares one.")
}

/// Gives what was typed, if it is more than the words of a command.
fn with_more(bot: &Bot, typed: &Typed) -> Option<String> {
    let (word, rest) = split(&typed.text);
    let more = if is_incident(word) {
        split(rest).1
    } else {
        rest
    };
    let said = || as_typed(&typed.text);
    (!more.is_empty()).then(|| format!("{} {}", bot.settings.command, cut(&said(), TOLD_BACK)))
}

fn is_incident(word: &str) -> bool {
    declare::WORDS.contains(&word.to_lowercase().as_str())
}

/// Gives how to say that what was typed is the title of a new incident; nothing if it cannot be one.
pub fn or_title(bot: &Bot, typed: &Typed) -> String {
    let (word, rest) = split(&typed.text);
    if !is_incident(word) || rest.is_empty() {
        return String::new();
    }
    format!(
        " If it is the title of a new incident, type {} {word} \"{}\".",
        bot.settings.command,
        cut(&as_typed(rest), TITLE_TOLD_BACK)
    )
}
