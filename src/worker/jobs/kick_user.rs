//! Sends `KickUser` with `conversations.kick`.

use crate::domain::Visibility;
use crate::domain::delivery::KickUser;
use crate::slack::SlackError;
use crate::slack::client::SlackResult;
use crate::worker::job::{Job, JobContext, Outcome, Target};

impl Job for KickUser {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("conversations.kick");
    const TARGET: Target = Target::IncidentChannel;

    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<()>> {
        // The incident may have become public, or the user may participate again.
        let incident = job.incident;
        let may_stay = incident.visibility == Visibility::Public
            || incident.responder_ids().any(|user| *user == self.user);
        let Some(channel) = job.writable_channel().filter(|_| !may_stay) else {
            return Ok(Outcome::Skipped);
        };
        job.slack.kick(channel, &self.user).await?;
        Ok(Outcome::Done(()))
    }
}
