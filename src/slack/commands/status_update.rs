//! Status updates: `/datadog incident update <text>`, and the modal that **Post update** and **Update** open.

use muster_commands::modal::ViewSubmission;
use muster_commands::status_update::{self, StatusUpdateDefaults};

use crate::domain::text::text;
use crate::domain::{IncidentId, PostStatusUpdate, ScheduleKind, Status};
use crate::error::{Error, Result};
use crate::slack::commands::note::echo_text;
use crate::slack::offline_reply;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::user_timezone::user_clock;

/// The end of the confirmation while Slack is unreachable.
const POSTED_LATER: &str = "it will be posted when it's back.";

/// Posts the update. The text may end with the time of the next one: `next update in 30 min`.
pub(crate) async fn handle(ctx: &RequestContext, args: String) -> Result<Reply> {
    let clock = user_clock(ctx).await?;
    let rejected = |reason: String| Error::Rejected(format!("{reason} {}", echo_text(&args)));
    let (text, next_update) = clock
        .split_next_update(&args)
        .map_err(|error| rejected(error.to_string()))?;
    if text.is_empty() {
        return Err(rejected(status_update::NEEDS_TEXT.to_owned()));
    }
    let id = ctx.incident().await?.id;
    let request = PostStatusUpdate {
        text: text.to_owned(),
        next_update,
    };
    let status = post(ctx, id, request).await?;
    saved_reply(ctx, id, status).await
}

/// Opens the modal.
pub(crate) async fn open_modal(ctx: &RequestContext, id: IncidentId) -> Result<Reply> {
    let incident = ctx.store().incident(ctx.viewer.clone(), id).await?;
    let settings = ctx.store().settings().await?;
    let interval = ScheduleKind::UpdateReminder.interval(incident.severity, &settings);
    let is_active = incident.status == Status::Active;
    let defaults = StatusUpdateDefaults {
        incident: id,
        status: incident.status,
        interval: interval
            .filter(|_| is_active)
            .map(|interval| interval.num_minutes()),
    };
    let view = ctx.incident_modal(status_update::modal(&defaults), id);
    let hint = format!(
        "Click again, or type {} incident update and what's the latest.",
        ctx.slash_command()
    );
    Ok(Reply::modal(view, hint))
}

/// Posts the update of a submission.
pub(crate) async fn submit(ctx: &RequestContext, form: &ViewSubmission) -> Result<Reply> {
    let args = status_update::read(&form.view_state)?;
    let id = ctx.incident_id()?;
    let request = PostStatusUpdate {
        text: args.text,
        next_update: args.next_update,
    };
    post(ctx, id, request).await?;
    Ok(Reply::submission_saved(
        "Update saved",
        &format!("Your update on {id} is saved."),
        POSTED_LATER,
    ))
}

/// Stores the update. Returns the status of the incident.
async fn post(ctx: &RequestContext, id: IncidentId, request: PostStatusUpdate) -> Result<Status> {
    let applied = ctx
        .change_with_context(id, move |incident, actor, context| {
            Ok(incident.post_status_update(request, actor, context)?)
        })
        .await?;
    Ok(applied.after.status)
}

/// Confirms a command. In the incident's channel the post confirms it, unless no next update is due because the
/// incident is resolved.
async fn saved_reply(ctx: &RequestContext, id: IncidentId, status: Status) -> Result<Reply> {
    let here = ctx.channel_incident().await?;
    let is_here = here.is_some_and(|incident| incident.id == id);
    let mut sentences = Vec::new();
    if !is_here {
        sentences.push(format!("Posted your update on {id}."));
    }
    if !status.is_open() {
        sentences.push(status_update::no_next_update(status));
    }
    let offline =
        offline_reply::saved_text(&format!("Your update on {id} is saved."), POSTED_LATER);
    let message = (!sentences.is_empty()).then(|| vec![text(sentences.join(" "))]);
    Ok(Reply::saved_or(message, vec![text(offline)]))
}
