//! The user cache. A user is fetched as soon as they act or are named, so that later messages can show
//! their name without a mention.

use crate::app::App;
use crate::domain::{USER_TTL, UserId};

/// How long opening a modal waits for `users.info`: a trigger ID is valid for three seconds.
const FETCH_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(1);

/// Fetches a user in the background if they are not cached.
pub(crate) fn refresh_user_cache(app: &App, user: UserId) {
    let app = app.clone();
    let tasks = app.tasks.clone();
    tasks.spawn(async move { fetch_user(&app, user).await });
}

/// Fetches a user and waits at most `FETCH_TIMEOUT`, because a modal is about to open. After the timeout
/// the modal opens without the result; deliveries that need the user fetch them again.
pub(crate) async fn fetch_user_within(app: &App, user: UserId) {
    let _ = tokio::time::timeout(FETCH_TIMEOUT, fetch_user(app, user)).await;
}

/// Fetches a user unless they are cached and fresh. Errors are only logged: deliveries that need the user
/// fetch them again.
async fn fetch_user(app: &App, user: UserId) {
    let now = app.clock.now();
    match app.store.user(user.clone()).await {
        Ok(Some((_, fetched_at))) if now.duration_since(fetched_at) < USER_TTL => return,
        Ok(_) => {}
        Err(_) => return,
    }
    match app.slack.user_info(&user).await {
        Ok(user) => {
            if let Err(error) = app.store.save_user(user, now).await {
                tracing::info!("Cannot store a user in the user cache: {error}");
            }
        }
        Err(error) => tracing::info!("Cannot fetch a user: {error}"),
    }
}
