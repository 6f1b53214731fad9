//! Idempotent posts (`chat.postMessage`): an uncertain attempt is looked up before it is sent again.

use crate::domain::delivery::DeliverySpec;
use crate::domain::{Activity, ChannelId, MessageTs};
use crate::slack::blocks::alerts::incident_buttons;
use crate::slack::blocks::{activity, status_update};
use crate::slack::client::{DeliveryMetadata, Message, PostedMessage, SlackResult};
use crate::worker::job::JobContext;

/// Maximum difference between Slack's clock and ours when we look up earlier results. It exceeds the
/// difference that request signatures allow.
pub(crate) const MAX_CLOCK_SKEW: chrono::Duration = chrono::Duration::minutes(10);

/// Maximum length of a message that combines several activities, in characters.
const MAX_BATCH_CHARS: usize = 3_000;

/// Maximum number of other deliveries in the metadata of a message. Slack does not document the size limit
/// of metadata.
const MAX_COALESCED: usize = 50;

/// Where a message is posted.
pub(crate) struct PostTarget<'a> {
    /// The channel.
    pub(crate) channel: &'a ChannelId,
    /// The parent message, if it is posted in a thread.
    pub(crate) thread: Option<&'a MessageTs>,
}

impl<'a> PostTarget<'a> {
    /// Returns the top level of a channel.
    pub(crate) fn top_level(channel: &'a ChannelId) -> Self {
        Self {
            channel,
            thread: None,
        }
    }
}

/// Posts a message that finishes a delivery and those coalesced with it. If an earlier attempt is uncertain,
/// the message is looked up first; it finishes only the deliveries in its metadata.
pub(crate) async fn post_idempotent(
    job: &JobContext<'_>,
    coalesced: &[i64],
    target: &PostTarget<'_>,
    message: &Message,
) -> SlackResult<PostedMessage> {
    let metadata = delivery_metadata(job, coalesced);
    if let Some(posted) = find_posted(job, target, &metadata).await? {
        return Ok(posted);
    }
    let ts = job
        .slack
        .post_message(target.channel, target.thread, message, &metadata)
        .await?;
    Ok(PostedMessage {
        ts,
        deliveries: metadata.deliveries,
    })
}

/// Returns the metadata of a message that finishes a delivery and those coalesced with it.
pub(crate) fn delivery_metadata(job: &JobContext<'_>, coalesced: &[i64]) -> DeliveryMetadata {
    DeliveryMetadata {
        store_id: job.app.store.store_id().to_owned(),
        deliveries: [&[job.attempt.delivery.id], coalesced].concat(),
    }
}

/// Looks up the message of an uncertain attempt.
pub(crate) async fn find_posted(
    job: &JobContext<'_>,
    target: &PostTarget<'_>,
    metadata: &DeliveryMetadata,
) -> SlackResult<Option<PostedMessage>> {
    let Some(uncertain_since) = job.attempt.delivery.uncertain_since else {
        return Ok(None);
    };
    let since = uncertain_since.plus(-MAX_CLOCK_SKEW);
    job.slack
        .find_message(target.channel, target.thread, metadata, since)
        .await
}

/// Ignores errors for a message that a user deleted. It is not posted again.
pub(crate) fn ignore_deleted(result: SlackResult<()>) -> SlackResult<()> {
    match result {
        Err(error) if error.has_code(&["message_not_found", "cant_update_message"]) => {
            tracing::info!("A message of the bot was deleted: {error}");
            Ok(())
        }
        other => other,
    }
}

/// Returns the coalesced deliveries that a message with the current state finishes. Those beyond the limit
/// of the metadata are finished by one later edit.
pub(crate) fn limited_ids(job: &JobContext<'_>) -> Vec<i64> {
    let mut ids = job.coalesced_ids();
    ids.truncate(MAX_COALESCED);
    ids
}

fn is_posted_alone(activity: &Activity) -> bool {
    status_update::is_posted_alone(activity) || incident_buttons::is_posted_alone(activity)
}

/// Returns the activities for one message: that of the delivery, and as many of the queued ones as fit, with
/// the IDs of their deliveries. A status update is a message of its own; a delivery without an activity is
/// finished with the others.
pub(crate) fn batch_activities<S: DeliverySpec>(
    job: &JobContext<'_>,
    first: Activity,
    activity_of: impl Fn(i64, &S) -> Option<Activity>,
) -> (Vec<Activity>, Vec<i64>) {
    let is_alone = is_posted_alone(&first);
    let mut activities = vec![first];
    let mut ids = Vec::new();
    if is_alone {
        return (activities, ids);
    }
    for (id, payload) in job.coalesced::<S>() {
        let Some(activity) = activity_of(id, payload) else {
            ids.push(id);
            continue;
        };
        if is_posted_alone(&activity) {
            break;
        }
        activities.push(activity);
        let text = activity::activity(&activities, &job.attempt.names).text;
        if text.chars().count() > MAX_BATCH_CHARS {
            activities.pop();
            break;
        }
        ids.push(id);
    }
    (activities, ids)
}
