//! Requests that name unresolved users, and the replies to them.
//!
//! A command that assigns a role to one user is stored and deferred until the user has been fetched:
//! apps, guests and deactivated users are rejected, never notified and never invited. A modal or a task
//! contains more than the user, so its changes are stored at once with the user's ID; the requester is
//! informed if the user turns out not to be allowed to participate.

use muster_commands::modal::FieldErrors;
use muster_commands::{IncidentId, UserId};

use crate::app::{App, SlackState};
use crate::domain::{
    Actor, DecisionContext, Incident, Origin, Resolution, RoleTarget, Timestamp, UnresolvedUser,
};
use crate::error::{Error, Result};
use crate::slack::blocks::announcement;
use crate::slack::client::Message;
use crate::slack::dispatch::Reply;
use crate::slack::request_context::{SlashCommand, notify_user};
use crate::slack::text::activity::{Span, bold, text};
use crate::slack::users::resolve_user::{is_unresolved, may_cached_user_participate};
use crate::slack::users::user_cache::refresh_user_cache;
use crate::store::ChangeTarget;

/// A reply later than this repeats the request.
const LATE_REPLY_AFTER: chrono::Duration = chrono::Duration::minutes(1);

/// Stores a command that names an unresolved user and defers it until the user has been fetched.
pub async fn defer_until_resolved(
    app: &App,
    typed: SlashCommand,
    incident: IncidentId,
    (seat, user): (RoleTarget, UserId),
) -> Result<Reply> {
    let stranger = UnresolvedUser {
        user: user.clone(),
        target: Some(seat),
        actor: typed.user.clone(),
        at: app.clock.now(),
        origin: typed.origin(),
    };
    let target = ChangeTarget {
        viewer: typed.viewer(),
        id: incident,
        key: typed.idempotency_key(),
        now: stranger.at,
    };
    let decide = move |incident: &Incident, ctx: &DecisionContext<'_>| {
        Ok(incident.defer_until_resolved(stranger, ctx)?)
    };
    app.store.change_with_context(target, decide).await?;
    Ok(match app.state.slack() {
        // The deferred reply follows as soon as the user has been fetched, or reports a delay.
        SlackState::Unknown | SlackState::Up => Reply::Nothing,
        SlackState::Down(_) => Reply::Ephemeral(deferred_message(&user)),
    })
}

/// Returns the unresolved users among `users`, for requests whose changes are stored with the users' IDs.
/// The requester is informed later if one of them may not participate. The users are also fetched in the
/// background, so that messages can show their names.
pub async fn find_unresolved_users(
    app: &App,
    users: impl IntoIterator<Item = &UserId>,
    (by, place): (&Actor, &Origin),
) -> Result<Vec<UnresolvedUser>> {
    let mut strangers: Vec<UnresolvedUser> = Vec::new();
    for user in users {
        if strangers.iter().all(|it| it.user != *user) && is_unresolved(app, user).await? {
            refresh_user_cache(app, user.clone());
            strangers.push(new_unresolved_user(user, (by, place)));
        }
    }
    Ok(strangers)
}

/// A user named in a field of a modal.
pub struct NamedUser {
    field: &'static str,
    unresolved_user: UnresolvedUser,
    is_us: bool,
}

impl NamedUser {
    /// Creates the named user, with the requester and where to reply.
    pub fn new(app: &App, (field, user): (&'static str, &UserId), sent: (&Actor, &Origin)) -> Self {
        Self {
            field,
            unresolved_user: new_unresolved_user(user, sent),
            is_us: app.state.is_own_user(user),
        }
    }

    /// Checks within the decision that the user may participate, according to the user cache. Returns the
    /// user if they are unresolved.
    pub fn into_unresolved(self, ctx: &DecisionContext<'_>) -> Result<Option<UnresolvedUser>> {
        let known = ctx.user(&self.unresolved_user.user);
        match may_cached_user_participate(known, ctx.settings.guest_policy(), self.is_us) {
            Ok(is_stranger) => Ok(is_stranger.then_some(self.unresolved_user)),
            Err(Error::Rejected(why)) => Err(FieldErrors::one(self.field, why).into()),
            Err(other) => Err(other),
        }
    }
}

fn new_unresolved_user(user: &UserId, (by, place): (&Actor, &Origin)) -> UnresolvedUser {
    UnresolvedUser {
        user: user.clone(),
        target: None,
        actor: by.user.clone(),
        at: by.at,
        origin: place.clone(),
    }
}

/// Informs the requester that the request is delayed. It is not stored in the outbox: the result of the
/// request is sent in any case.
pub fn notify_deferred(app: &App, stranger: &UnresolvedUser) {
    let address = stranger.origin.response_url.clone();
    notify_user(
        app,
        address,
        stranger.actor.clone(),
        deferred_message(&stranger.user),
    );
}

fn deferred_message(user: &UserId) -> Message {
    announcement::text_message(vec![
        text("I have not met "),
        Span::Mention(user.clone()),
        text(
            " yet, and Slack does not say right now who that is. What you asked is stored: it is done as soon \
             as Slack says so, and you are told. There is nothing more to do here.",
        ),
    ])
}

/// Returns the reply with the result of a request that named an unresolved user.
pub fn resolution_message(
    stranger: &UnresolvedUser,
    became: &Resolution,
    id: IncidentId,
    now: Timestamp,
) -> Message {
    // An ephemeral message notifies no one, so a mention is harmless.
    let called = Span::Mention(stranger.user.clone());
    let role = stranger.target.as_ref().map_or("", RoleTarget::name);
    let has_it = |end: &str| {
        vec![
            called.clone(),
            text(" has the role "),
            bold(role),
            text(format!(" in {id} {end}")),
        ]
    };
    announcement::text_message(match became {
        Resolution::Assigned {
            replaced: Some(before),
        } => vec![
            text(format!("You changed the commander of {id} from ")),
            Span::Mention(before.clone()),
            text(" to "),
            called,
            text("."),
        ],
        Resolution::Assigned { replaced: None } => has_it("now."),
        Resolution::AlreadyAssigned => has_it("already. Nothing was changed."),
        Resolution::Rejected { reason: why } if stranger.target.is_none() => vec![
            text(format!("{why} What you stored of {id} still names ")),
            called,
            text("."),
        ],
        Resolution::Rejected { reason: why }
            if now.duration_since(stranger.at) < LATE_REPLY_AFTER =>
        {
            vec![text(why.clone())]
        }
        Resolution::Rejected { reason: why } => vec![
            text("You asked for "),
            called,
            text(" to have the role "),
            bold(role),
            text(format!(" in {id}. That was not done. {why}")),
        ],
    })
}
