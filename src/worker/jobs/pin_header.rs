//! Sends `PinHeader` with `pins.add`.

use crate::domain::delivery::PinHeader;
use crate::slack::SlackError;
use crate::slack::client::SlackResult;
use crate::worker::job::{Job, JobContext, Outcome, Target};

impl Job for PinHeader {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("pins.add");
    const TARGET: Target = Target::IncidentChannel;

    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<()>> {
        // The incident may have moved to another channel, with another header.
        let is_current = job.incident.header.as_ref() == Some(&self.ts);
        let Some(channel) = job.writable_channel().filter(|_| is_current) else {
            return Ok(Outcome::Skipped);
        };
        job.slack.pin(channel, &self.ts).await?;
        Ok(Outcome::Done(()))
    }
}
