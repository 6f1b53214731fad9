//! Sends `PostActivity` with `chat.postMessage`: one message for all queued activities that fit.

use crate::domain::delivery::PostActivity;
use crate::domain::{ActivityPost, TimelineEvent};
use crate::slack::blocks::activity;
use crate::slack::blocks::channel::welcome;
use crate::slack::client::SlackResult;
use crate::store::ReadyDelivery;
use crate::worker::idempotent_post::{PostTarget, batch_activities, post_idempotent};
use crate::worker::job::{Job, JobContext, Outcome, Target};
use crate::worker::rate_limits::{RateLimitKey, post_keys};

impl Job for PostActivity {
    const METHOD: Option<&'static str> = Some("chat.postMessage");
    const TARGET: Target = Target::IncidentChannel;

    fn rate_limits(&self, ready: &ReadyDelivery) -> Vec<RateLimitKey> {
        post_keys(ready, "conversations.history", ready.channel.as_ref())
    }

    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<ActivityPost>> {
        let Some(channel) = job.writable_channel() else {
            return Ok(Outcome::Skipped);
        };
        let (activities, coalesced) =
            batch_activities(job, &self.activity, |queued: &Self| &queued.activity);
        let names = &job.attempt.names;
        let message = match activities.as_slice() {
            [activity] if matches!(activity.event, TimelineEvent::Declared { .. }) => {
                welcome::welcome(activity, names, &job.app.config.command)
            }
            activities => activity::activity(activities, names),
        };
        let target = PostTarget::top_level(channel);
        let posted = post_idempotent(job, &coalesced, &target, &message).await?;
        let output = ActivityPost {
            channel: channel.clone(),
            ts: posted.ts,
            deliveries: posted.deliveries.clone(),
        };
        Ok(Outcome::DoneWith(output, posted.deliveries))
    }
}
