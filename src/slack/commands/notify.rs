//! `/datadog incident notify`: the modal of a notification.

use muster_commands::modal::{FieldErrors, ViewSubmission, with_channel, with_entered_values};
use muster_commands::notify::{self, BODY, NotifyDefaults, SUBJECT, TO};
use slack_morphism::prelude::SlackModalView;

use crate::domain::notification::{
    NotificationText, Recipient, SendNotification, ValueSource, parse_recipients,
};
use crate::domain::{Incident, MessageTemplate};
use crate::error::{Error, Result};
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::user_cache::fetch_users_within;
use crate::slack::users::user_timezone::user_clock;

/// Opens the modal.
pub(crate) async fn handle(ctx: &RequestContext, to: String) -> Result<Reply> {
    let incident = ctx.incident().await?;
    let source = value_source(ctx, &incident).await?;
    let view = notify::modal(&defaults(&incident, &source, None, to));
    let view = ctx.incident_modal(view, incident.id);
    Ok(Reply::modal(view, ctx.retry_hint("incident notify")))
}

/// Sends the notification of a submission. A template that was just chosen, and recipients that may not see the
/// incident, are displayed first.
pub(crate) async fn submit(ctx: &RequestContext, form: &ViewSubmission) -> Result<Reply> {
    let metadata = &form.private_metadata;
    let args = notify::read(&form.view_state)?;
    let id = ctx.incident_id()?;
    fetch_users_within(&ctx.app, &args.users).await;
    let incident = ctx.store().incident(ctx.viewer.clone(), id).await?;
    let source = value_source(ctx, &incident).await?;
    let template = args.template.as_deref();
    let template = template.and_then(|name| source.settings.message_template(name));
    let initial = defaults(&incident, &source, template, String::new());
    if let Some(template) = template.filter(|it| metadata.template.as_ref() != Some(&it.name)) {
        let view = notify::modal_with_template(&initial, &form.view_state, &template.name);
        return Ok(updated_view(view, form));
    }
    let request = read(&incident, &source, form, &initial.text)?;
    let outsiders = unconfirmed(&incident, &source, &request);
    if !outsiders.is_empty() {
        let text = args.text.clone();
        let entered = NotifyDefaults { text, ..initial };
        return confirmation(form, &entered, template, &outsiders);
    }
    ctx.change_with_context(id, move |incident, actor, context| {
        Ok(incident.send_notification(request, actor, context)?)
    })
    .await?;
    Ok(Reply::submission_saved(
        "Notification saved",
        &format!("Your notification about {id} is saved."),
        "it will be sent when it's back.",
    ))
}

/// Asks to confirm the recipients that may not see the incident.
fn confirmation(
    form: &ViewSubmission,
    entered: &NotifyDefaults,
    template: Option<&MessageTemplate>,
    outsiders: &[(String, Recipient)],
) -> Result<Reply> {
    let view = match template {
        Some(it) => notify::modal_with_template(entered, &form.view_state, &it.name),
        None => with_entered_values(notify::modal(entered), &form.view_state),
    };
    let view = notify::modal_with_confirmation(view, &form.view_state, outsiders);
    let view = view.ok_or_else(too_many_outsiders)?;
    Ok(updated_view(view, form))
}

/// Replaces the submitted modal. The channel in which it was opened stays known.
fn updated_view(view: SlackModalView, form: &ViewSubmission) -> Reply {
    let channel = form.private_metadata.channel.as_ref();
    Reply::View(Box::new(with_channel(view, channel)))
}

async fn value_source(ctx: &RequestContext, incident: &Incident) -> Result<ValueSource> {
    let store = ctx.store();
    let page = format!("/incidents/{}", incident.id.number());
    let settings = store.settings().await?;
    Ok(ValueSource::new(
        settings.shared_of_incident_type(incident.incident_type),
        store.users().await?,
        store.webhooks().await?,
        user_clock(ctx).await?,
        ctx.app.config.page_url(&page),
    ))
}

fn defaults(
    incident: &Incident,
    source: &ValueSource,
    template: Option<&MessageTemplate>,
    to: String,
) -> NotifyDefaults {
    let templates = source.settings.message_templates.iter();
    NotifyDefaults {
        incident: incident.id,
        to,
        templates: templates.map(|template| template.name.clone()).collect(),
        text: source.make(incident, template),
    }
}

/// Returns the request, or the problem of each field.
fn read(
    incident: &Incident,
    source: &ValueSource,
    form: &ViewSubmission,
    made: &NotificationText,
) -> Result<SendNotification> {
    let args = notify::read(&form.view_state)?;
    let template = form.private_metadata.template.as_deref();
    let mut errors = FieldErrors::default();
    let recipients = parse_recipients(&args.to, &source.users).unwrap_or_else(|problems| {
        errors.add(TO, problems.join(" "));
        Vec::new()
    });
    for (field, problems) in [
        (SUBJECT, source.subject_problems(&args.text, made)),
        (BODY, source.body_problems(&args.text, made)),
    ] {
        if !problems.is_empty() {
            errors.add(&notify::text_block(field, template), problems.join(" "));
        }
    }
    let problems = source.recipient_problems(incident, &recipients);
    if !problems.is_empty() {
        errors.add(TO, problems.join(" "));
    }
    let request = SendNotification {
        recipients,
        text: source.fill_in(incident, &args.text, made),
        template: args.template,
        confirmed: args.confirmed,
        draft: None,
    };
    Ok(errors.into_result(request)?)
}

/// Returns the recipients that may not see the incident and are not confirmed, with their labels.
fn unconfirmed(
    incident: &Incident,
    source: &ValueSource,
    request: &SendNotification,
) -> Vec<(String, Recipient)> {
    let outsiders = incident.outsiders(&request.recipients);
    let is_confirmed = |it: &&Recipient| request.confirmed.contains(it);
    match outsiders.iter().all(is_confirmed) {
        true => Vec::new(),
        false => outsiders
            .into_iter()
            .map(|it| (source.recipient_label(it), it.clone()))
            .collect(),
    }
}

fn too_many_outsiders() -> Error {
    Error::Rejected(
        "The incident is private, and too many of these recipients can't see it. Send it from the incident's page."
            .to_owned(),
    )
}
