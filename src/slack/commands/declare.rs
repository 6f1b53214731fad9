//! `/datadog incident [title]`: opens the modal and declares the incident.

use muster_commands::UserId;
use muster_commands::declare::{self, Draft};
use muster_commands::modal::{PrivateMetadata, ViewSubmission, with_metadata};
use muster_commands::test_incident::{self, IncidentKind};
use slack_morphism::prelude::SlackModalView;

use crate::app::App;
use crate::domain::{AccountKind, Actor, Incident, Origin, Settings, User};
use crate::error::{Error, Result};
use crate::slack::dispatch::Reply;
use crate::slack::offline_reply;
use crate::slack::open_modal::open_checked_modal;
use crate::slack::pending_message::current_message;
use crate::slack::request_context::{SlashCommand, submission_origin};
use crate::slack::users::resolve_user::is_unresolved;
use crate::slack::users::unresolved_users::NamedUser;
use crate::slack::users::user_cache::refresh_user_cache;
use crate::store::IdempotencyKey;

/// Opens the modal, with the title if the command has one.
pub async fn handle(app: &App, typed: SlashCommand, title: String) -> Result<Reply> {
    open_declare_modal(app, typed, (title, IncidentKind::Real)).await
}

/// Opens the modal for a real or a test incident.
pub async fn open_declare_modal(
    app: &App,
    typed: SlashCommand,
    (title, nature): (String, IncidentKind),
) -> Result<Reply> {
    let test = if nature.is_test() { "test " } else { "" };
    let again = format!(
        "Type it again: {} incident {test}{title}",
        app.config.command
    );
    let draft = Draft {
        title,
        commander: typed.user.clone(),
        kind: nature,
    };
    let (form, for_whom) = modal_from_draft(app, draft).await?;
    let carried = PrivateMetadata {
        channel: Some(typed.channel.clone()),
        response_url: typed.response_url.clone(),
        ..PrivateMetadata::default()
    };
    let form = (with_metadata(form, &carried), for_whom);
    Ok(open_checked_modal(app, typed, form, again))
}

/// A modal, and the user to fetch before it opens; `None` if the check does not apply or the user is
/// cached.
type ModalForUser = (SlackModalView, Option<UserId>);

/// Returns the modal with the title filled in. Also returns the user if they must be fetched before it
/// opens: they are unresolved and guests may not declare.
pub async fn declare_modal(app: &App, user: UserId, title: String) -> Result<ModalForUser> {
    let draft = Draft {
        title,
        commander: user,
        kind: IncidentKind::Real,
    };
    modal_from_draft(app, draft).await
}

async fn modal_from_draft(app: &App, draft: Draft) -> Result<ModalForUser> {
    let settings = app.store.settings().await?;
    // Read once: the user may be resolved between two reads.
    let is_unknown =
        is_declaring_restricted(&settings) && is_unresolved(app, &draft.commander).await?;
    if !is_unknown {
        ensure_may_declare(app, &settings, &draft.commander).await?;
    }
    let for_whom = is_unknown.then(|| draft.commander.clone());
    Ok((declare::modal(&draft, &settings.severity_scale()), for_whom))
}

/// Stores the incident and enqueues its channel and announcements.
pub async fn submit(app: &App, form: &ViewSubmission) -> Result<Reply> {
    let nature = match form.callback_id.as_str() {
        test_incident::CALLBACK_ID => IncidentKind::Test,
        _ => IncidentKind::Real,
    };
    let request = declare::read(&form.view_state, &form.user, nature)?;
    let by = Actor::new(form.user.clone(), app.clock.now());
    let leads = (declare::COMMANDER, &request.commander);
    let commander = NamedUser::new(app, leads, (&by, &submission_origin(form)));
    let message = match form.private_metadata.message.clone() {
        // If the message was deleted, only the title taken from it remains.
        Some(carried) => current_message(app, carried).await?,
        None => None,
    };
    let place = Some(Origin {
        channel: form.private_metadata.channel.clone(),
        response_url: form.private_metadata.response_url.clone(),
        thread_ts: message
            .as_ref()
            .map(|it| it.thread_ts.clone().unwrap_or(it.ts.clone())),
    });
    let incident = app
        .store
        .declare(
            IdempotencyKey::view(&form.view_id),
            by.at,
            move |id, ctx| {
                if is_declaring_restricted(ctx.settings) {
                    ensure_account_may_declare(ctx.settings, ctx.user(&by.user))?;
                }
                let unresolved = commander.into_unresolved(ctx)?;
                let mut change = Incident::declare(id, request, &by, place, ctx)?;
                if let Some(message) = message {
                    change = change.with_first_message(message, &by)?;
                }
                Ok(change.with_unresolved(unresolved))
            },
        )
        .await?;
    if incident.commander != form.user {
        refresh_user_cache(app, incident.commander.clone());
    }
    tracing::info!(incident.id = %incident.id, "Declared {}", incident.id);
    Ok(offline_reply::reply_to_modal(
        app,
        "Incident declared",
        || {
            format!(
                "{} is stored. Slack does not answer us right now: its channel and its announcement \
             come as soon as Slack does. There is nothing more to do here.",
                incident.id
            )
        },
    ))
}

/// Checks that the user may declare an incident, according to the user cache. If guests may not, an
/// unresolved user is fetched in the background before the modal opens, with a short timeout. A user who
/// cannot be fetched in time is allowed: declaring the incident matters more than the policy.
pub async fn ensure_may_declare(app: &App, settings: &Settings, user: &UserId) -> Result<()> {
    if !is_declaring_restricted(settings) {
        return Ok(());
    }
    let known = app.store.user(user.clone()).await?;
    ensure_account_may_declare(settings, known.map(|(user, _)| user))
}

/// Checks that a user, if cached, may declare an incident.
fn ensure_account_may_declare(settings: &Settings, known: Option<User>) -> Result<()> {
    if settings.may_declare(known.map(|user| user.account_kind)) {
        return Ok(());
    }
    Err(Error::Rejected(
        "Your team has members declare incidents, and you are here as a guest. Tell a member what you \
         saw: they can declare it in seconds, and bring you into its channel."
            .to_owned(),
    ))
}

/// Returns whether the settings restrict who may declare.
fn is_declaring_restricted(settings: &Settings) -> bool {
    !settings.may_declare(Some(AccountKind::Guest))
}
