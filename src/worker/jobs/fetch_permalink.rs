//! Sends `FetchPermalink` with `chat.getPermalink`.

use crate::domain::delivery::FetchPermalink;
use crate::slack::SlackError;
use crate::slack::client::SlackResult;
use crate::worker::job::{Job, JobContext, Outcome};
use crate::worker::unavailable_target::ignore_unavailable;

impl Job for FetchPermalink {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("chat.getPermalink");

    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<String>> {
        ignore_unavailable(job.slack.permalink(&self.channel, &self.ts).await)
    }
}
