//! Sends `fetch_user`, `resolve_user` (`users.info`) and `send_deferred_reply`.

use std::pin::pin;
use std::time::Duration;

use muster_commands::UserId;

use crate::app::{App, SlackState};
use crate::domain::{DeliveryOutput, Resolution, USER_TTL, UnresolvedUser, User};
use crate::slack::SlackError;
use crate::slack::client::SlackResult;
use crate::slack::users::unresolved_users;
use crate::store::Attempt;
use crate::worker::jobs::send_private_reply::{PrivateRecipient, send_private, valid_response_url};
use crate::worker::run_job::ignore_unavailable;

/// Delay after which a user who waits for the reply is informed that it takes longer.
const NOTICE_AFTER: Duration = Duration::from_secs(1);

/// Rejection for a user ID that Slack does not know.
const UNKNOWN_USER: &str =
    "Slack knows nobody like that. Choose from the list that Slack shows as you type @.";

/// Fetches a user, unless the user cache is current.
pub async fn fetch_user(app: &App, user: &UserId) -> SlackResult<DeliveryOutput> {
    let known = app.store.user(user.clone()).await.ok().flatten();
    let now = app.clock.now();
    if known.is_some_and(|(_, learned_at)| now.duration_since(learned_at) < USER_TTL) {
        return Ok(DeliveryOutput::Nothing);
    }
    let found = app.slack.user_info(user).await;
    ignore_unavailable(found.map(DeliveryOutput::UserFetched))
}

/// Fetches a user who was named in a request. If that takes long, the requester is informed that the request
/// is stored.
///
/// If Slack rejects the call, because a scope is missing or the user is not visible, the user is accepted as
/// named.
pub async fn resolve_user(
    app: &App,
    attempt: &Attempt,
    stranger: &UnresolvedUser,
) -> SlackResult<DeliveryOutput> {
    // If the store cannot be read, storing the output fails as well.
    let known = app.store.user(stranger.user.clone()).await.ok().flatten();
    let found = match known {
        Some((user, _)) => Ok(user),
        None => fetch_with_notice(app, attempt, stranger).await,
    };
    let met = |user: Option<User>, refusal| {
        Ok(DeliveryOutput::UserResolved {
            user,
            rejection: refusal,
        })
    };
    match found {
        Ok(user) => {
            let fits = user.check_may_participate(attempt.settings.guest_policy());
            met(Some(user), fits.err().map(|refusal| refusal.0))
        }
        Err(trouble) if trouble.has_code(&["user_not_found"]) => {
            met(None, Some(UNKNOWN_USER.to_owned()))
        }
        Err(trouble @ SlackError::Api { .. }) if !trouble.is_token_error() => met(None, None),
        Err(trouble) => Err(trouble),
    }
}

async fn fetch_with_notice(
    app: &App,
    attempt: &Attempt,
    stranger: &UnresolvedUser,
) -> SlackResult<User> {
    // While Slack was unreachable, the requester was informed at once. Each requester is informed once.
    let was_told =
        attempt.delivery.attempts > 1 || matches!(app.state.slack(), SlackState::Down(_));
    let waits = || {
        if !was_told && stranger.target.is_some() {
            unresolved_users::notify_deferred(app, stranger);
        }
    };
    let mut asking = pin!(app.slack.user_info(&stranger.user));
    match tokio::time::timeout(NOTICE_AFTER, &mut asking).await {
        Ok(Err(trouble)) if !matches!(trouble, SlackError::Api { .. }) => {
            waits();
            Err(trouble)
        }
        Ok(answer) => answer,
        Err(_) => {
            waits();
            asking.await
        }
    }
}

/// Sends the result of a deferred request to the requester.
///
/// Delivered at least once: an ephemeral message cannot be looked up, so an uncertain attempt is repeated.
/// It is no error if Slack rejects all ways: the channel shows what was done.
pub async fn send_deferred_reply(
    app: &App,
    attempt: &Attempt,
    (stranger, became): (&UnresolvedUser, &Resolution),
) -> SlackResult<DeliveryOutput> {
    let now = app.clock.now();
    let message = unresolved_users::resolution_message(stranger, became, attempt.incident.id, now);
    let spot = PrivateRecipient {
        user: &stranger.actor,
        channel: stranger.origin.channel.as_ref(),
        response_url: valid_response_url(&stranger.origin, stranger.at, now),
    };
    if !send_private(app, attempt, spot, &message).await? {
        tracing::info!(incident.id = %attempt.incident.id, "A deferred reply was not delivered");
    }
    Ok(DeliveryOutput::Nothing)
}
