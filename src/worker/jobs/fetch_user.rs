//! Sends `FetchUser` with `users.info`.

use crate::domain::delivery::FetchUser;
use crate::domain::{USER_TTL, User};
use crate::slack::SlackError;
use crate::slack::client::SlackResult;
use crate::worker::job::{Job, JobContext, Outcome};
use crate::worker::unavailable_target::ignore_unavailable;

impl Job for FetchUser {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("users.info");

    /// Fetches the user, unless the user cache is current.
    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<User>> {
        let cached = job.app.store.user(self.user.clone()).await.ok().flatten();
        let now = job.app.clock.now();
        if cached.is_some_and(|(_, fetched_at)| now.duration_since(fetched_at) < USER_TTL) {
            return Ok(Outcome::Skipped);
        }
        ignore_unavailable(job.slack.user_info(&self.user).await)
    }
}
