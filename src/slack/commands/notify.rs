//! `/datadog incident notify`: the modal of a notification.

use muster_commands::modal::{FieldErrors, ViewSubmission, with_entered_values};
use muster_commands::notify::{self, BODY, NotifyArgs, NotifyDefaults, SUBJECT, TO};

use crate::domain::notification::{
    NotificationText, Recipient, SendNotification, ValueSource, parse_recipients,
};
use crate::domain::{Incident, IncidentId, MessageTemplate, UserId};
use crate::error::{Error, Result};
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::user_cache::fetch_users_within;
use crate::slack::users::user_timezone::user_clock;

/// Opens the modal.
pub(crate) async fn handle(ctx: &RequestContext, to: String) -> Result<Reply> {
    let incident = ctx.incident().await?;
    let source = value_source(ctx, incident.id).await?;
    let view = notify::modal(&defaults(&incident, &source, None, to));
    let view = ctx.incident_modal(view, incident.id);
    Ok(Reply::modal(view, ctx.retry_hint("incident notify")))
}

/// Sends the notification of a submission. A template that was just chosen, and recipients that may not see the
/// incident, are shown first.
pub(crate) async fn submit(ctx: &RequestContext, form: &ViewSubmission) -> Result<Reply> {
    let metadata = &form.private_metadata;
    let args = notify::read(&form.view_state, metadata)?;
    let id = ctx.incident_id()?;
    let incident = ctx.store().incident(ctx.viewer.clone(), id).await?;
    let source = value_source(ctx, id).await?;
    let template = args.template.as_deref();
    let template = template.and_then(|name| source.settings.message_template(name));
    let shown = defaults(&incident, &source, template, String::new());
    if let Some(template) = template.filter(|it| metadata.template.as_ref() != Some(&it.name)) {
        let view = notify::modal_with_template(&shown, &form.view_state, &template.name);
        return Ok(Reply::View(Box::new(view)));
    }
    let request = read(&incident, &source, &args, &shown.text)?;
    let outsiders = unconfirmed(&incident, &source, &request);
    if !outsiders.is_empty() {
        let view = match template {
            Some(it) => notify::modal_with_template(&shown, &form.view_state, &it.name),
            None => notify::modal(&shown),
        };
        let view = with_entered_values(view, &form.view_state);
        let view = notify::modal_with_confirmation(view, &form.view_state, &outsiders);
        return view.map_or_else(
            || Err(too_many_outsiders()),
            |view| Ok(Reply::View(Box::new(view))),
        );
    }
    let users: Vec<UserId> = incident.audience(&request.recipients).users;
    fetch_users_within(&ctx.app, &users).await;
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

async fn value_source(ctx: &RequestContext, id: IncidentId) -> Result<ValueSource> {
    let store = ctx.store();
    let page = format!("/incidents/{}", id.number());
    Ok(ValueSource::new(
        store.settings().await?,
        store.users().await?,
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
    args: &NotifyArgs,
    made: &NotificationText,
) -> Result<SendNotification> {
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
            errors.add(field, problems.join(" "));
        }
    }
    if let Some(role) = incident.vacant_roles(&recipients).first() {
        errors.add(TO, format!("No one has the role {}.", role.description()));
    }
    let request = SendNotification {
        recipients,
        template: args.template.clone(),
        text: source.fill_in(incident, &args.text, made),
        confirmed: args.confirmed.clone(),
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
