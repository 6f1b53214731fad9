//! `/datadog incident update`: opens the modal with the current values and stores the changes.

use muster_commands::impact_end::{IMPACT_END, StatusSelected};
use muster_commands::modal::{FieldErrors, PrivateMetadata, ViewSubmission, with_metadata};
use muster_commands::update::{self, UpdateDefaults};
use slack_morphism::prelude::SlackModalView;

use crate::domain::text::text;
use crate::domain::{
    ENDS_BEFORE_START, FieldForm, Incident, IncidentId, Timestamp, Update, UserClock,
};
use crate::error::{Error, Result};
use crate::slack::blocks::text_message;
use crate::slack::commands::configured_fields;
use crate::slack::commands::quick_edit::impact_ended_notice;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::unresolved_users::NamedUser;
use crate::slack::users::user_cache::fetch_users_within;
use crate::slack::users::user_timezone::user_clock;
use crate::store::Applied;

/// Opens the modal.
pub(crate) async fn handle(ctx: &RequestContext) -> Result<Reply> {
    let incident = ctx.incident().await?;
    let view = prefilled_modal(ctx, &incident).await?;
    Ok(Reply::modal(view, ctx.retry_hint("incident update")))
}

/// Opens the modal from a reminder of the severity.
pub(crate) async fn open_modal_from_reminder(
    ctx: &RequestContext,
    id: IncidentId,
) -> Result<Reply> {
    let incident = ctx.store().incident(ctx.viewer.clone(), id).await?;
    let view = prefilled_modal(ctx, &incident).await?;
    let hint = format!("Type {} incident update.", ctx.slash_command());
    Ok(Reply::modal(view, hint))
}

/// Updates the open modal when a status is selected: while an impact is ongoing, a status that ends the
/// incident adds a field for the end of the impact. An empty field means the time of the submission.
pub(crate) async fn on_status_selected(
    ctx: &RequestContext,
    selection: StatusSelected,
) -> Result<Reply> {
    let viewer = ctx.viewer.clone();
    let incident = ctx.store().incident(viewer, selection.incident).await?;
    let clock = user_clock(ctx).await?;
    let impact = incident.open_impact();
    let since = impact.map(|impact| clock.format(impact.started_at));
    if let Some(view) = selection.updated_view(since.as_deref()) {
        let slack = ctx.app.slack.clone();
        ctx.app.tasks.spawn(async move {
            let (view_id, hash) = (&selection.view_id, &selection.hash);
            if let Err(error) = slack.update_view(view_id, hash, &view).await {
                tracing::info!("Cannot update a modal: {error}");
            }
        });
    }
    Ok(Reply::Nothing)
}

/// Stores the changes of a submission; unchanged fields are not written.
pub(crate) async fn submit(ctx: &RequestContext, form: &ViewSubmission) -> Result<Reply> {
    let mut request = update::read(&form.view_state)?;
    request.fields = configured_fields::read_current(ctx, form, request.status).await?;
    let id = ctx.incident_id()?;
    let impact_end = parse_impact_end(ctx, id, request.impact_end.as_deref()).await?;
    let asks_for_impact_end = request.impact_end.is_some();
    let applied = apply_update(ctx, id, request, impact_end).await?;
    if let Some(notice) = impact_ended_notice(ctx, &applied).filter(|_| !asks_for_impact_end) {
        let status = text(format!("{id} is {}.", applied.after.status.label()));
        ctx.notify_user(text_message(vec![status, text(" "), notice]));
    }
    Ok(Reply::submission_saved(
        "Changes saved",
        &format!("Your changes to {id} are saved."),
        "its channel and announcement will be updated when it's back.",
    ))
}

async fn apply_update(
    ctx: &RequestContext,
    id: IncidentId,
    request: Update,
    impact_end: Option<Timestamp>,
) -> Result<Applied> {
    let commander = request.commander.clone().flatten();
    let other = commander.as_ref();
    fetch_users_within(&ctx.app, other.filter(|user| *user != ctx.user())).await;
    let commander = commander.map(|user| NamedUser::new(ctx, update::COMMANDER, &user));
    ctx.change_with_context(id, move |incident, actor, context| {
        let unresolved_user = match commander {
            Some(commander) => commander.into_unresolved(context)?,
            None => None,
        };
        let change = incident.update_and_end(request, impact_end, actor, context)?;
        Ok(change.with_unresolved(unresolved_user))
    })
    .await
}

/// Parses the end of the impact, if the modal asks for it. An error appears under the field.
pub(crate) async fn parse_impact_end(
    ctx: &RequestContext,
    id: IncidentId,
    text: Option<&str>,
) -> Result<Option<Timestamp>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let field_error = |reason: String| Error::InvalidForm(FieldErrors::one(IMPACT_END, reason));
    let at = user_clock(ctx).await?.parse_past(text);
    let at = at.map_err(|error| field_error(error.to_string()))?;
    let incident = ctx.store().incident(ctx.viewer.clone(), id).await?;
    match incident.open_impact() {
        Some(impact) if at < impact.started_at => Err(field_error(ENDS_BEFORE_START.to_owned())),
        Some(_) => Ok(Some(at)),
        // Another user has ended it in the meantime.
        None => Ok(None),
    }
}

/// Returns the modal with the incident's current values and times in the user's time zone. Its private
/// metadata holds the response URL.
async fn prefilled_modal(ctx: &RequestContext, incident: &Incident) -> Result<SlackModalView> {
    let settings = ctx.store().settings().await?;
    let defaults = update_defaults(incident, &user_clock(ctx).await?);
    let view = update::modal(&defaults, &settings.severity_scale(), &settings.statuses());
    let view = configured_fields::add_current(ctx, FieldForm::Update, incident, view).await?;
    let metadata = PrivateMetadata {
        response_url: ctx.origin.response_url.clone(),
        ..ctx.metadata(incident.id)
    };
    Ok(with_metadata(view, &metadata))
}

fn update_defaults(incident: &Incident, clock: &UserClock) -> UpdateDefaults {
    UpdateDefaults {
        impact_since: incident
            .open_impact()
            .map(|impact| clock.format(impact.started_at)),
        incident: incident.id,
        title: incident.title.clone(),
        severity: incident.severity,
        status: incident.status,
        detection_method: incident.detection_method,
        summary: incident.summary.clone(),
        root_cause: incident.root_cause.clone(),
        commander: incident.commander.clone().unwrap_or_default(),
    }
}
