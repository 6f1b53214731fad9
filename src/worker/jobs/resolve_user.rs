//! Sends `ResolveUser` with `users.info`.

use std::pin::pin;
use std::time::Duration;

use crate::app::SlackState;
use crate::domain::delivery::ResolveUser;
use crate::domain::delivery::resolve_user::ResolvedUser;
use crate::domain::{UnresolvedUser, User};
use crate::slack::SlackError;
use crate::slack::client::SlackResult;
use crate::slack::users::unresolved_users;
use crate::worker::job::{Job, JobContext, Outcome};

/// Delay after which a user who waits for the reply is informed that it takes longer.
const NOTICE_AFTER: Duration = Duration::from_secs(1);

/// Rejection for a user ID that Slack does not know.
const UNKNOWN_USER: &str =
    "Slack can't find this person. Pick them from the list Slack shows when you type @.";

impl Job for ResolveUser {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("users.info");

    /// Fetches the user who was named in a request. If Slack rejects the call, because a scope is missing or
    /// the user is not visible, the user is accepted as named.
    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<ResolvedUser>> {
        let id = self.unresolved_user.user.clone();
        // If the store cannot be read, storing the output fails as well.
        let cached = job.app.store.user(id).await.ok().flatten();
        let result = match cached {
            Some((user, _)) => Ok(user),
            None => fetch_with_notice(job, &self.unresolved_user).await,
        };
        let resolved = match result {
            Ok(user) => {
                let policy = job.attempt.settings.guest_policy();
                let rejection = user.check_may_participate(policy).err();
                ResolvedUser {
                    user: Some(user),
                    rejection: rejection.map(|rejection| rejection.0),
                }
            }
            Err(error) if error.has_code(&["user_not_found"]) => ResolvedUser {
                user: None,
                rejection: Some(UNKNOWN_USER.to_owned()),
            },
            Err(error @ SlackError::Api { .. }) if !error.is_token_error() => ResolvedUser {
                user: None,
                rejection: None,
            },
            Err(error) => return Err(error),
        };
        Ok(Outcome::Done(resolved))
    }
}

/// Fetches the user. If that takes long, the requester is informed that the request is stored.
async fn fetch_with_notice(job: &JobContext<'_>, request: &UnresolvedUser) -> SlackResult<User> {
    let mut fetch = pin!(job.slack.user_info(&request.user));
    match tokio::time::timeout(NOTICE_AFTER, &mut fetch).await {
        Ok(Err(error)) if !matches!(error, SlackError::Api { .. }) => {
            notify_requester(job, request);
            Err(error)
        }
        Ok(result) => result,
        Err(_) => {
            notify_requester(job, request);
            fetch.await
        }
    }
}

/// Informs the requester once. While Slack was unreachable, they were informed at once.
fn notify_requester(job: &JobContext<'_>, request: &UnresolvedUser) {
    let was_informed =
        job.attempt.delivery.attempts > 1 || matches!(job.app.state.slack(), SlackState::Down(_));
    if !was_informed && request.target.is_some() {
        unresolved_users::notify_deferred(job.app, request);
    }
}
