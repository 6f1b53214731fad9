//! The user cache. A user is fetched as soon as they act or are named, so that later messages can show
//! their name without a mention.

use crate::app::App;
use crate::domain::{Timestamp, USER_TTL, User, UserId};
use crate::error::Result;
use crate::slack::SlackError;
use crate::slack::users::user_lookups::{LookupOutcome, NextStep};

/// How long a request waits for `users.info`: a trigger ID is valid for three seconds, and Slack waits as
/// long for the response to a submission.
const FETCH_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(1);

/// How long a user who signs in waits for `users.info`.
const SIGN_IN_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(3);

/// Fetches a user in the background if they are not cached.
pub(crate) fn refresh_user_cache(app: &App, user: UserId) {
    // A running lookup is not waited for: it stores the user itself.
    if let NextStep::LookUp(running) = app.user_lookups.begin(&user, app.clock.now()) {
        let (app, tasks) = (app.clone(), app.tasks.clone());
        tasks.spawn(async move {
            look_up(&app, &user).await;
            drop(running);
        });
    }
}

/// Fetches users who are not cached, and waits at most `FETCH_TIMEOUT`. After the timeout the request
/// continues without them; deliveries that need them fetch them again.
pub(crate) async fn fetch_users_within(app: &App, users: impl IntoIterator<Item = &UserId>) {
    let fetches = users.into_iter().map(|user| fetch_user(app, user));
    let fetches = futures_util::future::join_all(fetches);
    let _ = tokio::time::timeout(FETCH_TIMEOUT, fetches).await;
}

/// Fetches a user now, so that their account kind is current; a user who is cached is returned if Slack does not
/// answer. Returns `None` if nothing is known about the user.
pub(crate) async fn fetch_user_now(app: &App, user: &UserId) -> Result<Option<User>> {
    let now = app.clock.now();
    let fetched = tokio::time::timeout(SIGN_IN_TIMEOUT, app.slack.user_info(user)).await;
    match fetched {
        Ok(Ok(user)) => {
            app.store.save_user(user.clone(), now).await?;
            Ok(Some(user))
        }
        Ok(Err(_)) | Err(_) => {
            let known = app.store.user(user.clone()).await?;
            Ok(known.map(|(user, _)| user))
        }
    }
}

/// Fetches a user unless they are cached, or waits for a lookup that is running.
async fn fetch_user(app: &App, user: &UserId) {
    let mut ended = match app.user_lookups.begin(user, app.clock.now()) {
        NextStep::UseCache | NextStep::Skip => return,
        NextStep::Wait(ended) => ended,
        NextStep::LookUp(running) => {
            // In a task of its own, so that its result is stored even if it comes too late for the request.
            let (ended, app, user) = (running.subscribe(), app.clone(), user.clone());
            let tasks = app.tasks.clone();
            tasks.spawn(async move {
                look_up(&app, &user).await;
                drop(running);
            });
            ended
        }
    };
    // The error means that the lookup has ended, as no value is ever sent.
    let _ = ended.changed().await;
}

/// Fetches a user unless they are cached and fresh. Errors are only logged: deliveries that need the user
/// fetch them again.
async fn look_up(app: &App, user: &UserId) {
    let now = app.clock.now();
    let outcome = match app.store.user(user.clone()).await {
        Ok(Some((_, fetched_at))) if now.duration_since(fetched_at) < USER_TTL => {
            LookupOutcome::Cached(fetched_at)
        }
        Ok(_) if app.user_lookups.may_call(now) => call(app, user, now).await,
        Ok(_) | Err(_) => LookupOutcome::Failed,
    };
    app.user_lookups.finish(user, outcome, app.clock.now());
}

async fn call(app: &App, user: &UserId, now: Timestamp) -> LookupOutcome {
    match app.slack.user_info(user).await {
        Ok(user) => match app.store.save_user(user, now).await {
            Ok(()) => LookupOutcome::Cached(now),
            Err(error) => {
                tracing::info!("Cannot store a user in the user cache: {error}");
                LookupOutcome::Failed
            }
        },
        Err(error) => {
            tracing::info!("Cannot fetch a user: {error}");
            match error {
                SlackError::RateLimited { wait, .. } => {
                    let wait = chrono::Duration::from_std(wait).unwrap_or_default();
                    LookupOutcome::RateLimited(app.clock.now().plus(wait))
                }
                SlackError::Api { .. }
                | SlackError::Unreachable { .. }
                | SlackError::Timeout { .. }
                | SlackError::Unknown { .. } => LookupOutcome::Failed,
            }
        }
    }
}
