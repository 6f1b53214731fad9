//! The buttons of cards of alerts: **Declare Incident**, **Add to …** and **Ignore**; and those of messages about the
//! alerts of an incident: **Set to Stable**, **Reopen** and **Declare new**.

use muster_commands::alert_buttons;
use muster_commands::incident_picker;
use muster_commands::modal::{PrivateMetadata, ViewSubmission, with_metadata};
use muster_commands::payload::button_click::ButtonClick;
use serde_json::json;
use slack_morphism::prelude::SlackActionsBlock;

use crate::domain::alert::rule::{AlertAction, AlertRule, LabelMatcher};
use crate::domain::text::{Span, bold, text, truncate};
use crate::domain::{ChangeSettings, IncidentId, Status, Timestamp, Update};
use crate::error::{Error, Result};
use crate::slack::blocks::text_message;
use crate::slack::client::Message;
use crate::slack::commands::declare::alert_modal;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::admin_rights::is_admin;
use crate::slack::users::user_cache::refresh_user_cache;
use crate::store::{IgnoreGroup, StoredGroup};

/// The key of the setting that contains the rules.
const ALERT_RULES: &str = "alert_rules";

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
    let incident = added.await?.after.id;
    let sentence = vec![
        text("The alerts now belong to "),
        bold(incident.to_string()),
    ];
    Ok(Reply::Ephemeral(text_message(
        sentence.into_iter().chain([text(".")]).collect(),
    )))
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

/// Adds a rule before all others that ignores alerts with the title of the group.
async fn ignore_always(ctx: &RequestContext, group: i64) -> Result<Reply> {
    if is_admin(&ctx.app, ctx.user()).await != Some(true) {
        return Err(Error::Rejected(
            "Only workspace admins can add alert rules. Ask one of them, or choose 24 hours."
                .to_owned(),
        ));
    }
    let (group, rule) = ctx.store().alert_group(group).await?;
    let ignoring = ignoring_rule(&group, &rule);
    let name = ignoring.name.clone();
    add_rule(ctx, ignoring).await?;
    Ok(Reply::Replacement(text_message(vec![
        text("Added the alert rule "),
        bold(name),
        text(", which ignores them. Admins can change it in the settings."),
    ])))
}

async fn add_rule(ctx: &RequestContext, added: AlertRule) -> Result<()> {
    let current = ctx.store().settings().await?.alert_rules.clone();
    if current.iter().any(|rule| rule.name == added.name) {
        return Ok(());
    }
    let mut rules = vec![added];
    rules.extend(current.iter().cloned());
    let setting = |rules: &[AlertRule]| vec![(ALERT_RULES.to_owned(), json!(rules))];
    let request = ChangeSettings {
        values: setting(&rules),
        displayed: setting(&current),
    };
    let changed = ctx
        .app
        .change_settings(ctx.key.clone(), request, &ctx.actor)
        .await?;
    changed.map(drop).map_err(|errors| {
        let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
        Error::Rejected(errors.join(" "))
    })
}

fn ignoring_rule(group: &StoredGroup, rule: &AlertRule) -> AlertRule {
    let title = truncate(&group.title, 60);
    AlertRule {
        name: format!("Ignore {title}").trim().to_owned(),
        sources: rule.sources.clone(),
        matchers: vec![LabelMatcher::equal("title", &group.title)],
        action: AlertAction::Ignore,
        ..AlertRule::default()
    }
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
