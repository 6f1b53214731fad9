//! Sends `CreateChannel` with `conversations.create`.

use crate::domain::ChannelName;
use crate::domain::delivery::CreateChannel;
use crate::domain::delivery::create_channel::CreatedChannel;
use crate::slack::SlackError;
use crate::slack::client::{ChannelInfo, SlackResult};
use crate::store::ReadyDelivery;
use crate::worker::bot_identity::bot_identity;
use crate::worker::idempotent_post::MAX_CLOCK_SKEW;
use crate::worker::job::{Job, JobContext, Outcome};
use crate::worker::rate_limits::{RateLimitKey, with_lookup};
use crate::worker::taken_names::{name_taken_error, save_progress};

impl Job for CreateChannel {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("conversations.create");

    fn rate_limits(&self, ready: &ReadyDelivery) -> Vec<RateLimitKey> {
        let create = vec![RateLimitKey::Method("conversations.create")];
        with_lookup(ready, "conversations.list", create)
    }

    /// Creates the channel under the first free name. Returns `name_taken` if all names are taken.
    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<CreatedChannel>> {
        let mut last_tried = self.last_tried.clone();
        let result = create_first_free(job, self, &mut last_tried).await;
        if result.is_err() && last_tried != self.last_tried {
            let progress = Self {
                last_tried,
                ..self.clone()
            };
            save_progress(job, progress).await;
        }
        let channel = result?;
        Ok(Outcome::Done(CreatedChannel {
            id: channel.id,
            name: channel.name,
        }))
    }
}

/// Tries one name after the other; `last_tried` becomes the last one that is taken by another channel.
///
/// If an earlier attempt is uncertain, the first taken name may be our own channel, which is then looked
/// up. Not before: a free name shows that no attempt arrived, and large workspaces have long channel
/// lists.
async fn create_first_free(
    job: &JobContext<'_>,
    payload: &CreateChannel,
    last_tried: &mut Option<ChannelName>,
) -> SlackResult<ChannelInfo> {
    let mut is_uncertain = job.is_uncertain();
    for name in payload.name.candidates(payload.last_tried.as_ref()) {
        match job
            .slack
            .create_channel(name.as_str(), payload.visibility)
            .await
        {
            Err(error) if error.has_code(&["name_taken"]) => {}
            result => return result,
        }
        if std::mem::take(&mut is_uncertain)
            && let Some(own) = find_own_channel(job, payload).await?
        {
            return Ok(own);
        }
        *last_tried = Some(name);
    }
    // All names are taken. The operator may free any of them, so that the next attempt starts again.
    *last_tried = None;
    Err(name_taken_error("conversations.create"))
}

/// Finds the channel that an uncertain attempt created for this incident: it has one of its names, was
/// created by the bot since the declaration, and does not belong to any incident, not even as an old
/// channel.
async fn find_own_channel(
    job: &JobContext<'_>,
    payload: &CreateChannel,
) -> SlackResult<Option<ChannelInfo>> {
    let bot = bot_identity(job.app).await?;
    let channels = job
        .slack
        .find_channels(payload.visibility, |name| payload.name.has_candidate(name))
        .await?;
    let declared_at = job.incident.declared_at;
    let earliest = declared_at.plus(-MAX_CLOCK_SKEW).epoch_seconds();
    for channel in channels {
        let is_own = channel.creator == bot.user_id.as_str()
            && channel.created >= earliest
            && !channel.is_archived;
        // If the store cannot be read, storing the output fails as well.
        let belongs_to_incident = job
            .app
            .store
            .channel_belongs_to_incident(channel.id.clone());
        if is_own && matches!(belongs_to_incident.await, Ok(false)) {
            return Ok(Some(channel));
        }
    }
    Ok(None)
}
