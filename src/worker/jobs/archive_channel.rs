//! Sends `ArchiveChannel` with `conversations.history` and `conversations.archive`.

use crate::domain::ARCHIVE_QUIET_PERIOD;
use crate::domain::delivery::ArchiveChannel;
use crate::domain::delivery::archive_channel::ArchiveOutput;
use crate::slack::SlackError;
use crate::slack::client::SlackResult;
use crate::store::ReadyDelivery;
use crate::worker::job::{Job, JobContext, Outcome, Target};
use crate::worker::rate_limits::{RateLimitKey, with_lookup};
use crate::worker::run_job::ARCHIVED_CODES;

impl Job for ArchiveChannel {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("conversations.archive");
    const TARGET: Target = Target::IncidentChannel;

    fn rate_limits(&self, ready: &ReadyDelivery) -> Vec<RateLimitKey> {
        let keys = ["conversations.history", "conversations.archive"].map(RateLimitKey::Method);
        with_lookup(ready, "conversations.info", keys.to_vec())
    }

    /// Archives the channel, unless a user posted in it during the last day. The last message is read directly
    /// before.
    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<ArchiveOutput>> {
        // A user may retry a failed delivery after the incident was reopened.
        let is_over = !job.incident.status.is_open();
        let Some(channel) = job.writable_channel().filter(|_| is_over) else {
            return Ok(Outcome::Skipped);
        };
        let archived = Outcome::Done(ArchiveOutput::Archived(channel.clone()));
        // Archiving a channel removes the bot from it, so that its history can no longer be read.
        if job.is_uncertain() && job.slack.channel_info(channel).await?.is_archived {
            return Ok(archived);
        }
        let result = match job.slack.last_human_message_at(channel).await {
            Ok(Some(last)) if last.plus(ARCHIVE_QUIET_PERIOD) > job.app.clock.now() => {
                return Ok(Outcome::Done(ArchiveOutput::Active(last)));
            }
            Ok(_) => job.slack.archive_channel(channel).await,
            Err(error) => Err(error),
        };
        match result {
            Err(error) if !error.has_code(&ARCHIVED_CODES) => Err(error),
            Ok(()) | Err(_) => Ok(archived),
        }
    }
}
