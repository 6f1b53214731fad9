//! Sends `SendDeferredReply` to the response URL, as an ephemeral message or as a direct message.

use crate::domain::delivery::SendDeferredReply;
use crate::slack::SlackError;
use crate::slack::client::SlackResult;
use crate::slack::users::unresolved_users::resolution_message;
use crate::store::ReadyDelivery;
use crate::worker::job::{Job, JobContext, Outcome};
use crate::worker::private_message::{PrivateRecipient, send_private, valid_response_url};
use crate::worker::rate_limits::RateLimitKey;

impl Job for SendDeferredReply {
    type Error = SlackError;
    const METHOD: Option<&'static str> = None;

    /// It uses the response URL first. Slack accepts five messages there, regardless of other limits.
    fn rate_limits(&self, _ready: &ReadyDelivery) -> Vec<RateLimitKey> {
        Vec::new()
    }

    /// Delivered at least once: an ephemeral message cannot be looked up, so an uncertain attempt is repeated.
    /// It is no error if Slack rejects all ways: the channel shows what was done.
    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<()>> {
        let (request, id) = (&self.unresolved_user, job.incident.id);
        let now = job.app.clock.now();
        let message = resolution_message(request, &self.resolution, id, now);
        let recipient = PrivateRecipient {
            user: &request.actor,
            channel: request.origin.channel.as_ref(),
            response_url: valid_response_url(&request.origin, request.at, now),
        };
        if !send_private(job, recipient, &message).await? {
            tracing::info!(incident.id = %id, "A deferred reply was not delivered");
        }
        Ok(Outcome::Done(()))
    }
}
