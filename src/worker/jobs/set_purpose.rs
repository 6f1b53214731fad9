//! Sends `SetPurpose` with `conversations.setPurpose`.

use crate::domain::delivery::SetPurpose;
use crate::slack::SlackError;
use crate::slack::blocks::channel::channel_topic;
use crate::slack::client::SlackResult;
use crate::worker::job::{Job, JobContext, Outcome, Target};

impl Job for SetPurpose {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("conversations.setPurpose");
    const TARGET: Target = Target::IncidentChannel;

    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<()>> {
        let Some(channel) = job.writable_channel() else {
            return Ok(Outcome::Skipped);
        };
        let purpose = channel_topic::purpose(job.incident);
        job.slack.set_purpose(channel, &purpose).await?;
        Ok(Outcome::Done(()))
    }
}
