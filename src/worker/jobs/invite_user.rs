//! Sends `InviteUser` with `conversations.invite`.

use crate::domain::delivery::InviteUser;
use crate::slack::SlackError;
use crate::slack::client::SlackResult;
use crate::worker::job::{Job, JobContext, Outcome, Target};

impl Job for InviteUser {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("conversations.invite");
    const TARGET: Target = Target::IncidentChannel;

    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<()>> {
        let Some(channel) = job.writable_channel() else {
            return Ok(Outcome::Skipped);
        };
        job.slack.invite(channel, &self.user).await?;
        Ok(Outcome::Done(()))
    }
}
