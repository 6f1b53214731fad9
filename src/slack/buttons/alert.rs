//! The buttons of cards of alerts: **Declare Incident**, **Add to …** and **Ignore**; and those of messages about the
//! alerts of an incident: **Attach**, **Set to Stable**, **Reopen** and **Declare new**.

use muster_commands::alert_buttons;
use muster_commands::incident_picker;
use muster_commands::modal::{PrivateMetadata, ViewSubmission, with_metadata};
use muster_commands::payload::button_click::ButtonClick;
use slack_morphism::prelude::SlackActionsBlock;

use crate::domain::text::{Span, bold, text};
use crate::domain::{IncidentId, Status, Timestamp, Update};
use crate::error::{Error, Result};
use crate::slack::blocks::text_message;
use crate::slack::client::Message;
use crate::slack::commands::declare::alert_modal;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::user_cache::refresh_user_cache;
use crate::store::IgnoreGroup;

/// Opens the declare modal with the facts of the group.
pub(crate) async fn declare(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let group = group_of(click)?;
    refresh_user_cache(&ctx.app, ctx.user().clone());
    let modal = alert_modal(ctx, group).await?;
    let metadata = PrivateMetadata {
        alert_group: Some(group),
        ..metadata(ctx)
    };
    Ok(Reply::Modal(modal.with_metadata(&metadata)))
}

/// Adds the group to the incident of the button.
pub(crate) async fn add(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let (group, incident) = alert_buttons::added_to(click).ok_or(Error::NotFound("incident"))?;
    refresh_user_cache(&ctx.app, ctx.user().clone());
    add_to(ctx, group, incident).await
}

/// Opens the modal that asks for the incident.
pub(crate) fn choose_incident(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let metadata = PrivateMetadata {
        alert_group: Some(group_of(click)?),
        ..metadata(ctx)
    };
    Ok(Reply::modal(
        with_metadata(incident_picker::add_to_incident_modal(), &metadata),
        "Press Add to Incident… again.".to_owned(),
    ))
}

/// Adds the group to the incident that was selected in the modal.
pub(crate) async fn submit(
    ctx: &RequestContext,
    form: &ViewSubmission,
    group: i64,
) -> Result<Reply> {
    let incident = incident_picker::read(&form.view_state)?;
    add_to(ctx, group, incident).await
}

async fn add_to(ctx: &RequestContext, group: i64, incident: IncidentId) -> Result<Reply> {
    let target = ctx.target(incident);
    let added = ctx
        .store()
        .add_alerts_to_incident(target, ctx.actor.clone(), group);
    Ok(Reply::Ephemeral(added_message(added.await?.after.id)))
}

/// Adds the alerts that look related to the incident. The message then has no button.
pub(crate) async fn attach(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let number = click.number().ok_or(Error::NotFound("incident"))?;
    refresh_user_cache(&ctx.app, ctx.user().clone());
    let target = ctx.target(IncidentId(number));
    let added = ctx.store().attach_related_alerts(target, ctx.actor.clone());
    Ok(Reply::Replacement(added_message(added.await?.after.id)))
}

fn added_message(incident: IncidentId) -> Message {
    text_message(vec![
        text("The alerts now belong to "),
        bold(incident.to_string()),
        text("."),
    ])
}

/// Ignores the group for the window of its rule, and asks whether for longer.
pub(crate) async fn ignore(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let group = group_of(click)?;
    let until = ignore_for(ctx, group, None).await?;
    let mut message = text_message(vec![
        text("Ignored until "),
        Span::Time(until),
        text(". Ignore these alerts for longer?"),
    ]);
    let buttons = alert_buttons::ignore_buttons(group).map(Into::into);
    message
        .blocks
        .push(SlackActionsBlock::new(buttons.to_vec()).into());
    Ok(Reply::Ephemeral(message))
}

/// Ignores the group for longer, or adds a rule that ignores such alerts.
pub(crate) async fn ignore_longer(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let group = group_of(click)?;
    let duration = match click.action_id.as_str() {
        alert_buttons::IGNORE_HOUR => chrono::Duration::hours(1),
        alert_buttons::IGNORE_DAY => chrono::Duration::hours(24),
        _ => return ignore_always(ctx, group).await,
    };
    let until = ignore_for(ctx, group, Some(duration)).await?;
    Ok(Reply::Replacement(text_message(vec![
        text("Ignored until "),
        Span::Time(until),
        text("."),
    ])))
}

async fn ignore_for(
    ctx: &RequestContext,
    group: i64,
    duration: Option<chrono::Duration>,
) -> Result<Timestamp> {
    refresh_user_cache(&ctx.app, ctx.user().clone());
    let request = IgnoreGroup {
        group,
        user: ctx.user().clone(),
        duration,
        now: ctx.actor.at,
    };
    ctx.store()
        .ignore_alert_group(ctx.key.clone(), request)
        .await
}

/// Adds a rule that ignores such alerts.
async fn ignore_always(ctx: &RequestContext, group: i64) -> Result<Reply> {
    let adding = ctx
        .app
        .ignore_alerts_always(ctx.key.clone(), &ctx.actor, group);
    let name = adding.await?;
    Ok(Reply::Replacement(text_message(vec![
        text("Added the alert rule "),
        bold(name),
        text(", which ignores them. Admins can change it in the settings."),
    ])))
}

/// Sets the incident to Stable. The message then has no button.
pub(crate) async fn set_stable(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    set_status(ctx, click, Status::Stable).await
}

/// Reopens the incident. The message then has no buttons.
pub(crate) async fn reopen(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    set_status(ctx, click, Status::Active).await
}

async fn set_status(ctx: &RequestContext, click: &ButtonClick, status: Status) -> Result<Reply> {
    let number = click.number().ok_or(Error::NotFound("incident"))?;
    refresh_user_cache(&ctx.app, ctx.user().clone());
    let applied = ctx
        .change_with_context(IncidentId(number), move |incident, actor, context| {
            let is_due = match status {
                Status::Stable => incident.status == Status::Active,
                Status::Active | Status::Resolved | Status::Completed => !incident.status.is_open(),
            };
            let update = Update {
                status: is_due.then_some(status),
                ..Update::default()
            };
            Ok(incident.update(update, actor, context)?)
        })
        .await?;
    let cause = match status {
        Status::Stable => "The alerts are resolved. ",
        Status::Active | Status::Resolved | Status::Completed => "An alert fired again. ",
    };
    let (id, status) = (applied.after.id, applied.after.status);
    Ok(Reply::Replacement(status_message(cause, id, status)))
}

/// Returns the message in place of the one with the button. It says why the button was there.
fn status_message(cause: &str, id: IncidentId, status: Status) -> Message {
    text_message(vec![
        text(cause),
        bold(id.to_string()),
        text(" is "),
        bold(status.label()),
        text("."),
    ])
}

fn group_of(click: &ButtonClick) -> Result<i64> {
    click.number().ok_or(Error::NotFound("alert group"))
}

fn metadata(ctx: &RequestContext) -> PrivateMetadata {
    PrivateMetadata {
        channel: ctx.origin.channel.clone(),
        response_url: ctx.origin.response_url.clone(),
        ..PrivateMetadata::default()
    }
}
