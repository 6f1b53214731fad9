//! `/datadog incident impact`: adds, ends and edits periods of customer impact.

use std::fmt::Display;

use muster_commands::impact::{self, ImpactArgs, ImpactCommand, ImpactDefaults};
use muster_commands::impact::{ENDED, STARTED};
use muster_commands::impact_buttons::ImpactDraft;
use muster_commands::modal::{FieldErrors, PrivateMetadata, ViewSubmission, with_metadata};
use slack_morphism::prelude::SlackModalView;

use crate::domain::text::{Span, text, truncate};
use crate::domain::{
    AddImpact, ENDS_BEFORE_START, EditImpact, Incident, IncidentId, Timestamp, UserClock,
};
use crate::error::{Error, Result};
use crate::slack::blocks::lists::impact_list::{removal_list, start_distance, start_question};
use crate::slack::buttons::impact::{remove_impact, removed_text};
use crate::slack::commands::timeline::updated_first_page;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::user_timezone::{user_clock, utc_notice};

/// Maximum length of the user's text in an error message.
const ECHO_LIMIT: usize = 2_500;

/// Adds or ends an impact at once, or opens the modal.
pub(crate) async fn handle(ctx: &RequestContext, args: ImpactCommand) -> Result<Reply> {
    let clock = user_clock(ctx).await?;
    match args {
        ImpactCommand::OpenModal => {
            let id = ctx.incident().await?.id;
            Ok(open_modal(ctx, &ImpactDefaults::new(id)))
        }
        ImpactCommand::Edit { number } => {
            let incident = ctx.incident().await?;
            let defaults = impact_defaults(&incident, number, &clock)?;
            Ok(open_modal(ctx, &defaults))
        }
        ImpactCommand::Remove { number } => remove(ctx, number).await,
        ImpactCommand::Add { text } => add_impact(ctx, &clock, &text).await,
        ImpactCommand::End { ended } => end_impact(ctx, &clock, &ended).await,
    }
}

/// Adds the impact of a submission.
pub(crate) async fn submit(ctx: &RequestContext, form: &ViewSubmission) -> Result<Reply> {
    let edit = parse_times(ctx, impact::read(&form.view_state)).await?;
    let request = AddImpact {
        description: edit.description.unwrap_or_default(),
        started_at: edit.started_at.unwrap_or(ctx.actor.at),
        ended_at: edit.ended_at.flatten(),
    };
    if request
        .ended_at
        .is_some_and(|ended_at| ended_at < request.started_at)
    {
        return Err(field_error(ENDED, ENDS_BEFORE_START));
    }
    let id = ctx.incident_id()?;
    if let Some(question) = start_to_confirm(ctx, id, request.started_at, form).await? {
        let args = impact::read(&form.view_state);
        let defaults = ImpactDefaults {
            started: args.started.unwrap_or_default(),
            ended: args.ended.unwrap_or_default(),
            description: args.description.unwrap_or_default(),
            question: Some(question),
            ..ImpactDefaults::new(id)
        };
        return Ok(modal_again(form, &defaults));
    }
    // The only remaining rejection is a missing end.
    ctx.change(id, move |incident, actor| {
        incident.add_impact(request, actor)
    })
    .await
    .map_err(|error| rejection_as_field_error(error, ENDED))?;
    Ok(saved_reply(id))
}

/// Applies a submission that edits an impact.
pub(crate) async fn submit_edit(ctx: &RequestContext, form: &ViewSubmission) -> Result<Reply> {
    let edit = parse_times(ctx, impact::read_changes(&form.view_state)).await?;
    let id = ctx.incident_id()?;
    let number = form.private_metadata.number;
    let number = number.ok_or(Error::NotFound("impact"))?;
    if let Some(started_at) = edit.started_at
        && let Some(question) = start_to_confirm(ctx, id, started_at, form).await?
    {
        let incident = ctx.store().incident(ctx.viewer.clone(), id).await?;
        // Slack keeps what the user typed, because the fields stay the same.
        let defaults = ImpactDefaults {
            question: Some(question),
            ..impact_defaults(&incident, Some(number), &user_clock(ctx).await?)?
        };
        return Ok(modal_again(form, &defaults));
    }
    ctx.change(id, move |incident, actor| {
        incident.edit_impact(number, edit, actor)
    })
    .await
    .map_err(|error| rejection_as_field_error(error, ENDED))?;
    let list = updated_first_page(ctx, form.private_metadata.list.as_deref()).await?;
    Ok(ctx.saved_in_list(list, saved_reply(id)))
}

/// Returns what to ask about the start of an impact; `None` if it is not doubtful or was confirmed.
async fn start_to_confirm(
    ctx: &RequestContext,
    id: IncidentId,
    started_at: Timestamp,
    form: &ViewSubmission,
) -> Result<Option<String>> {
    if impact::is_start_confirmed(&form.view_state) {
        return Ok(None);
    }
    let incident = ctx.store().incident(ctx.viewer.clone(), id).await?;
    let distance = start_distance(&incident, started_at);
    Ok(incident
        .is_start_doubtful(started_at)
        .then(|| format!("That’s {distance}")))
}

/// Returns the modal with a question about the start.
fn modal_again(form: &ViewSubmission, defaults: &ImpactDefaults) -> Reply {
    let view = with_metadata(impact::modal(defaults), &form.private_metadata);
    Reply::View(Box::new(view))
}

/// Removes the impact with this number, or the only one. With several, asks which.
async fn remove(ctx: &RequestContext, number: Option<i64>) -> Result<Reply> {
    let incident = ctx.incident().await?;
    let number = match (number, incident.impacts.as_slice()) {
        (Some(number), _) => number,
        (None, [only]) => only.number,
        (None, []) => {
            return Err(Error::Rejected(format!(
                "{} has no customer impact. To remove an impact: {} incident impact remove 1, or Remove in {1} \
                 incident timeline.",
                incident.id,
                ctx.slash_command()
            )));
        }
        (None, _) => return Ok(Reply::Ephemeral(removal_list(&incident))),
    };
    remove_impact(ctx, incident.id, number).await?;
    Ok(Reply::text(removed_text(incident.id, number)))
}

/// Returns the current values of an impact for the modal.
pub(crate) fn impact_defaults(
    incident: &Incident,
    number: Option<i64>,
    clock: &UserClock,
) -> Result<ImpactDefaults> {
    let impact = match number {
        Some(number) => incident.impact(number),
        None => incident.open_impact().or(incident.impacts.last()),
    };
    let Some(impact) = impact else {
        let number = number.map(|number| format!(" {number}"));
        return Err(Error::Rejected(format!(
            "{} has no impact{}.",
            incident.id,
            number.unwrap_or_default()
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
        question: None,
    })
}

/// Returns the modal of an impact.
pub(crate) fn impact_modal(ctx: &RequestContext, defaults: &ImpactDefaults) -> SlackModalView {
    let metadata = PrivateMetadata {
        number: defaults.number,
        ..ctx.metadata(defaults.incident)
    };
    with_metadata(impact::modal(defaults), &metadata)
}

fn open_modal(ctx: &RequestContext, defaults: &ImpactDefaults) -> Reply {
    let text = ctx.command_text().trim();
    let after_incident = text
        .split_once(char::is_whitespace)
        .map_or("", |(_, rest)| rest.trim());
    let hint = ctx.retry_hint(&format!("incident {after_incident}"));
    Reply::modal(impact_modal(ctx, defaults), hint)
}

/// Adds an impact. An invalid time is rejected before the user is asked to select an incident.
async fn add_impact(ctx: &RequestContext, clock: &UserClock, args: &str) -> Result<Reply> {
    let (started_at, description) = clock
        .split_leading_time(args)
        .map_err(|error| not_added_error(&error, args))?;
    let incident = ctx.incident().await?;
    let id = incident.id;
    let request = AddImpact {
        description: description.to_owned(),
        started_at: started_at.unwrap_or(ctx.actor.at),
        ended_at: None,
    };
    let at = request.started_at;
    if incident.is_start_doubtful(at) {
        let draft = ImpactDraft {
            incident: id,
            started_at: at.epoch_millis(),
            description: request.description,
        };
        let distance = start_distance(&incident, at);
        let buttons = draft
            .buttons()
            .ok_or_else(|| not_added_error(&format!("That’s {distance}."), args))?;
        return Ok(Reply::Ephemeral(start_question(&incident, at, buttons)));
    }
    let incident = ctx
        .change(id, move |incident, actor| {
            incident.add_impact(request, actor)
        })
        .await?;
    let zone = started_at.map(|_| utc_notice(clock)).unwrap_or_default();
    let sentence = format!("Added customer impact to {id}, starting ");
    Ok(impact_reply(
        ctx,
        &incident,
        [text(sentence), Span::Time(at), text(format!(".{zone}"))],
    ))
}

/// Ends the impact, now or at the time in the arguments. An invalid time is rejected before the user is
/// asked to select an incident.
async fn end_impact(ctx: &RequestContext, clock: &UserClock, args: &str) -> Result<Reply> {
    let ended_at = match args {
        "" => None,
        args => {
            let ended_at = clock.parse_past(args);
            Some(ended_at.map_err(|error| {
                Error::Rejected(format!("{error} The impact is still ongoing."))
            })?)
        }
    };
    let id = ctx.incident().await?.id;
    let at = ended_at.unwrap_or(ctx.actor.at);
    let incident = ctx
        .change(id, move |incident, actor| incident.end_impact(at, actor))
        .await?;
    let zone = ended_at.map(|_| utc_notice(clock)).unwrap_or_default();
    let sentence = format!("Customer impact of {id} ended ");
    Ok(impact_reply(
        ctx,
        &incident,
        [text(sentence), Span::Time(at), text(format!(".{zone}"))],
    ))
}

fn not_added_error(error: &impl Display, args: &str) -> Error {
    let text = truncate(args, ECHO_LIMIT);
    Error::Rejected(format!("{error} Nothing was added. You typed: {text}"))
}

/// Returns a reply with the parsed time, and a notice if it was read in UTC. In the incident's own channel, the
/// post shows the time.
fn impact_reply(ctx: &RequestContext, incident: &Incident, reply: [Span; 3]) -> Reply {
    let is_notice_empty = reply[2] == text(".");
    let reply = reply.to_vec();
    let is_posted_here = is_notice_empty && ctx.is_in_channel_of(incident);
    let message = Some(reply.clone()).filter(|_| !is_posted_here);
    Reply::saved_or(message, reply)
}

/// Parses the times of a submission.
async fn parse_times(ctx: &RequestContext, args: ImpactArgs) -> Result<EditImpact> {
    let clock = user_clock(ctx).await?;
    let mut errors = FieldErrors::default();
    let mut parse = |field: &str, text: Option<&str>| {
        let at = text.map(|text| clock.parse_past(text));
        at.and_then(|at| {
            at.map_err(|error| errors.add(field, error.to_string()))
                .ok()
        })
    };
    let started_at = parse(STARTED, args.started.as_deref());
    let ended_at = match args.ended.as_deref() {
        Some("") => Some(None),
        ended => parse(ENDED, ended).map(Some),
    };
    let edit = EditImpact {
        started_at,
        ended_at,
        description: args.description,
    };
    Ok(errors.into_result(edit)?)
}

fn field_error(field: &str, reason: &str) -> Error {
    Error::InvalidForm(FieldErrors::one(field, reason))
}

/// Converts a rejection into an error of a field.
fn rejection_as_field_error(error: Error, field: &str) -> Error {
    match error {
        Error::Rejected(reason) => field_error(field, &reason),
        other => other,
    }
}

fn saved_reply(id: IncidentId) -> Reply {
    Reply::submission_saved(
        "Impact saved",
        &format!("The impact of {id} is saved."),
        "its channel and announcement will be updated when it's back.",
    )
}
