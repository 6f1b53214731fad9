//! Sends `PostClosingSummary` with `chat.postMessage`.

use muster_commands::action_menu::PostmortemButton;

use crate::domain::delivery::PostClosingSummary;
use crate::slack::SlackError;
use crate::slack::blocks::closing_summary::closing_summary;
use crate::slack::client::SlackResult;
use crate::store::ReadyDelivery;
use crate::worker::idempotent_post::{PostTarget, post_idempotent};
use crate::worker::job::{Job, JobContext, Outcome, Target};
use crate::worker::rate_limits::{RateLimitKey, post_keys};

impl Job for PostClosingSummary {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("chat.postMessage");
    const TARGET: Target = Target::IncidentChannel;

    fn rate_limits(&self, ready: &ReadyDelivery) -> Vec<RateLimitKey> {
        post_keys(ready, "conversations.history", ready.channel.as_ref())
    }

    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<()>> {
        // Reopened since, and perhaps resolved again: then another summary follows.
        let is_current = job.incident.resolved_at == Some(self.resolved_at);
        let Some(channel) = job.writable_channel().filter(|_| is_current) else {
            return Ok(Outcome::Skipped);
        };
        let scale = job.severity_scale();
        let postmortem = PostmortemButton::for_incident(job.incident, &job.attempt.settings);
        let message = closing_summary(job.incident, &job.attempt.names, &scale, postmortem);
        let target = PostTarget::top_level(channel);
        let posted = post_idempotent(job, &[], &target, &message).await?;
        Ok(Outcome::DoneWith((), posted.deliveries))
    }
}
