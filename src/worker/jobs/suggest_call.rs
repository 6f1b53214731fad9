//! Sends `SuggestCall` with `chat.postEphemeral`.

use crate::domain::delivery::SuggestCall;
use crate::slack::SlackError;
use crate::slack::blocks::call_suggestion;
use crate::slack::client::SlackResult;
use crate::worker::job::{Job, JobContext, Outcome, Target};

impl Job for SuggestCall {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("chat.postEphemeral");
    const TARGET: Target = Target::IncidentChannel;

    /// Asks the user in the incident's channel, unless the incident has a call URL by now.
    ///
    /// Delivered at least once: an ephemeral message cannot be looked up, so the user may be asked twice. If
    /// Slack rejects it, nothing is lost: the URL is in the channel.
    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<()>> {
        let has_call = job.incident.call_url.is_some();
        let Some(channel) = job.writable_channel().filter(|_| !has_call) else {
            return Ok(Outcome::Skipped);
        };
        let message = call_suggestion::call_suggestion(&self.url);
        match job
            .slack
            .post_ephemeral(channel, &self.user, None, &message)
            .await
        {
            Err(error @ SlackError::Api { .. }) if !error.is_token_error() => {
                tracing::info!(incident.id = %job.incident.id, "The call suggestion was not delivered: {error}");
                Ok(Outcome::Skipped)
            }
            result => result.map(Outcome::Done),
        }
    }
}
