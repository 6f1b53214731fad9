//! Sends `SendPrivateReply` in the thread of the message that the incident was declared from, or to the user
//! who declared.

use crate::domain::Visibility;
use crate::domain::delivery::SendPrivateReply;
use crate::slack::SlackError;
use crate::slack::blocks::private_reply;
use crate::slack::client::SlackResult;
use crate::store::ReadyDelivery;
use crate::worker::idempotent_post::{PostTarget, post_idempotent};
use crate::worker::job::{Job, JobContext, Outcome};
use crate::worker::private_message::{
    PrivateRecipient, is_delivered, send_private, valid_response_url,
};
use crate::worker::rate_limits::{RateLimitKey, post_keys};

impl Job for SendPrivateReply {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("chat.postEphemeral");

    fn rate_limits(&self, ready: &ReadyDelivery) -> Vec<RateLimitKey> {
        match self.origin.thread_ts {
            Some(_) => post_keys(ready, "conversations.replies", self.origin.channel.as_ref()),
            None => vec![RateLimitKey::Method("chat.postEphemeral")],
        }
    }

    /// Sends the reply: in the thread, if a message led to the declaration; otherwise to the response URL,
    /// which works in every conversation, as an ephemeral message, or as a direct message.
    ///
    /// Delivered at least once: an ephemeral message cannot be looked up, so an uncertain attempt is repeated.
    /// It is no error if Slack rejects all of them: the user is a member of the incident's channel.
    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<()>> {
        let now = job.app.clock.now();
        let mut url = valid_response_url(&self.origin, job.incident.declared_at, now);
        // All users who can read the thread see the reply.
        let is_public = self.failure.is_none() && job.incident.visibility == Visibility::Public;
        if let (true, Some(channel), Some(thread)) =
            (is_public, &self.origin.channel, &self.origin.thread_ts)
        {
            let target = PostTarget {
                channel,
                thread: Some(thread),
            };
            // A response URL that was rejected here is not used again.
            if post_in_thread(job, &target, url.take()).await? {
                return Ok(Outcome::Done(()));
            }
        }
        let message = private_reply::private_reply(job.incident, self.failure.as_ref());
        let recipient = PrivateRecipient {
            user: &self.user,
            channel: self.origin.channel.as_ref(),
            response_url: url,
        };
        if !send_private(job, recipient, &message).await? {
            let id = job.incident.id;
            tracing::info!(incident.id = %id, "A private reply for {id} failed");
        }
        Ok(Outcome::Done(()))
    }
}

/// Posts the reply in the thread of the message. If the bot is not in that channel, it replies to the
/// response URL of the click. Returns whether one of them succeeded.
async fn post_in_thread(
    job: &JobContext<'_>,
    target: &PostTarget<'_>,
    url: Option<&String>,
) -> SlackResult<bool> {
    let message = private_reply::thread_reply(job.incident);
    let posted = post_idempotent(job, &[], target, &message).await;
    if is_delivered(posted.map(drop))? {
        return Ok(true);
    }
    match (url, target.thread) {
        (Some(url), Some(thread)) => {
            is_delivered(job.slack.post_to_thread(url, thread, &message).await)
        }
        (None, _) | (_, None) => Ok(false),
    }
}
