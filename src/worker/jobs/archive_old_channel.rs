//! Sends `ArchiveOldChannel` with `conversations.archive`.

use crate::domain::delivery::ArchiveOldChannel;
use crate::slack::SlackError;
use crate::slack::client::SlackResult;
use crate::worker::job::{Job, JobContext, Outcome};
use crate::worker::jobs::list_old_members::OLD_CHANNEL_CLOSED_CODES;

impl Job for ArchiveOldChannel {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("conversations.archive");

    /// Archives the channel. A closed channel counts as success.
    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<()>> {
        match job.slack.archive_channel(&self.channel).await {
            Err(error) if !error.has_code(&OLD_CHANNEL_CLOSED_CODES) => Err(error),
            Ok(()) | Err(_) => Ok(Outcome::Done(())),
        }
    }
}
