//! Requests that name unresolved users, and the replies to them.
//!
//! A command that assigns a role to one user is stored and deferred until the user has been fetched:
//! apps, guests and deactivated users are rejected, never notified and never invited. A modal or a task
//! contains more than the user, so its changes are stored at once with the user's ID; the requester is
//! informed if the user turns out not to be allowed to participate.

use muster_commands::modal::FieldErrors;

use crate::app::App;
use crate::domain::text::{RichText, Span, bold, text};
use crate::domain::{
    DecisionContext, IncidentId, Resolution, RoleTarget, Timestamp, UnresolvedUser, UserId,
};
use crate::error::{Error, Result};
use crate::slack::blocks::text_message;
use crate::slack::client::Message;
use crate::slack::notify::notify_user;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::resolve_user::{
    Identity, identity_of, is_unresolved, may_cached_user_participate,
};
use crate::slack::users::user_cache::refresh_user_cache;

/// A reply later than this repeats the request.
const LATE_REPLY_AFTER: chrono::Duration = chrono::Duration::minutes(1);

/// Stores a command that assigns a role to an unresolved user, and defers it until the user has been
/// fetched. The deferred reply follows then, or reports a delay.
pub(crate) async fn defer_until_resolved(
    ctx: &RequestContext,
    incident: IncidentId,
    target: RoleTarget,
    user: UserId,
    reason: String,
) -> Result<Reply> {
    let unresolved_user = UnresolvedUser {
        target: Some(target),
        ..new_unresolved_user(ctx, &user)
    };
    ctx.change_with_context(incident, move |incident, actor, context| {
        let change = incident.defer_until_resolved(unresolved_user, context)?;
        Ok(change.with_note(reason, actor)?)
    })
    .await?;
    Ok(Reply::saved_or(None, deferred_text(&user)))
}

/// Returns the unresolved users among `users`, for requests whose changes are stored with the users' IDs.
/// The requester is informed later if one of them may not participate. The users are also fetched in the
/// background, so that messages can show their names.
pub(crate) async fn find_unresolved_users(
    ctx: &RequestContext,
    users: impl IntoIterator<Item = &UserId>,
) -> Result<Vec<UnresolvedUser>> {
    let mut unresolved_users: Vec<UnresolvedUser> = Vec::new();
    for user in users {
        let is_new = unresolved_users.iter().all(|it| it.user != *user);
        if is_new && is_unresolved(&ctx.app, user).await? {
            refresh_user_cache(&ctx.app, user.clone());
            unresolved_users.push(new_unresolved_user(ctx, user));
        }
    }
    Ok(unresolved_users)
}

/// A user named in a field of a modal.
pub(crate) struct NamedUser {
    field: &'static str,
    unresolved_user: UnresolvedUser,
    identity: Identity,
}

impl NamedUser {
    /// Creates the named user, with the requester and where to reply.
    pub(crate) fn new(ctx: &RequestContext, field: &'static str, user: &UserId) -> Self {
        Self {
            field,
            unresolved_user: new_unresolved_user(ctx, user),
            identity: identity_of(&ctx.app, user),
        }
    }

    /// Checks within the decision that the user may participate, according to the user cache. Returns the
    /// user if they are unresolved.
    pub(crate) fn into_unresolved(
        self,
        context: &DecisionContext<'_>,
    ) -> Result<Option<UnresolvedUser>> {
        let user = context.user(&self.unresolved_user.user);
        let guests = context.settings.guest_policy();
        match may_cached_user_participate(user, guests, self.identity) {
            Ok(is_unresolved) => Ok(is_unresolved.then_some(self.unresolved_user)),
            Err(Error::Rejected(reason)) => Err(FieldErrors::one(self.field, reason).into()),
            Err(other) => Err(other),
        }
    }
}

fn new_unresolved_user(ctx: &RequestContext, user: &UserId) -> UnresolvedUser {
    UnresolvedUser {
        user: user.clone(),
        target: None,
        actor: ctx.user().clone(),
        at: ctx.actor.at,
        origin: ctx.origin.clone(),
    }
}

/// Informs the requester that the request is delayed. It is not stored in the outbox: the result of the
/// request is sent in any case.
pub(crate) fn notify_deferred(app: &App, request: &UnresolvedUser) {
    let response_url = request.origin.response_url.clone();
    let message = text_message(deferred_text(&request.user));
    notify_user(app, response_url, request.actor.clone(), message);
}

fn deferred_text(user: &UserId) -> RichText {
    vec![
        text("I don't know "),
        Span::Mention(user.clone()),
        text(
            " yet, and Slack isn't responding right now. Your request is saved: I'll apply it once Slack \
             confirms who they are, and let you know.",
        ),
    ]
}

/// Returns the reply with the result of a request that named an unresolved user.
pub(crate) fn resolution_message(
    request: &UnresolvedUser,
    resolution: &Resolution,
    id: IncidentId,
    now: Timestamp,
) -> Message {
    // An ephemeral message notifies no one, so a mention is harmless.
    let mention = Span::Mention(request.user.clone());
    let role = request.target.as_ref().map_or("", RoleTarget::name);
    let has_role = |state: &str| {
        vec![
            mention.clone(),
            text(state),
            bold(role),
            text(format!(" for {id}.")),
        ]
    };
    text_message(match resolution {
        Resolution::Assigned {
            replaced: Some(before),
        } => vec![
            text(format!("Changed the commander of {id} from ")),
            Span::Mention(before.clone()),
            text(" to "),
            mention,
            text("."),
        ],
        Resolution::Assigned { replaced: None } => has_role(" is now "),
        Resolution::AlreadyAssigned => has_role(" is already "),
        Resolution::Rejected { reason } if request.target.is_none() => vec![
            text(format!("{reason} Your change to {id} still names ")),
            mention,
            text("."),
        ],
        Resolution::Rejected { reason } if now.duration_since(request.at) < LATE_REPLY_AFTER => {
            vec![text(reason.clone())]
        }
        Resolution::Rejected { reason } => vec![
            text("You asked to make "),
            mention,
            text(" "),
            bold(role),
            text(format!(" for {id}. That wasn't done. {reason}")),
        ],
    })
}
