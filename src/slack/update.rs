//! `/datadog incident update`: the form, filled in with how things stand, and what it changes.

use muster_commands::form::{FieldErrors, Submission};
use muster_commands::update::{self, Standing};
use muster_commands::{IncidentId, PersonId};
use slack_morphism::prelude::SlackModalView;

use super::asked::{Clicked, Typed};
use super::listener::Reply;
use super::mentioned::fits_field;
use super::open_form::{Opening, open, open_typed};
use super::stored_only;
use super::wall_clock::wall_clock;
use super::which_incident::{Meant, meant};
use crate::bot::Bot;
use crate::domain::{By, ENDS_BEFORE, Incident, Moment, Viewer, WallClock};
use crate::error::{Error, Result};
use crate::store::Key;

/// Typed: opens the form of the incident that is meant.
///
/// # Errors
/// When no incident is open, or the store cannot be read.
pub async fn typed(bot: &Bot, typed: Typed) -> Result<Reply> {
    let incident = match meant(bot, &typed).await? {
        Meant::This(incident) => incident,
        Meant::Asked(reply) => return Ok(reply),
    };
    let form = filled_in(bot, &incident, &typed.person).await?;
    let again = format!("Type it again: {} incident update", bot.settings.command);
    Ok(open_typed(bot, typed, form, again))
}

/// Pressed below a reminder: opens the form of its incident.
///
/// # Errors
/// When the incident is not for this person, or the store cannot be read.
pub async fn pressed(bot: &Bot, viewer: Viewer, id: IncidentId, clicked: Clicked) -> Result<()> {
    let incident = bot.store.incident(viewer, id).await?;
    let opening = Opening {
        trigger: clicked.trigger,
        form: filled_in(bot, &incident, &clicked.person).await?,
        response_url: clicked.response_url,
        again: format!("Type {} incident update.", bot.settings.command),
    };
    open(bot, opening);
    Ok(())
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
