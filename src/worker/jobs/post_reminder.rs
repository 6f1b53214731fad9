//! Sends `PostReminder` with `chat.postMessage`: one message for all queued reminders of the kind.

use crate::domain::delivery::PostReminder;
use crate::slack::blocks::reminder;
use crate::slack::client::SlackResult;
use crate::store::ReadyDelivery;
use crate::worker::idempotent_post::{PostTarget, limited_ids, post_idempotent};
use crate::worker::job::{Job, JobContext, Outcome, Target};
use crate::worker::rate_limits::{RateLimitKey, post_keys};

impl Job for PostReminder {
    const METHOD: Option<&'static str> = Some("chat.postMessage");
    const TARGET: Target = Target::IncidentChannel;

    fn rate_limits(&self, ready: &ReadyDelivery) -> Vec<RateLimitKey> {
        post_keys(ready, "conversations.history", ready.channel.as_ref())
    }

    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<()>> {
        let Some(channel) = job.writable_channel() else {
            return Ok(Outcome::Skipped);
        };
        let elapsed = job.app.clock.now().duration_since(self.since);
        let message = reminder::reminder(job.incident, self.reminder, elapsed);
        let target = PostTarget::top_level(channel);
        let posted = post_idempotent(job, &limited_ids(job), &target, &message).await?;
        Ok(Outcome::DoneWith((), posted.deliveries))
    }
}
