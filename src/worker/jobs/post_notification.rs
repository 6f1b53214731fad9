//! Sends `PostNotification` with `chat.postMessage`.

use crate::domain::ChannelId;
use crate::domain::SlackGroup;
use crate::domain::delivery::PostNotification;
use crate::domain::notification::Destination;
use crate::slack::SlackError;
use crate::slack::blocks::notification::notification_message;
use crate::slack::client::SlackResult;
use crate::store::ReadyDelivery;
use crate::worker::idempotent_post::{PostTarget, post_idempotent};
use crate::worker::job::{Job, JobContext, Outcome};
use crate::worker::job_error::{JobError, JobResult};
use crate::worker::rate_limits::{RateLimitKey, post_keys};

impl Job for PostNotification {
    type Error = JobError;
    const METHOD: Option<&'static str> = Some("chat.postMessage");

    fn rate_limits(&self, ready: &ReadyDelivery) -> Vec<RateLimitKey> {
        let channel = match &self.destination {
            Destination::DirectMessage(user) => Some(ChannelId(user.to_string())),
            Destination::Channel(SlackGroup::Channel(channel)) => Some(channel.clone()),
            Destination::IncidentChannel => ready.channel.clone(),
            Destination::Channel(_)
            | Destination::Mail(_)
            | Destination::UserGroup(_)
            | Destination::Webhook(_)
            | Destination::PagerDuty(_) => None,
        };
        post_keys(ready, "conversations.history", channel.as_ref())
    }

    async fn send(&self, job: &JobContext<'_>) -> JobResult<Outcome<()>> {
        let text = job.attempt.notification.as_ref();
        let text = text.and_then(|sent| sent.notification.text.as_ref());
        let (Some(text), Some(channel)) = (text, channel(self, job).await?) else {
            return Ok(Outcome::Skipped);
        };
        if job.is_uncertain() {
            join(job, &self.destination, &channel).await;
        }
        let url = job
            .app
            .config
            .page_url(&format!("/incidents/{}", job.incident.id.number()));
        let message = notification_message(text, url.as_deref());
        let target = PostTarget::top_level(&channel);
        post_idempotent(job, &[], &target, &message).await?;
        Ok(Outcome::Done(()))
    }
}

/// Joins another channel than the incident's. Posting to a public one requires no membership, but reading it, to
/// recognise an earlier post, does.
async fn join(job: &JobContext<'_>, destination: &Destination, channel: &ChannelId) {
    if !matches!(destination, Destination::Channel(_)) {
        return;
    }
    if let Err(error) = job.slack.join_channel(channel).await {
        tracing::info!("The bot could not join the channel of a notification: {error}");
    }
}

/// Returns the channel to post in; `None` if there is none.
async fn channel(
    payload: &PostNotification,
    job: &JobContext<'_>,
) -> SlackResult<Option<ChannelId>> {
    match &payload.destination {
        // Slack: a message to a user ID goes to the user's direct messages with the app. Reading them requires
        // the ID of their channel.
        Destination::DirectMessage(user) => match job.is_uncertain() {
            true => job.slack.open_dm_channel(user).await.map(Some),
            false => Ok(Some(ChannelId(user.to_string()))),
        },
        Destination::Channel(SlackGroup::Channel(channel)) => Ok(Some(channel.clone())),
        Destination::Channel(SlackGroup::ChannelName(name)) => {
            match job.slack.find_channel_by_name(name).await? {
                Some(channel) => Ok(Some(channel.id)),
                None => Err(SlackError::Api {
                    method: "chat.postMessage",
                    code: "channel_not_found".to_owned(),
                    needed: None,
                }),
            }
        }
        Destination::IncidentChannel => Ok(job.writable_channel().cloned()),
        Destination::Channel(_)
        | Destination::Mail(_)
        | Destination::UserGroup(_)
        | Destination::Webhook(_)
        | Destination::PagerDuty(_) => Ok(None),
    }
}
