//! Sends `PostAnnouncementReply` with `chat.postMessage`: one message for all queued activities that fit.

use crate::domain::delivery::PostAnnouncementReply;
use crate::slack::SlackError;
use crate::slack::blocks::activity::announcement_reply;
use crate::slack::blocks::postmortem::with_postmortem_button;
use crate::slack::client::SlackResult;
use crate::store::ReadyDelivery;
use crate::worker::announcements_channel::{CHANNEL_CLOSED_CODES, handle_closed_channel};
use crate::worker::idempotent_post::{PostTarget, batch_activities, post_idempotent};
use crate::worker::job::{Job, JobContext, Outcome, Target};
use crate::worker::rate_limits::{RateLimitKey, post_keys};

impl Job for PostAnnouncementReply {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("chat.postMessage");
    const TARGET: Target = Target::AnnouncementThread;

    fn rate_limits(&self, ready: &ReadyDelivery) -> Vec<RateLimitKey> {
        let channel = ready.announcements_channel.as_ref();
        post_keys(ready, "conversations.replies", channel)
    }

    /// Posts nothing without an announcement, for an incident that is not announced, or if the announcements
    /// channel is unavailable.
    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<()>> {
        let (activities, coalesced) =
            batch_activities(job, self.activity.clone(), |_, queued: &Self| {
                Some(queued.activity.clone())
            });
        let announcement = job.incident.announcement.as_ref();
        let Some(announcement) = announcement.filter(|_| job.incident.is_announced()) else {
            return Ok(Outcome::DoneWith((), coalesced));
        };
        let target = PostTarget {
            channel: &announcement.channel,
            thread: Some(&announcement.ts),
        };
        let message = announcement_reply(&activities, &job.attempt.names);
        let config = &job.app.config;
        let message = with_postmortem_button(message, &activities, job.incident, config);
        match post_idempotent(job, &coalesced, &target, &message).await {
            Ok(posted) => Ok(Outcome::DoneWith((), posted.deliveries)),
            Err(error)
                if error.has_code(&CHANNEL_CLOSED_CODES)
                    || error.has_code(&["thread_not_found"]) =>
            {
                handle_closed_channel(job.app, &announcement.channel, &error);
                Ok(Outcome::DoneWith((), coalesced))
            }
            Err(error) => Err(error),
        }
    }
}
