//! Sends `DeleteAnnouncement` with `conversations.replies` and `chat.delete`.

use crate::domain::MessageTs;
use crate::domain::delivery::DeleteAnnouncement;
use crate::slack::SlackError;
use crate::slack::client::SlackResult;
use crate::store::ReadyDelivery;
use crate::worker::announcements_channel::CHANNEL_CLOSED_CODES;
use crate::worker::job::{Job, JobContext, Outcome};
use crate::worker::rate_limits::RateLimitKey;

impl Job for DeleteAnnouncement {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("chat.delete");

    fn rate_limits(&self, _ready: &ReadyDelivery) -> Vec<RateLimitKey> {
        ["conversations.replies", "chat.delete"]
            .map(RateLimitKey::Method)
            .to_vec()
    }

    /// Deletes the bot's replies in the announcement's thread, then the announcement. Replies of users remain.
    ///
    /// A repeated attempt is harmless, because messages that are already deleted count as success.
    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<Option<MessageTs>>> {
        let announcement = match &job.incident.announcement {
            Some(announcement) if !job.incident.is_announced() => announcement,
            Some(_) | None => return Ok(Outcome::Skipped),
        };
        let (channel, ts) = (&announcement.channel, &announcement.ts);
        let store_id = job.app.store.store_id();
        let replies = match job.slack.own_thread_replies(channel, ts, store_id).await {
            // If the thread cannot be read, the announcement itself is still deleted.
            Err(error) if error.has_code(&CHANNEL_CLOSED_CODES) => Vec::new(),
            result => result?,
        };
        for reply in &replies {
            job.slack.delete_message(channel, reply).await?;
        }
        match job.slack.delete_message(channel, ts).await {
            Err(error) if error.has_code(&["channel_not_found"]) => {}
            result => result?,
        }
        Ok(Outcome::Done(Some(ts.clone())))
    }
}
