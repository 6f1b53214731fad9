//! Sends `UpsertAnnouncement` with `chat.postMessage`, later with `chat.update`.

use crate::domain::delivery::UpsertAnnouncement;
use crate::domain::{Announcement, ChannelId};
use crate::slack::SlackError;
use crate::slack::blocks::announcement;
use crate::slack::blocks::open_page::with_page_button;
use crate::slack::client::{DeliveryMetadata, Message, PostedMessage, SlackResult};
use crate::store::{MessageState, ReadyDelivery};
use crate::worker::announcements_channel::{
    CHANNEL_CLOSED_CODES, find_announcements_channel, handle_closed_channel, set_missing,
    unavailable_reason,
};
use crate::worker::bot_identity::bot_identity;
use crate::worker::idempotent_post::{
    PostTarget, find_posted, ignore_deleted, limited_ids, post_idempotent,
};
use crate::worker::job::{Job, JobContext, Outcome};
use crate::worker::rate_limits::{RateLimitKey, post_keys};

type Posted = Outcome<Option<Announcement>>;

impl Job for UpsertAnnouncement {
    type Error = SlackError;
    const METHOD: Option<&'static str> = None;

    fn rate_limits(&self, ready: &ReadyDelivery) -> Vec<RateLimitKey> {
        match ready.announcement {
            MessageState::Posted => vec![RateLimitKey::Method("chat.update")],
            MessageState::Missing => {
                let channel = ready.announcements_channel.as_ref();
                post_keys(ready, "conversations.history", channel)
            }
        }
    }

    /// Without an available announcements channel the incident continues unannounced. A warning informs the
    /// operator, and the announcement is enqueued again when the channel is available.
    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Posted> {
        let incident = job.incident;
        if !incident.is_announced() {
            return find_uncertain(job).await;
        }
        let scale = job.severity_scale();
        let team = bot_identity(job.app).await?.team_id;
        let message = announcement::announcement(incident, &job.attempt.names, &scale, &team);
        let message = with_page_button(message, incident.id, &job.app.config);
        match &incident.announcement {
            Some(announcement) => update(job, announcement, &message).await,
            None => match find_announcements_channel(job.app).await? {
                Some(channel) => post(job, channel, &message).await,
                None => Ok(Outcome::Skipped),
            },
        }
    }
}

async fn update(
    job: &JobContext<'_>,
    announcement: &Announcement,
    message: &Message,
) -> SlackResult<Posted> {
    let Announcement { channel, ts } = announcement;
    match ignore_deleted(job.slack.update_message(channel, ts, message).await) {
        Err(error) if error.has_code(&CHANNEL_CLOSED_CODES) => {
            handle_closed_channel(job.app, channel, &error);
            Ok(Outcome::Skipped)
        }
        result => result.map(|()| Outcome::Done(None)),
    }
}

async fn post(job: &JobContext<'_>, channel: ChannelId, message: &Message) -> SlackResult<Posted> {
    let target = PostTarget::top_level(&channel);
    match post_idempotent(job, &limited_ids(job), &target, message).await {
        Ok(posted) => Ok(posted_in(channel, posted)),
        Err(error) if error.has_code(&CHANNEL_CLOSED_CODES) => {
            set_missing(job.app, unavailable_reason(&error));
            Ok(Outcome::Skipped)
        }
        Err(error) => Err(error),
    }
}

/// Posts nothing, because the incident is not announced. Looks up an announcement that an uncertain attempt
/// may have posted before the incident became private, so that it can be deleted.
async fn find_uncertain(job: &JobContext<'_>) -> SlackResult<Posted> {
    if !job.is_uncertain() || job.incident.announcement.is_some() {
        return Ok(Outcome::Skipped);
    }
    let Some(channel) = find_announcements_channel(job.app).await? else {
        return Ok(Outcome::Skipped);
    };
    let metadata = DeliveryMetadata {
        store_id: job.app.store.store_id().to_owned(),
        deliveries: vec![job.attempt.delivery.id],
    };
    let posted = find_posted(job, &PostTarget::top_level(&channel), &metadata).await?;
    Ok(posted.map_or(Outcome::Skipped, |posted| posted_in(channel, posted)))
}

fn posted_in(channel: ChannelId, posted: PostedMessage) -> Posted {
    let announcement = Announcement {
        channel,
        ts: posted.ts,
    };
    Outcome::DoneWith(Some(announcement), posted.deliveries)
}
