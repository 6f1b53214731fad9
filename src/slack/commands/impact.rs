//! `/datadog incident impact`: adds, ends and edits periods of customer impact.

use std::fmt::Display;

use muster_commands::impact::{self, ImpactArgs, ImpactCommand, ImpactDefaults};
use muster_commands::modal::block_kit_limits::truncate;
use muster_commands::modal::{FieldErrors, ViewSubmission};
use muster_commands::{IncidentId, impact::ENDED, impact::STARTED};

use crate::app::App;
use crate::domain::{
    Actor, AddImpact, ENDS_BEFORE_START, EditImpact, Incident, Timestamp, UserClock,
};
use crate::error::{Error, Result};
use crate::slack::blocks::announcement;
use crate::slack::commands::incident_picker::{IncidentChoice, incident_for_command};
use crate::slack::dispatch::Reply;
use crate::slack::offline_reply;
use crate::slack::open_modal::open_modal_for_command;
use crate::slack::request_context::{SlashCommand, submission_viewer};
use crate::slack::text::activity::{RichText, Span, text};
use crate::slack::users::user_timezone::{command_clock, user_clock, utc_notice};
use crate::store::IdempotencyKey;

/// Maximum length of the user's text in an error message.
const ECHO_LIMIT: usize = 2_500;

/// Adds or ends an impact at once, or opens the modal.
pub async fn handle(app: &App, typed: SlashCommand, asked: ImpactCommand) -> Result<Reply> {
    let clock = command_clock(app, &typed).await?;
    // Rejects an invalid time before the user is asked to select an incident.
    let said = match &asked {
        ImpactCommand::OpenModal | ImpactCommand::Edit { .. } => None,
        ImpactCommand::Add { text } => {
            clock
                .split_leading_time(text)
                .map_err(|why| not_added_error(&why, text))?
                .0
        }
        ImpactCommand::End { ended: said } => parse_impact_end(&clock, said)?,
    };
    let incident = match incident_for_command(app, &typed).await? {
        IncidentChoice::Known(incident) => incident,
        IncidentChoice::Prompt(reply) => return Ok(reply),
    };
    match asked {
        ImpactCommand::OpenModal => Ok(open_impact_modal(
            app,
            typed,
            &ImpactDefaults::new(incident.id),
        )),
        ImpactCommand::Edit { number } => {
            let standing = impact_defaults(&incident, number, &clock)?;
            Ok(open_impact_modal(app, typed, &standing))
        }
        ImpactCommand::Add { text } => {
            let (_, description) = clock
                .split_leading_time(&text)
                .map_err(|why| not_added_error(&why, &text))?;
            add_impact(app, typed, incident.id, (said, description.to_owned())).await
        }
        ImpactCommand::End { .. } => end_impact(app, typed, incident.id, said).await,
    }
}

/// Adds the impact of a submission.
pub async fn submit(app: &App, form: &ViewSubmission) -> Result<Reply> {
    let edit = read_impact_edit(app, form, impact::read(&form.view_state)).await?;
    let by = Actor::new(form.user.clone(), app.clock.now());
    let new = AddImpact {
        description: edit.description.unwrap_or_default(),
        started_at: edit.started_at.unwrap_or(by.at),
        ended_at: edit.ended_at.flatten(),
    };
    if new
        .ended_at
        .is_some_and(|ended_at| ended_at < new.started_at)
    {
        return Err(field_error(ENDED, ENDS_BEFORE_START));
    }
    let id = form.incident().ok_or(Error::NotFound("incident"))?;
    let change = app.store.change(
        submission_viewer(form),
        id,
        IdempotencyKey::view(&form.view_id),
        move |incident| incident.add_impact(new, &by),
    );
    // The only remaining rejection is a missing end.
    change
        .await
        .map_err(|error| rejection_as_field_error(error, ENDED))?;
    Ok(stored_reply(app, id))
}

/// Applies a submission that edits an impact.
pub async fn submit_edit(app: &App, form: &ViewSubmission) -> Result<Reply> {
    let edit = read_impact_edit(app, form, impact::read_changes(&form.view_state)).await?;
    let by = Actor::new(form.user.clone(), app.clock.now());
    let id = form.incident().ok_or(Error::NotFound("incident"))?;
    let number = form
        .private_metadata
        .number
        .ok_or(Error::NotFound("impact"))?;
    let change = app.store.change(
        submission_viewer(form),
        id,
        IdempotencyKey::view(&form.view_id),
        move |incident| incident.edit_impact(number, edit, &by),
    );
    change
        .await
        .map_err(|error| rejection_as_field_error(error, ENDED))?;
    Ok(stored_reply(app, id))
}

/// Returns the current values of an impact for the modal.
pub fn impact_defaults(
    incident: &Incident,
    number: Option<i64>,
    clock: &UserClock,
) -> Result<ImpactDefaults> {
    let found = match number {
        Some(number) => incident.impact(number),
        None => incident.open_impact().or(incident.impacts.last()),
    };
    let Some(impact) = found else {
        let which = number.map(|number| format!(" {number}"));
        return Err(Error::Rejected(format!(
            "{} has no impact{}.",
            incident.id,
            which.unwrap_or_default()
        )));
    };
    Ok(ImpactDefaults {
        incident: incident.id,
        number: Some(impact.number),
        started: clock.format(impact.started_at),
        ended: impact
            .ended_at
            .map(|at| clock.format(at))
            .unwrap_or_default(),
        description: impact.description.clone(),
    })
}

fn open_impact_modal(app: &App, typed: SlashCommand, standing: &ImpactDefaults) -> Reply {
    let again = format!(
        "Type it again: {} incident {}",
        app.config.command,
        typed.text_after_incident()
    );
    open_modal_for_command(app, typed, impact::modal(standing), again)
}

async fn add_impact(
    app: &App,
    typed: SlashCommand,
    id: IncidentId,
    (said, description): (Option<Timestamp>, String),
) -> Result<Reply> {
    let (viewer, key) = (typed.viewer(), typed.idempotency_key());
    let clock = user_clock(app, &typed.user).await?;
    let by = Actor::new(typed.user, app.clock.now());
    let started_at = said.unwrap_or(by.at);
    let new = AddImpact {
        description,
        started_at,
        ended_at: None,
    };
    app.store
        .change(viewer, id, key, move |incident| {
            incident.add_impact(new, &by)
        })
        .await?;
    let clock = said.map(|_| &clock);
    Ok(impact_reply(
        format!("The impact is on {id}, since "),
        started_at,
        clock,
    ))
}

async fn end_impact(
    app: &App,
    typed: SlashCommand,
    id: IncidentId,
    said: Option<Timestamp>,
) -> Result<Reply> {
    let (viewer, key) = (typed.viewer(), typed.idempotency_key());
    let clock = user_clock(app, &typed.user).await?;
    let by = Actor::new(typed.user, app.clock.now());
    let at = said.unwrap_or(by.at);
    app.store
        .change(viewer, id, key, move |incident| {
            incident.end_impact(at, &by)
        })
        .await?;
    let clock = said.map(|_| &clock);
    Ok(impact_reply(
        format!("The impact of {id} ended "),
        at,
        clock,
    ))
}

/// Parses the end of an impact; `None` means now.
fn parse_impact_end(clock: &UserClock, said: &str) -> Result<Option<Timestamp>> {
    if said.is_empty() {
        return Ok(None);
    }
    let read = clock.parse_past(said);
    read.map(Some)
        .map_err(|why| Error::Rejected(format!("{why} The impact goes on.")))
}

fn not_added_error(why: &impl Display, text: &str) -> Error {
    let typed = truncate(text, ECHO_LIMIT);
    Error::Rejected(format!("{why} Nothing was added. You typed: {typed}"))
}

/// Returns a reply with the parsed time, and a notice if it was read in UTC.
fn impact_reply(what: String, at: Timestamp, clock: Option<&UserClock>) -> Reply {
    let zone = clock.map(utc_notice).unwrap_or_default();
    let sentence: RichText = vec![text(what), Span::Time(at), text(format!(".{zone}"))];
    Reply::Ephemeral(announcement::text_message(sentence))
}

/// Parses the times of a submission.
async fn read_impact_edit(
    app: &App,
    form: &ViewSubmission,
    said: ImpactArgs,
) -> Result<EditImpact> {
    let clock = user_clock(app, &form.user).await?;
    let mut errors = FieldErrors::default();
    let mut read = |field: &str, said: Option<&str>| {
        let read = said.map(|said| clock.parse_past(said));
        read.and_then(|read| read.map_err(|why| errors.add(field, why.to_string())).ok())
    };
    let started_at = read(STARTED, said.started.as_deref());
    let ended_at = match said.ended.as_deref() {
        Some("") => Some(None),
        said => read(ENDED, said).map(Some),
    };
    let edit = EditImpact {
        started_at,
        ended_at,
        description: said.description,
    };
    Ok(errors.into_result(edit)?)
}

fn field_error(field: &str, why: &str) -> Error {
    Error::InvalidForm(FieldErrors::one(field, why))
}

/// Converts a rejection into an error of a field.
fn rejection_as_field_error(error: Error, field: &str) -> Error {
    match error {
        Error::Rejected(why) => field_error(field, &why),
        other => other,
    }
}

fn stored_reply(app: &App, id: IncidentId) -> Reply {
    offline_reply::reply_to_modal(app, "Impact stored", || {
        format!(
            "The impact of {id} is stored. Slack does not answer us right now: its channel and its \
             announcement say so as soon as Slack does. There is nothing more to do here."
        )
    })
}
