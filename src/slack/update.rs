//! `/datadog incident update`: the form, filled in with how things stand, and what it changes.

use muster_commands::form::{Carried, FieldErrors, Submission, asked_in, carrying};
use muster_commands::impact_end::{IMPACT_END, StatusChosen};
use muster_commands::update::{self, Standing};
use muster_commands::{IncidentId, PersonId, Scale, Status};
use slack_morphism::prelude::SlackModalView;

use super::asked::{Clicked, Typed, sender, sent_in, tell_person};
use super::at_once::impact_ended;
use super::cards;
use super::listener::Reply;
use super::meet::meet;
use super::open_form::{Opening, open, open_typed};
use super::stored_only;
use super::strangers::Named;
use super::wall_clock::wall_clock;
use super::which_incident::{Meant, meant};
use super::words::plain;
use crate::bot::Bot;
use crate::domain::{By, ENDS_BEFORE, Incident, Moment, Viewer, WallClock};
use crate::error::{Error, Result};
use crate::store::Key;

/// Typed: opens the form of the incident that is meant.
///
/// # Errors
/// When there is no incident to choose, or the store cannot be read.
pub async fn typed(bot: &Bot, typed: Typed) -> Result<Reply> {
    let incident = match meant(bot, &typed).await? {
        Meant::This(incident) => incident,
        Meant::Asked(reply) => return Ok(reply),
    };
    let asker = (&typed.person, typed.response_url.clone());
    let form = filled_in(bot, &incident, asker, update::form).await?;
    let again = format!("Type it again: {} incident update", bot.settings.command);
    Ok(open_typed(bot, typed, form, again))
}

/// Pressed **Resolve Incident** while an impact goes on: opens the form that asks when it ended.
///
/// # Errors
/// When the store cannot be read.
pub async fn resolves(bot: &Bot, incident: &Incident, typed: Typed) -> Result<Reply> {
    let asker = (&typed.person, typed.response_url.clone());
    let form = filled_in(bot, incident, asker, update::resolve_form).await?;
    Ok(open_typed(
        bot,
        typed,
        form,
        "Press “Resolve Incident” again.".to_owned(),
    ))
}

/// Pressed below a reminder: opens the form of its incident.
///
/// # Errors
/// When the incident is not for this person, or the store cannot be read.
pub async fn pressed(bot: &Bot, viewer: Viewer, id: IncidentId, clicked: Clicked) -> Result<()> {
    let here = viewer.channel().cloned();
    let incident = bot.store.incident(viewer, id).await?;
    let asker = (&clicked.person, clicked.response_url.clone());
    let form = filled_in(bot, &incident, asker, update::form).await?;
    let opening = Opening {
        for_whom: None,
        form: asked_in(form, here.as_ref()),
        trigger: clicked.trigger,
        response_url: clicked.response_url,
        again: format!("Type {} incident update.", bot.settings.command),
    };
    open(bot, opening);
    Ok(())
}

/// Chosen a status in a form that is still open: while an impact goes on, the form asks when it ended as long
/// as the incident would be over. Without that it ends when the form is sent.
///
/// # Errors
/// When the store cannot be read.
pub async fn status_chosen(bot: &Bot, chosen: StatusChosen) -> Result<()> {
    let viewer = Viewer::Person {
        person: chosen.person.clone(),
        channel: chosen.channel.clone(),
    };
    let incident = bot.store.incident(viewer, chosen.incident).await?;
    let clock = wall_clock(bot, &chosen.person).await?;
    let open = incident.open_impact();
    let since = open.map(|impact| clock.shown(impact.started_at));
    if let Some(form) = chosen.asking(since.as_deref()) {
        let slack = bot.slack.clone();
        bot.tasks.spawn(async move {
            if let Err(trouble) = slack.update_form(&chosen.view, &chosen.hash, &form).await {
                tracing::info!("A form could not be shown anew: {trouble}");
            }
        });
    }
    Ok(())
}

/// Submitted: stores what the person changed, and nothing else. The outbox tells the others.
///
/// # Errors
/// What is wrong with a field, or that it could not be stored.
pub async fn submitted(bot: &Bot, form: &Submission) -> Result<Reply> {
    let request = update::read(&form.form, &form.answers)?;
    let by = By::new(form.person.clone(), bot.clock.now());
    let leads = request.commander.as_ref();
    let commander = leads.map(|person| {
        let leads = (update::COMMANDER, person);
        Named::new(bot, leads, (&by, &sent_in(form)))
    });
    let id: IncidentId = form.incident().ok_or(Error::NotFound("incident"))?;
    let impact_end = impact_end(bot, form, id, request.impact_end.as_deref()).await?;
    let was_asked = request.impact_end.is_some();
    let done = bot
        .store
        .change_comparing(
            sender(form),
            id,
            Key::view(&form.view),
            move |incident, facts| {
                let stranger = match commander {
                    Some(commander) => commander.stranger(facts)?,
                    None => None,
                };
                let change = incident.update_and_end(request, impact_end, &by)?;
                Ok(change.asking_after(stranger))
            },
        )
        .await?;
    if done
        .before
        .as_ref()
        .is_some_and(|before| before.commander != done.now.commander)
    {
        meet(bot, done.now.commander.clone());
    }
    if let Some(ended) = impact_ended(bot, &done).filter(|_| !was_asked) {
        let resolved = plain(format!("{id} is {}.", done.now.status.shown()));
        let address = form.carried.response_url.clone();
        let message = cards::line(vec![resolved, ended]);
        tell_person(bot, address, form.person.clone(), message);
    }
    Ok(stored_only::answer(bot, "Changes stored", || {
        format!(
            "What you changed of {id} is stored. Slack does not answer us right now: its channel \
             and its announcement say so as soon as Slack does. There is nothing more to do here."
        )
    }))
}

/// Reads when the impact ended, where the form asks for it.
async fn impact_end(
    bot: &Bot,
    form: &Submission,
    id: IncidentId,
    said: Option<&str>,
) -> Result<Option<Moment>> {
    let Some(said) = said.filter(|said| !said.is_empty()) else {
        return Ok(None);
    };
    let wrong = |why: String| Error::Form(FieldErrors::one(IMPACT_END, why));
    let clock = wall_clock(bot, &form.person).await?;
    let at = clock.happened(said).map_err(|why| wrong(why.to_string()))?;
    match bot.store.incident(sender(form), id).await?.open_impact() {
        Some(open) if at < open.started_at => Err(wrong(ENDS_BEFORE.to_owned())),
        Some(_) => Ok(Some(at)),
        // Somebody ended it meanwhile.
        None => Ok(None),
    }
}

/// A form that shows how an incident stands, with what the team chooses from.
type Form = fn(&Standing, &Scale, &[Status]) -> SlackModalView;

/// Gives a form as the incident stands, and times as the person's clock shows them; it carries where they can
/// be answered.
async fn filled_in(
    bot: &Bot,
    incident: &Incident,
    (person, response_url): (&PersonId, Option<String>),
    form: Form,
) -> Result<SlackModalView> {
    let settings = bot.store.settings().await?;
    let clock = wall_clock(bot, person).await?;
    let standing = standing(incident, &clock);
    let form = form(&standing, &settings.scale(), &settings.statuses());
    let carried = Carried {
        response_url,
        ..Carried::incident(incident.id)
    };
    Ok(carrying(form, &carried))
}

fn standing(incident: &Incident, clock: &WallClock) -> Standing {
    Standing {
        impact_since: incident
            .open_impact()
            .map(|impact| clock.shown(impact.started_at)),
        incident: incident.id,
        title: incident.title.clone(),
        severity: incident.severity,
        status: incident.status,
        detection_method: incident.detection_method,
        summary: incident.summary.clone(),
        root_cause: incident.root_cause.clone(),
        commander: incident.commander.clone(),
    }
}
