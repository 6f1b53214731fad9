//! Sends `SendBriefing` with `chat.postEphemeral`.

use crate::domain::delivery::SendBriefing;
use crate::slack::SlackError;
use crate::slack::blocks::channel::briefing::briefing;
use crate::slack::blocks::header::HeaderContext;
use crate::slack::client::SlackResult;
use crate::worker::bot_identity::bot_identity;
use crate::worker::job::{Job, JobContext, Outcome, Target};

impl Job for SendBriefing {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("chat.postEphemeral");
    const TARGET: Target = Target::IncidentChannel;

    /// Sends the briefing. A user who has left the channel again is skipped.
    ///
    /// Delivered at least once: an ephemeral message cannot be looked up, so an uncertain attempt is repeated.
    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<()>> {
        let Some(channel) = job.writable_channel() else {
            return Ok(Outcome::Skipped);
        };
        if bot_identity(job.app).await?.user_id == self.user {
            return Ok(Outcome::Skipped);
        }
        let attempt = job.attempt;
        let settings = &attempt.settings;
        let context = HeaderContext {
            incident_type: settings.distinctive_type_name(job.incident.incident_type),
            next_update: attempt.next_update_at,
            ..HeaderContext::default()
        };
        let message = briefing(
            job.incident,
            &attempt.recent_entries,
            context,
            &attempt.names,
            &job.severity_scale(),
        );
        match job
            .slack
            .post_ephemeral(channel, &self.user, None, &message)
            .await
        {
            Err(error) if error.has_code(&["user_not_in_channel", "user_not_found"]) => {
                Ok(Outcome::Skipped)
            }
            result => result.map(Outcome::Done),
        }
    }
}
