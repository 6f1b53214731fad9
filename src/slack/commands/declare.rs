//! `/datadog incident [title]`: opens the modal and declares the incident.

use muster_commands::declare::{self, Draft, Prefill};
use muster_commands::modal::{
    FieldErrors, PrivateMetadata, ViewSubmission, with_entered_values, with_metadata,
};
use muster_commands::test_incident;
use slack_morphism::prelude::SlackModalView;

use crate::domain::{
    AccountKind, AddMessage, DecisionContext, Declare, FieldEdits, Incident, IncidentId,
    IncidentKind, Origin, Settings, Signal, User, UserId, Visibility,
};
use crate::error::{Error, Result};
use crate::slack::commands::configured_fields::DeclaredFields;
use crate::slack::commands::{configured_fields, duplicates};
use crate::slack::open_modal::ModalRequest;
use crate::slack::pending_message::current_message;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::resolve_user::{is_unresolved, may_participate};
use crate::slack::users::unresolved_users::NamedUser;
use crate::slack::users::user_cache::fetch_users_within;

/// Opens the modal for a real or a test incident, with the title if the command has one.
pub(crate) async fn handle(
    ctx: &RequestContext,
    title: String,
    kind: IncidentKind,
) -> Result<Reply> {
    let test = if kind.is_test() { "test " } else { "" };
    let retry_hint = ctx.retry_hint(&format!("incident {test}{title}"));
    let metadata = PrivateMetadata {
        channel: ctx.origin.channel.clone(),
        response_url: ctx.origin.response_url.clone(),
        ..PrivateMetadata::default()
    };
    let modal = declare_modal(ctx, title, kind, retry_hint).await?;
    Ok(Reply::Modal(modal.with_metadata(&metadata)))
}

/// Returns the modal with the title filled in. If guests may not declare and the user is unresolved, they
/// are fetched before it opens.
pub(crate) async fn declare_modal(
    ctx: &RequestContext,
    title: String,
    kind: IncidentKind,
    retry_hint: String,
) -> Result<ModalRequest> {
    let draft = Draft {
        title,
        commander: ctx.user().clone(),
        kind,
        prefill: Prefill::default(),
    };
    modal_with(ctx, &draft, FieldEdits::new(), retry_hint).await
}

/// Returns the modal with the facts of a group of alerts filled in.
pub(crate) async fn alert_modal(ctx: &RequestContext, group: i64) -> Result<ModalRequest> {
    let request = ctx.store().alert_declaration(group, ctx.actor.at).await?;
    let signals = request.signals.iter().map(Signal::to_line);
    let draft = Draft {
        title: request.title,
        commander: request.commander.unwrap_or_else(|| ctx.user().clone()),
        kind: request.kind,
        prefill: Prefill {
            severity: Some(request.severity),
            signals: signals.collect::<Vec<_>>().join("\n"),
            is_private: request.visibility == Visibility::Private,
        },
    };
    let retry_hint = "Press Declare Incident again.".to_owned();
    modal_with(ctx, &draft, request.fields, retry_hint).await
}

async fn modal_with(
    ctx: &RequestContext,
    draft: &Draft,
    fields: FieldEdits,
    retry_hint: String,
) -> Result<ModalRequest> {
    let settings = ctx.store().settings().await?;
    // Read once: the user may be resolved between two reads.
    let is_unresolved =
        is_declaring_restricted(&settings) && is_unresolved(&ctx.app, ctx.user()).await?;
    if !is_unresolved {
        ensure_user_may_declare(ctx, &settings, ctx.user()).await?;
    }
    let view = declare::modal(draft, &settings.severity_scale(), ctx.slash_command());
    let incident_type = settings.default_incident_type();
    let view = configured_fields::add_declared(ctx, &settings, incident_type, fields, view).await?;
    let user_to_check = is_unresolved.then(|| ctx.user().clone());
    Ok(ModalRequest::new(view, retry_hint).checking(user_to_check))
}

/// Returns the modal with the submitted values and with the fields of the submitted type.
pub(crate) async fn resubmitted_modal(
    ctx: &RequestContext,
    form: &ViewSubmission,
    incident_type: i64,
) -> Result<SlackModalView> {
    let settings = ctx.store().settings().await?;
    let draft = Draft {
        title: String::new(),
        commander: ctx.user().clone(),
        kind: kind_of(form),
        prefill: Prefill::default(),
    };
    let view = declare::modal(&draft, &settings.severity_scale(), ctx.slash_command());
    let none = FieldEdits::new();
    let view = configured_fields::add_declared(ctx, &settings, incident_type, none, view).await?;
    let view = with_entered_values(view, &form.view_state);
    Ok(with_metadata(view, &form.private_metadata))
}

fn kind_of(form: &ViewSubmission) -> IncidentKind {
    match form.callback_id.as_str() {
        test_incident::CALLBACK_ID => IncidentKind::Test,
        _ => IncidentKind::Real,
    }
}

/// Stores the incident and enqueues its channel and announcements. If similar incidents are open, the modal
/// names them first.
pub(crate) async fn submit(ctx: &RequestContext, form: &ViewSubmission) -> Result<Reply> {
    let kind = kind_of(form);
    let fields = configured_fields::read_declared(ctx, form).await?;
    if fields.is_incomplete {
        let view = resubmitted_modal(ctx, form, fields.incident_type).await?;
        return Ok(Reply::View(Box::new(view)));
    }
    let request = match with_fields(declare::read(&form.view_state, &form.user, kind), fields) {
        Ok(request) => request,
        Err(errors) => return Err(with_commander_error(ctx, form, errors).await?.into()),
    };
    if let Some(view) = duplicates::guard_submission(ctx, form, &request).await {
        return Ok(Reply::View(view));
    }
    let message = match form.private_metadata.message.clone() {
        // If the message was deleted, only the title taken from it remains.
        Some(message) => current_message(ctx, message).await?,
        None => None,
    };
    let request = with_alert_fields(ctx, form, request).await?;
    let declaration = Declaration {
        request,
        message,
        alert_group: form.private_metadata.alert_group,
    };
    let incident = store_incident(ctx, declaration).await?;
    tracing::info!(incident.id = %incident.id, "Declared {}", incident.id);
    Ok(Reply::submission_saved(
        "Incident declared",
        &format!("{} is saved.", incident.id),
        "its channel and announcement will be created when it's back.",
    ))
}

/// Adds the fields to a declaration, or their errors to those of the other fields.
fn with_fields(
    request: std::result::Result<Declare, FieldErrors>,
    fields: DeclaredFields,
) -> std::result::Result<Declare, FieldErrors> {
    let incident_type = fields.incident_type;
    match (request, fields.edits) {
        (Ok(request), Ok(fields)) => Ok(Declare {
            incident_type,
            fields,
            ..request
        }),
        (Err(errors), Ok(_)) | (Ok(_), Err(errors)) => Err(errors),
        (Err(mut errors), Err(others)) => {
            errors.merge(others);
            Err(errors)
        }
    }
}

/// Adds the error of the commander to those of the other fields, so that all are reported together.
async fn with_commander_error(
    ctx: &RequestContext,
    form: &ViewSubmission,
    mut errors: FieldErrors,
) -> Result<FieldErrors> {
    let commander = UserId::from(form.view_state.value(declare::COMMANDER));
    let guests = ctx.store().settings().await?.guest_policy();
    match may_participate(&ctx.app, &commander, guests).await {
        Ok(_) => Ok(errors),
        Err(Error::Rejected(reason)) => {
            errors.add(declare::COMMANDER, reason);
            Ok(errors)
        }
        Err(other) => Err(other),
    }
}

/// Adds the incident type, and the values of fields that the modal does not have, if the incident is declared from alerts.
async fn with_alert_fields(
    ctx: &RequestContext,
    form: &ViewSubmission,
    request: Declare,
) -> Result<Declare> {
    let Some(group) = form.private_metadata.alert_group else {
        return Ok(request);
    };
    let from_alerts = ctx.store().alert_declaration(group, ctx.actor.at).await?;
    let mut fields = from_alerts.fields;
    fields.extend(request.fields);
    Ok(Declare {
        fields,
        incident_type: from_alerts.incident_type,
        ..request
    })
}

/// A declaration, and what it is made from.
struct Declaration {
    request: Declare,
    message: Option<AddMessage>,
    alert_group: Option<i64>,
}

/// Declares the incident, from a message or a group of alerts if there is one.
async fn store_incident(ctx: &RequestContext, declaration: Declaration) -> Result<Incident> {
    let Declaration {
        request,
        message,
        alert_group,
    } = declaration;
    // The requester is no app, and declaring does not wait for their name.
    let other = request.commander.as_ref();
    let other = other.filter(|commander| *commander != ctx.user());
    fetch_users_within(&ctx.app, other).await;
    let commander = request.commander.as_ref();
    let commander = commander.map(|user| NamedUser::new(ctx, declare::COMMANDER, user));
    let origin = Some(Origin {
        thread_ts: message
            .as_ref()
            .map(|it| it.thread_ts.clone().unwrap_or(it.ts.clone())),
        ..ctx.origin.clone()
    });
    let (actor, declarer) = (ctx.actor.clone(), ctx.user().clone());
    let decide = move |id: IncidentId, context: &DecisionContext<'_>| {
        let settings = context.settings;
        if is_declaring_restricted(settings) {
            ensure_account_may_declare(settings, context.user(&declarer))?;
        }
        let unresolved_user = match commander {
            Some(commander) => commander.into_unresolved(context)?,
            None => None,
        };
        let mut change = Incident::declare(id, request, &actor, origin, context)?;
        if let Some(message) = message {
            change = change.with_first_message(message, &actor)?;
        }
        Ok(change.with_unresolved(unresolved_user))
    };
    let (store, key, actor) = (ctx.store(), ctx.key.clone(), ctx.actor.clone());
    match alert_group {
        Some(group) => store.declare_from_alerts(key, actor, group, decide).await,
        None => store.declare(key, actor.at, decide).await,
    }
}

/// Checks that the user may declare an incident, according to the user cache. If guests may not, an
/// unresolved user is fetched in the background before the modal opens, with a short timeout. A user who
/// cannot be fetched in time is allowed: declaring the incident matters more than the policy.
pub(crate) async fn ensure_may_declare(ctx: &RequestContext, user: &UserId) -> Result<()> {
    let settings = ctx.store().settings().await?;
    ensure_user_may_declare(ctx, &settings, user).await
}

async fn ensure_user_may_declare(
    ctx: &RequestContext,
    settings: &Settings,
    user: &UserId,
) -> Result<()> {
    if !is_declaring_restricted(settings) {
        return Ok(());
    }
    let user = ctx.store().user(user.clone()).await?;
    ensure_account_may_declare(settings, user.map(|(user, _)| user))
}

/// Checks that a user, if cached, may declare an incident.
fn ensure_account_may_declare(settings: &Settings, user: Option<User>) -> Result<()> {
    Ok(settings.check_may_declare(user.map(|user| user.account_kind))?)
}

/// Returns whether the settings restrict who may declare.
fn is_declaring_restricted(settings: &Settings) -> bool {
    !settings.may_declare(Some(AccountKind::Guest))
}
