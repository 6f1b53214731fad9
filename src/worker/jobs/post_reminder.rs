//! Sends `PostReminder` with `chat.postMessage`: one message for all queued reminders of the kind.

use crate::domain::ReminderPost;
use crate::domain::delivery::PostReminder;
use crate::slack::SlackError;
use crate::slack::blocks::reminder;
use crate::slack::client::SlackResult;
use crate::store::ReadyDelivery;
use crate::worker::idempotent_post::{
    PostTarget, delivery_metadata, find_posted, limited_ids, post_idempotent,
};
use crate::worker::job::{Job, JobContext, Outcome, Target};
use crate::worker::rate_limits::{RateLimitKey, post_keys};

impl Job for PostReminder {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("chat.postMessage");
    const TARGET: Target = Target::IncidentChannel;

    fn rate_limits(&self, ready: &ReadyDelivery) -> Vec<RateLimitKey> {
        post_keys(ready, "conversations.history", ready.channel.as_ref())
    }

    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<ReminderPost>> {
        let Some(channel) = job.writable_channel() else {
            return Ok(Outcome::Skipped);
        };
        let target = PostTarget::top_level(channel);
        let ids = limited_ids(job);
        let is_obsolete = self.is_obsolete(job.incident, &job.attempt.schedule);
        let posted = if is_obsolete {
            // An attempt whose outcome is unknown may have posted it.
            find_posted(job, &target, &delivery_metadata(job, &ids)).await?
        } else {
            let elapsed = job.app.clock.now().duration_since(self.since);
            let names = &job.attempt.names;
            let message = reminder::reminder(job.incident, self.reminder, elapsed, names);
            Some(post_idempotent(job, &ids, &target, &message).await?)
        };
        let Some(posted) = posted else {
            return Ok(Outcome::Skipped);
        };
        let output = ReminderPost {
            reminder: self.reminder,
            channel: channel.clone(),
            ts: posted.ts,
        };
        Ok(Outcome::DoneWith(output, posted.deliveries))
    }
}
