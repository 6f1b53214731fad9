//! Sends `PostOldChannelNotice` with `chat.postMessage`.

use crate::domain::delivery::PostOldChannelNotice;
use crate::slack::SlackError;
use crate::slack::blocks::channel::old_channel_notice;
use crate::slack::client::SlackResult;
use crate::store::ReadyDelivery;
use crate::worker::idempotent_post::{PostTarget, limited_ids, post_idempotent};
use crate::worker::job::{Job, JobContext, Outcome};
use crate::worker::jobs::list_old_members::OLD_CHANNEL_CLOSED_CODES;
use crate::worker::rate_limits::{RateLimitKey, post_keys};

impl Job for PostOldChannelNotice {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("chat.postMessage");

    fn rate_limits(&self, ready: &ReadyDelivery) -> Vec<RateLimitKey> {
        post_keys(ready, "conversations.history", Some(&self.channel))
    }

    /// Posts the notice. A closed channel is skipped.
    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<()>> {
        let message = old_channel_notice::old_channel_notice(job.incident);
        let target = PostTarget::top_level(&self.channel);
        match post_idempotent(job, &limited_ids(job), &target, &message).await {
            Err(error) if !error.has_code(&OLD_CHANNEL_CLOSED_CODES) => Err(error),
            Ok(_) | Err(_) => Ok(Outcome::Done(())),
        }
    }
}
