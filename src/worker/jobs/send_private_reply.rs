//! Sends `send_private_reply`: the reply to the user who declared, or to the thread of the message that the
//! incident was declared from.

use muster_commands::{ChannelId, UserId};

use crate::app::App;
use crate::domain::{Delivery, DeliveryOutput, Origin, Timestamp, Visibility};
use crate::slack::SlackError;
use crate::slack::blocks::private_reply;
use crate::slack::client::{DeliveryMetadata, Message, SlackResult};
use crate::store::Attempt;
use crate::worker::idempotent_post::{PostTarget, post_idempotent};

/// Slack: a `response_url` is valid for 30 minutes, docs.slack.dev/interactivity/handling-user-interaction.
/// One minute is subtracted as a margin.
const RESPONSE_URL_TTL: chrono::Duration = chrono::Duration::minutes(29);

/// Sends the reply: in the thread, if a message led to the declaration; otherwise to the response URL, which
/// works in every conversation, as an ephemeral message, or as a direct message.
///
/// Delivered at least once: an ephemeral message cannot be looked up, so an uncertain attempt is repeated.
/// It is no error if Slack rejects all of them: the user is a member of the incident's channel.
pub async fn send_private_reply(app: &App, attempt: &Attempt) -> SlackResult<DeliveryOutput> {
    let Delivery::SendPrivateReply {
        user,
        origin: place,
        failure: trouble,
    } = &attempt.delivery.payload
    else {
        return Ok(DeliveryOutput::Nothing);
    };
    let mut address = valid_response_url(place, attempt.incident.declared_at, app.clock.now());
    // All users who can read the thread see the reply.
    let is_told = trouble.is_none() && attempt.incident.visibility == Visibility::Public;
    if let (true, Some(channel), Some(thread)) = (is_told, &place.channel, &place.thread_ts) {
        let spot = PostTarget {
            channel,
            thread: Some(thread),
        };
        // A response URL that was rejected here is not used again.
        if post_in_thread(app, attempt, &spot, address.take()).await? {
            return Ok(DeliveryOutput::Nothing);
        }
    }
    let message = private_reply::private_reply(&attempt.incident, trouble.as_ref());
    let spot = PrivateRecipient {
        user,
        channel: place.channel.as_ref(),
        response_url: address,
    };
    if !send_private(app, attempt, spot, &message).await? {
        tracing::info!(incident.id = %attempt.incident.id, "A private reply for {} failed", attempt.incident.id);
    }
    Ok(DeliveryOutput::Nothing)
}

/// Returns the response URL of a request, if it is still valid.
pub fn valid_response_url(place: &Origin, asked_at: Timestamp, now: Timestamp) -> Option<&String> {
    let address = place.response_url.as_ref();
    address.filter(|_| now.duration_since(asked_at) < RESPONSE_URL_TTL)
}

/// The recipient of a private message.
pub struct PrivateRecipient<'a> {
    /// The user.
    pub user: &'a UserId,
    /// The channel of the request, if there is one.
    pub channel: Option<&'a ChannelId>,
    /// The response URL, if it is still valid.
    pub response_url: Option<&'a String>,
}

/// Sends a message to one user: to the response URL, which works in every conversation; otherwise as an
/// ephemeral message in the channel; otherwise as a direct message. Returns whether one of them succeeded.
pub async fn send_private(
    app: &App,
    attempt: &Attempt,
    spot: PrivateRecipient<'_>,
    message: &Message,
) -> SlackResult<bool> {
    if let Some(address) = spot.response_url
        && is_delivered(app.slack.post_to_response_url(address, message).await)?
    {
        return Ok(true);
    }
    if let Some(channel) = spot.channel
        && is_delivered(app.slack.post_ephemeral(channel, spot.user, message).await)?
    {
        return Ok(true);
    }
    let mark = DeliveryMetadata {
        store_id: app.store.store_id().to_owned(),
        deliveries: vec![attempt.delivery.id],
    };
    // Slack: a message to a user ID goes to the user's direct messages with the app.
    let in_private = spot.user.as_str().into();
    let told = app
        .slack
        .post_message(&in_private, None, message, &mark)
        .await;
    is_delivered(told.map(drop))
}

/// Posts the reply in the thread of the message. If the bot is not in that channel, it replies to the
/// response URL of the click. Returns whether one of them succeeded.
async fn post_in_thread(
    app: &App,
    attempt: &Attempt,
    spot: &PostTarget<'_>,
    address: Option<&String>,
) -> SlackResult<bool> {
    let message = private_reply::thread_reply(&attempt.incident);
    let posted = post_idempotent(app, &attempt.delivery, &[], spot, &message).await;
    if is_delivered(posted.map(drop))? {
        return Ok(true);
    }
    match (address, spot.thread) {
        (Some(address), Some(thread)) => {
            is_delivered(app.slack.post_to_thread(address, thread, &message).await)
        }
        (None, _) | (_, None) => Ok(false),
    }
}

/// Returns whether the call succeeded; `false` if Slack rejected it, so that another way can be tried. An
/// invalid token affects all ways and is returned as an error.
fn is_delivered(answer: SlackResult<()>) -> SlackResult<bool> {
    match answer {
        Ok(()) => Ok(true),
        Err(trouble @ SlackError::Api { .. }) if !trouble.is_token_error() => Ok(false),
        Err(trouble) => Err(trouble),
    }
}
