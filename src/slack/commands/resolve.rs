//! `/datadog incident resolve [text]`: resolves the incident at once, or opens the short form.

use muster_commands::modal::ViewSubmission;
use muster_commands::resolve::{self, ResolveDefaults};

use crate::domain::text::text;
use crate::domain::{FieldForm, Incident, Resolve, Status, TaskKind};
use crate::error::Result;
use crate::slack::blocks::text_message;
use crate::slack::commands::configured_fields;
use crate::slack::commands::quick_edit::{impact_ended_notice, with_notice};
use crate::slack::commands::update::parse_impact_end;
use crate::slack::offline_reply;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::user_timezone::user_clock;

/// The end of the confirmation while Slack is unreachable.
const POSTED_LATER: &str = "others will see it when it's back.";

/// Resolves the incident; the text is what fixed it. Without text, opens the form.
pub(crate) async fn handle(ctx: &RequestContext, what_fixed_it: String) -> Result<Reply> {
    let incident = ctx.incident().await?;
    if what_fixed_it.is_empty() {
        return match incident.status.is_open() {
            true => open_modal(ctx, &incident, what_fixed_it).await,
            false => Ok(Reply::text(already_closed(&incident))),
        };
    }
    // A required field is entered in the form.
    if configured_fields::is_any_missing(ctx, &incident, Status::Resolved).await?
        && incident.status.is_open()
    {
        return open_modal(ctx, &incident, what_fixed_it).await;
    }
    resolve_now(ctx, &incident, what_fixed_it).await
}

async fn resolve_now(
    ctx: &RequestContext,
    incident: &Incident,
    what_fixed_it: String,
) -> Result<Reply> {
    let id = incident.id;
    let request = Resolve {
        what_fixed_it,
        ..Resolve::default()
    };
    let applied = ctx
        .change_with_context(id, move |incident, actor, context| {
            Ok(incident.resolve(request, actor, context)?)
        })
        .await?;
    let was_open = applied.before.as_ref().is_none_or(|it| it.status.is_open());
    let sentence = match was_open {
        // In the incident's channel the summary confirms it.
        true if ctx.is_in_channel_of(&applied.after) => None,
        true => Some(format!("Resolved {id}.")),
        false => Some(format!(
            "{} Posted your text as an update.",
            already_closed(incident)
        )),
    };
    let notice = impact_ended_notice(ctx, &applied);
    let message = match (sentence, notice) {
        (Some(sentence), notice) => Some(with_notice(vec![text(sentence)], notice)),
        (None, notice) => notice.map(|notice| vec![notice]),
    };
    let offline = offline_reply::saved_text(&format!("{id} is resolved."), POSTED_LATER);
    Ok(Reply::saved_or(message, vec![text(offline)]))
}

fn already_closed(incident: &Incident) -> String {
    format!("{} is already {}.", incident.id, incident.status.label())
}

async fn open_modal(
    ctx: &RequestContext,
    incident: &Incident,
    what_fixed_it: String,
) -> Result<Reply> {
    let scale = ctx.store().settings().await?.severity_scale();
    let clock = user_clock(ctx).await?;
    let impact = incident.open_impact();
    let defaults = ResolveDefaults {
        incident: incident.id,
        severity: incident.severity,
        what_fixed_it,
        root_cause: incident.root_cause.clone(),
        impact_since: impact.map(|impact| clock.format(impact.started_at)),
        open_tasks: incident.open_tasks(TaskKind::Task).cloned().collect(),
    };
    let view = ctx.incident_modal(resolve::modal(&defaults, &scale), incident.id);
    let view = configured_fields::add_current(ctx, FieldForm::Resolve, incident, view).await?;
    Ok(Reply::modal(view, ctx.retry_hint("incident resolve")))
}

/// Resolves the incident with the values of a submission.
pub(crate) async fn submit(ctx: &RequestContext, form: &ViewSubmission) -> Result<Reply> {
    let args = resolve::read(&form.view_state);
    let id = ctx.incident_id()?;
    let fields = configured_fields::read_current(ctx, form, Some(Status::Resolved)).await?;
    let request = Resolve {
        fields,
        impact_end: parse_impact_end(ctx, id, args.impact_end.as_deref()).await?,
        what_fixed_it: args.what_fixed_it,
        root_cause: args.root_cause,
        severity: args.severity,
    };
    let applied = ctx
        .change_with_context(id, move |incident, actor, context| {
            Ok(incident.resolve(request, actor, context)?)
        })
        .await?;
    let before = applied.before.as_ref();
    if let Some(before) = before.filter(|it| !it.status.is_open()) {
        ctx.notify_user(text_message(vec![text(already_closed(before))]));
    }
    Ok(Reply::submission_saved(
        "Incident resolved",
        &format!("{id} is resolved."),
        POSTED_LATER,
    ))
}
