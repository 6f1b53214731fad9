//! `/datadog incident [title]`: the form, and the incident that it declares.

use muster_commands::PersonId;
use muster_commands::declare::{self, Draft};
use muster_commands::form::{Carried, Submission, carrying};
use muster_commands::test_incident::{self, Nature};
use slack_morphism::prelude::SlackModalView;

use super::asked::{Typed, sent_in};
use super::carried_message::as_it_is;
use super::listener::Reply;
use super::meet::meet;
use super::mentioned::is_stranger;
use super::open_form::open_typed_for;
use super::stored_only;
use super::strangers::Named;
use crate::bot::Bot;
use crate::domain::{By, Incident, Person, PersonStanding, Place, Settings};
use crate::error::{Error, Result};
use crate::store::Key;

/// Typed: opens the form, with the title if one was typed.
///
/// # Errors
/// When this person may not declare, or the store cannot be read.
pub async fn typed(bot: &Bot, typed: Typed, title: String) -> Result<Reply> {
    opened(bot, typed, (title, Nature::Real)).await
}

/// Opens the form that was asked for by typing.
///
/// # Errors
/// When this person may not declare, or the store cannot be read.
pub async fn opened(bot: &Bot, typed: Typed, (title, nature): (String, Nature)) -> Result<Reply> {
    let test = if nature.is_test() { "test " } else { "" };
    let again = format!(
        "Type it again: {} incident {test}{title}",
        bot.settings.command
    );
    let draft = Draft {
        title,
        commander: typed.person.clone(),
        nature,
    };
    let (form, for_whom) = form_of(bot, draft).await?;
    let carried = Carried {
        channel: Some(typed.channel.clone()),
        response_url: typed.response_url.clone(),
        ..Carried::default()
    };
    let form = (carrying(form, &carried), for_whom);
    Ok(open_typed_for(bot, typed, form, again))
}

/// A form, and who is to be known before it opens; `None` if that does not matter, or they are known.
type ForWhom = (SlackModalView, Option<PersonId>);

/// Gives the form for somebody who wants to declare, with the title if there is one; and that Slack is to be asked
/// who they are before it opens, if we never met them and guests may not declare.
///
/// # Errors
/// When this person may not declare, or the store cannot be read.
pub async fn form(bot: &Bot, person: PersonId, title: String) -> Result<ForWhom> {
    let draft = Draft {
        title,
        commander: person,
        nature: Nature::Real,
    };
    form_of(bot, draft).await
}

async fn form_of(bot: &Bot, draft: Draft) -> Result<ForWhom> {
    let settings = bot.store.settings().await?;
    // Looked at once: they may become known at any moment.
    let is_unknown = matters(&settings) && is_stranger(bot, &draft.commander).await?;
    if !is_unknown {
        may_declare(bot, &settings, &draft.commander).await?;
    }
    let for_whom = is_unknown.then(|| draft.commander.clone());
    Ok((declare::form(&draft, &settings.scale()), for_whom))
}

/// Submitted: stores the incident, and owes it its channel. The outbox tells the others.
///
/// # Errors
/// What is wrong with a field, or that it could not be stored.
pub async fn submitted(bot: &Bot, form: &Submission) -> Result<Reply> {
    let nature = match form.form.as_str() {
        test_incident::FORM => Nature::Test,
        _ => Nature::Real,
    };
    let request = declare::read(&form.answers, &form.person, nature)?;
    let by = By::new(form.person.clone(), bot.clock.now());
    let leads = (declare::COMMANDER, &request.commander);
    let commander = Named::new(bot, leads, (&by, &sent_in(form)));
    let message = match form.carried.message.clone() {
        // Of one that was deleted meanwhile, the title is left.
        Some(carried) => as_it_is(bot, carried).await?,
        None => None,
    };
    let place = Some(Place {
        channel: form.carried.channel.clone(),
        response_url: form.carried.response_url.clone(),
        thread: message
            .as_ref()
            .map(|it| it.thread_ts.clone().unwrap_or(it.ts.clone())),
    });
    let incident = bot
        .store
        .declare(Key::view(&form.view), move |id, facts| {
            let settings = facts.settings()?;
            if matters(&settings) {
                is_let(&settings, facts.person(&by.person)?)?;
            }
            let stranger = commander.stranger(facts)?;
            let declared = match message {
                Some(message) => Incident::declare_from(message, (id, request), &by, place),
                None => Incident::declare(id, request, &by, place),
            };
            Ok(declared?.asking_after(stranger))
        })
        .await?;
    if incident.commander != form.person {
        meet(bot, incident.commander.clone());
    }
    tracing::info!(incident.id = %incident.id, "Declared {}", incident.id);
    Ok(stored_only::answer(bot, "Incident declared", || {
        format!(
            "{} is stored. Slack does not answer us right now: its channel and its announcement \
             come as soon as Slack does. There is nothing more to do here.",
            incident.id
        )
    }))
}

/// Makes sure that this person may declare an incident, as far as we know. Where guests may not, Slack is asked who
/// somebody is whom we never met, beside the answer and before the form opens, and given a moment to say so. If it
/// does not, they may: that an incident is known matters more than who tells of it.
///
/// # Errors
/// One friendly line when they may not, or that the store cannot be read.
pub async fn may_declare(bot: &Bot, settings: &Settings, person: &PersonId) -> Result<()> {
    if !matters(settings) {
        return Ok(());
    }
    let known = bot.store.person(person.clone()).await?;
    is_let(settings, known.map(|(person, _)| person))
}

/// Makes sure that somebody of whom we know this may declare an incident.
fn is_let(settings: &Settings, known: Option<Person>) -> Result<()> {
    if settings.may_declare(known.map(|person| person.standing)) {
        return Ok(());
    }
    Err(Error::Refused(
        "Your team has members declare incidents, and you are here as a guest. Tell a member what you \
         saw: they can declare it in seconds, and bring you into its channel."
            .to_owned(),
    ))
}

/// Says whether it matters who somebody is who wants to declare.
fn matters(settings: &Settings) -> bool {
    !settings.may_declare(Some(PersonStanding::Guest))
}
