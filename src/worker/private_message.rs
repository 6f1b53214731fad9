//! Messages to the user who made a request, in the place where they made it.

use crate::domain::{ChannelId, Origin, Timestamp, UserId};
use crate::slack::SlackError;
use crate::slack::client::{DeliveryMetadata, Message, SlackResult};
use crate::worker::job::JobContext;

/// Slack: a `response_url` is valid for 30 minutes, docs.slack.dev/interactivity/handling-user-interaction.
/// One minute is subtracted as a margin.
const RESPONSE_URL_TTL: chrono::Duration = chrono::Duration::minutes(29);

/// The recipient of a private message.
pub(crate) struct PrivateRecipient<'a> {
    /// The user.
    pub(crate) user: &'a UserId,
    /// The channel of the request, if there is one.
    pub(crate) channel: Option<&'a ChannelId>,
    /// The response URL, if it is still valid.
    pub(crate) response_url: Option<&'a String>,
}

/// Sends a message to one user: to the response URL, which works in every conversation; otherwise as an
/// ephemeral message in the channel; otherwise as a direct message. Returns whether one of them succeeded.
pub(crate) async fn send_private(
    job: &JobContext<'_>,
    recipient: PrivateRecipient<'_>,
    message: &Message,
) -> SlackResult<bool> {
    if let Some(url) = recipient.response_url
        && is_delivered(job.slack.post_to_response_url(url, message).await)?
    {
        return Ok(true);
    }
    if let Some(channel) = recipient.channel {
        let posted = job
            .slack
            .post_ephemeral(channel, recipient.user, None, message);
        if is_delivered(posted.await)? {
            return Ok(true);
        }
    }
    let metadata = DeliveryMetadata {
        store_id: job.app.store.store_id().to_owned(),
        deliveries: vec![job.attempt.delivery.id],
    };
    // Slack: a message to a user ID goes to the user's direct messages with the app.
    let direct_messages = recipient.user.as_str().into();
    let posted = job
        .slack
        .post_message(&direct_messages, None, message, &metadata)
        .await;
    is_delivered(posted.map(drop))
}

/// Returns the response URL of a request, if it is still valid.
pub(crate) fn valid_response_url(
    origin: &Origin,
    requested_at: Timestamp,
    now: Timestamp,
) -> Option<&String> {
    let url = origin.response_url.as_ref();
    url.filter(|_| now.duration_since(requested_at) < RESPONSE_URL_TTL)
}

/// Returns whether the call succeeded; `false` if Slack rejected it, so that another way can be tried. An
/// invalid token affects all ways and is returned as an error.
pub(crate) fn is_delivered(result: SlackResult<()>) -> SlackResult<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(error @ SlackError::Api { .. }) if !error.is_token_error() => Ok(false),
        Err(error) => Err(error),
    }
}
