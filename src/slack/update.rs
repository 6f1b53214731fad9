//! `/datadog incident update`: the form, filled in with how things stand, and what it changes.

use muster_commands::form::{FieldErrors, Submission};
use muster_commands::update::{self, Standing};
use muster_commands::which_incident;
use muster_commands::{IncidentId, PersonId};
use serde_json::json;
use slack_morphism::prelude::{SlackModalView, SlackView};

use super::asked::Typed;
use super::listener::Reply;
use super::mentioned::fits_field;
use super::open_form::{Opening, open_typed};
use super::stored_only;
use super::wall_clock::wall_clock;
use super::which_incident::none_open;
use crate::bot::Bot;
use crate::domain::{By, ENDS_BEFORE, Incident, Moment, Viewer, WallClock};
use crate::error::{Error, Result};
use crate::store::Key;

/// Typed: opens the form of this channel's incident, or asks which incident is meant.
///
/// # Errors
/// When no incident is open, or the store cannot be read.
pub async fn typed(bot: &Bot, typed: Typed) -> Result<Reply> {
    let viewer = typed.viewer();
    let incident = bot
        .store
        .incident_of_channel(viewer.clone(), typed.channel)
        .await?;
    let form = match &incident {
        Some(incident) => filled_in(bot, incident, &typed.person).await?,
        None if bot.store.open_incidents(viewer, 1).await?.1 == 0 => return Err(none_open(bot)),
        None => which_incident::form_to_update(),
    };
    Ok(open_typed(
        bot,
        Opening {
            trigger: typed.trigger,
            form,
            response_url: typed.response_url,
            again: format!("Type it again: {} incident update", bot.settings.command),
        },
    ))
}

/// Chosen which incident: shows its form in place of the question.
///
/// # Errors
/// When none was chosen, or the store cannot be read.
pub async fn chosen(bot: &Bot, form: &Submission) -> Result<Reply> {
    let id = which_incident::read(&form.answers)?;
    let incident = bot.store.incident(Viewer::person(&form.person), id).await?;
    let view = SlackView::Modal(filled_in(bot, &incident, &form.person).await?);
    Ok(Reply::Body(
        json!({ "response_action": "update", "view": view }),
    ))
}

/// Submitted: stores what the person changed, and nothing else. The outbox tells the others.
///
/// # Errors
/// What is wrong with a field, or that it could not be stored.
pub async fn submitted(bot: &Bot, form: &Submission) -> Result<Reply> {
    let request = update::read(&form.answers)?;
    if let Some(commander) = &request.commander {
        let guests = bot.store.settings().await?.guests();
        fits_field(bot, update::COMMANDER, commander, guests).await?;
    }
    let by = By::new(form.person.clone(), bot.clock.now());
    let id: IncidentId = form.incident().ok_or(Error::NotFound("incident"))?;
    let impact_end = impact_end(bot, form, id, request.impact_end.as_deref()).await?;
    bot.store
        .change(
            Viewer::person(&form.person),
            id,
            Key::view(&form.view),
            move |incident| incident.update_and_end(request, impact_end, &by),
        )
        .await?;
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
    let wrong = |why: String| Error::Form(FieldErrors::one(update::IMPACT_END, why));
    let clock = wall_clock(bot, &form.person).await?;
    let at = clock.happened(said).map_err(|why| wrong(why.to_string()))?;
    let viewer = Viewer::person(&form.person);
    match bot.store.incident(viewer, id).await?.open_impact() {
        Some(open) if at < open.started_at => Err(wrong(ENDS_BEFORE.to_owned())),
        Some(_) => Ok(Some(at)),
        // Somebody ended it meanwhile.
        None => Ok(None),
    }
}

/// Gives the form as the incident stands, with what the team chooses from, and times as the person's clock
/// shows them.
async fn filled_in(bot: &Bot, incident: &Incident, person: &PersonId) -> Result<SlackModalView> {
    let settings = bot.store.settings().await?;
    let clock = wall_clock(bot, person).await?;
    let standing = standing(incident, &clock);
    Ok(update::form(
        &standing,
        &settings.scale(),
        &settings.statuses(),
    ))
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
