//! `/datadog incident impact`: what hurts customers is added, ended and changed.

use std::fmt::Display;

use muster_commands::form::{FieldErrors, Submission};
use muster_commands::impact::{self, Impact, Said, Standing};
use muster_commands::limits::cut;
use muster_commands::{IncidentId, impact::ENDED, impact::STARTED};

use super::asked::{Typed, sender};
use super::listener::Reply;
use super::open_form::open_typed;
use super::wall_clock::{clock_when_typed, read_in_utc, wall_clock};
use super::which_incident::{Meant, meant};
use super::words::{Piece, Sentence, plain};
use super::{cards, stored_only};
use crate::bot::Bot;
use crate::domain::{By, ENDS_BEFORE, ImpactEdit, Incident, Moment, NewImpact, WallClock};
use crate::error::{Error, Result};
use crate::store::Key;

/// How much of a text is told back to whoever typed it.
const TOLD_BACK: usize = 2_500;

/// Typed: adds or ends an impact at once, or opens the form.
///
/// # Errors
/// What is wrong with a time, that there is no incident to choose, or that it could not be stored.
pub async fn typed(bot: &Bot, typed: Typed, asked: Impact) -> Result<Reply> {
    let clock = clock_when_typed(bot, &typed).await?;
    // A time that cannot be read is refused before anybody chooses an incident for it.
    let said = match &asked {
        Impact::Ask | Impact::Edit { .. } => None,
        Impact::Add { text } => clock.split(text).map_err(|why| refused(&why, text))?.0,
        Impact::End { said } => ended(&clock, said)?,
    };
    let incident = match meant(bot, &typed).await? {
        Meant::This(incident) => incident,
        Meant::Asked(reply) => return Ok(reply),
    };
    match asked {
        Impact::Ask => Ok(opened(bot, typed, &Standing::new(incident.id))),
        Impact::Edit { number } => {
            let standing = standing(&incident, number, &clock)?;
            Ok(opened(bot, typed, &standing))
        }
        Impact::Add { text } => {
            let (_, description) = clock.split(&text).map_err(|why| refused(&why, &text))?;
            add(bot, typed, incident.id, (said, description.to_owned())).await
        }
        Impact::End { .. } => end(bot, typed, incident.id, said).await,
    }
}

/// Submitted: adds the impact.
///
/// # Errors
/// What is wrong with a field, or that it could not be stored.
pub async fn submitted(bot: &Bot, form: &Submission) -> Result<Reply> {
    let edit = times(bot, form, impact::read(&form.answers)).await?;
    let by = By::new(form.person.clone(), bot.clock.now());
    let new = NewImpact {
        description: edit.description.unwrap_or_default(),
        started_at: edit.started_at.unwrap_or(by.at),
        ended_at: edit.ended_at.flatten(),
    };
    if new
        .ended_at
        .is_some_and(|ended_at| ended_at < new.started_at)
    {
        return Err(under(ENDED, ENDS_BEFORE));
    }
    let id = form.incident().ok_or(Error::NotFound("incident"))?;
    let change = bot
        .store
        .change(sender(form), id, Key::view(&form.view), move |incident| {
            incident.add_impact(new, &by)
        });
    // What is refused now is that it has no end.
    change.await.map_err(|error| on_field(error, ENDED))?;
    Ok(stored(bot, id))
}

/// Submitted: changes what the person changed of an impact.
///
/// # Errors
/// What is wrong with a field, or that it could not be stored.
pub async fn edited(bot: &Bot, form: &Submission) -> Result<Reply> {
    let edit = times(bot, form, impact::read_changes(&form.answers)).await?;
    let by = By::new(form.person.clone(), bot.clock.now());
    let id = form.incident().ok_or(Error::NotFound("incident"))?;
    let number = form.carried.number.ok_or(Error::NotFound("impact"))?;
    let change = bot
        .store
        .change(sender(form), id, Key::view(&form.view), move |incident| {
            incident.edit_impact(number, edit, &by)
        });
    change.await.map_err(|error| on_field(error, ENDED))?;
    Ok(stored(bot, id))
}

/// Gives how an impact stands, for the form that changes it.
///
/// # Errors
/// When there is none.
pub fn standing(incident: &Incident, number: Option<i64>, clock: &WallClock) -> Result<Standing> {
    let found = match number {
        Some(number) => incident.impact(number),
        None => incident.open_impact().or(incident.impacts.last()),
    };
    let Some(impact) = found else {
        let which = number.map(|number| format!(" {number}"));
        return Err(Error::Refused(format!(
            "{} has no impact{}.",
            incident.id,
            which.unwrap_or_default()
        )));
    };
    Ok(Standing {
        incident: incident.id,
        number: Some(impact.number),
        started: clock.shown(impact.started_at),
        ended: impact
            .ended_at
            .map(|at| clock.shown(at))
            .unwrap_or_default(),
        description: impact.description.clone(),
    })
}

fn opened(bot: &Bot, typed: Typed, standing: &Standing) -> Reply {
    let again = format!(
        "Type it again: {} incident {}",
        bot.settings.command,
        typed.after_incident()
    );
    open_typed(bot, typed, impact::form(standing), again)
}

async fn add(
    bot: &Bot,
    typed: Typed,
    id: IncidentId,
    (said, description): (Option<Moment>, String),
) -> Result<Reply> {
    let (viewer, key) = (typed.viewer(), typed.key());
    let clock = wall_clock(bot, &typed.person).await?;
    let by = By::new(typed.person, bot.clock.now());
    let started_at = said.unwrap_or(by.at);
    let new = NewImpact {
        description,
        started_at,
        ended_at: None,
    };
    bot.store
        .change(viewer, id, key, move |incident| {
            incident.add_impact(new, &by)
        })
        .await?;
    let clock = said.map(|_| &clock);
    Ok(told(
        format!("The impact is on {id}, since "),
        started_at,
        clock,
    ))
}

async fn end(bot: &Bot, typed: Typed, id: IncidentId, said: Option<Moment>) -> Result<Reply> {
    let (viewer, key) = (typed.viewer(), typed.key());
    let clock = wall_clock(bot, &typed.person).await?;
    let by = By::new(typed.person, bot.clock.now());
    let at = said.unwrap_or(by.at);
    bot.store
        .change(viewer, id, key, move |incident| {
            incident.end_impact(at, &by)
        })
        .await?;
    let clock = said.map(|_| &clock);
    Ok(told(format!("The impact of {id} ended "), at, clock))
}

/// Reads when an impact ended; `None` if it is now.
fn ended(clock: &WallClock, said: &str) -> Result<Option<Moment>> {
    if said.is_empty() {
        return Ok(None);
    }
    let read = clock.happened(said);
    read.map(Some)
        .map_err(|why| Error::Refused(format!("{why} The impact goes on.")))
}

fn refused(why: &impl Display, text: &str) -> Error {
    let typed = cut(text, TOLD_BACK);
    Error::Refused(format!("{why} Nothing was added. You typed: {typed}"))
}

/// Tells the person which time was read; and that it was read in UTC, if `clock` knows no better.
fn told(what: String, at: Moment, clock: Option<&WallClock>) -> Reply {
    let zone = clock.map(read_in_utc).unwrap_or_default();
    let sentence: Sentence = vec![plain(what), Piece::Time(at), plain(format!(".{zone}"))];
    Reply::Ephemeral(cards::line(sentence))
}

/// Reads the times that were said.
async fn times(bot: &Bot, form: &Submission, said: Said) -> Result<ImpactEdit> {
    let clock = wall_clock(bot, &form.person).await?;
    let mut errors = FieldErrors::default();
    let mut read = |field: &str, said: Option<&str>| {
        let read = said.map(|said| clock.happened(said));
        read.and_then(|read| read.map_err(|why| errors.add(field, why.to_string())).ok())
    };
    let started_at = read(STARTED, said.started.as_deref());
    let ended_at = match said.ended.as_deref() {
        Some("") => Some(None),
        said => read(ENDED, said).map(Some),
    };
    let edit = ImpactEdit {
        started_at,
        ended_at,
        description: said.description,
    };
    Ok(errors.or(edit)?)
}

fn under(field: &str, why: &str) -> Error {
    Error::Form(FieldErrors::one(field, why))
}

/// Puts what was refused under the field that it is about.
fn on_field(error: Error, field: &str) -> Error {
    match error {
        Error::Refused(why) => under(field, &why),
        other => other,
    }
}

fn stored(bot: &Bot, id: IncidentId) -> Reply {
    stored_only::answer(bot, "Impact stored", || {
        format!(
            "The impact of {id} is stored. Slack does not answer us right now: its channel and its \
             announcement say so as soon as Slack does. There is nothing more to do here."
        )
    })
}
