//! Sends `SendDirectMessage` with `chat.postMessage`: one message for all queued ones to the user.

use crate::app::App;
use crate::domain::delivery::SendDirectMessage;
use crate::domain::{AccountKind, ChannelId, DirectMessage, UserId, Viewer};
use crate::slack::SlackError;
use crate::slack::blocks::direct_message::direct_message;
use crate::slack::client::SlackResult;
use crate::store::ReadyDelivery;
use crate::worker::idempotent_post::{PostTarget, post_idempotent};
use crate::worker::job::{Job, JobContext, Outcome};
use crate::worker::rate_limits::{RateLimitKey, post_keys};

/// Maximum number of deliveries in one message.
const MAX_BATCH_SIZE: usize = 10;

impl Job for SendDirectMessage {
    const METHOD: Option<&'static str> = Some("chat.postMessage");

    fn rate_limits(&self, ready: &ReadyDelivery) -> Vec<RateLimitKey> {
        // Slack: a message to a user ID goes to one channel, which has its own posting limit.
        let channel = ChannelId(self.user.to_string());
        post_keys(ready, "conversations.history", Some(&channel))
    }

    /// Apps and deactivated accounts are rejected without a call.
    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<()>> {
        // The incident may have become private since, and the message contains its title.
        if !job.incident.is_visible_to(&Viewer::user(&self.user)) {
            return Ok(Outcome::Skipped);
        }
        if let Some(code) = undeliverable_code(job.app, &self.user).await {
            return Err(SlackError::Api {
                method: "chat.postMessage",
                code: code.to_owned(),
                needed: None,
            });
        }
        let (coalesced, messages) = batch(job, self);
        if messages.is_empty() {
            return Ok(Outcome::DoneWith((), coalesced));
        }
        // Slack: a message to a user ID goes to the user's direct messages with the app. Reading them requires
        // the ID of their channel.
        let channel = match job.is_uncertain() {
            true => job.slack.open_dm_channel(&self.user).await?,
            false => ChannelId(self.user.to_string()),
        };
        let message = direct_message(&messages, job.incident, &job.attempt.names);
        let target = PostTarget::top_level(&channel);
        let posted = post_idempotent(job, &coalesced, &target, &message).await?;
        Ok(Outcome::DoneWith((), posted.deliveries))
    }
}

/// Returns the coalesced deliveries of one message, and the parts that are still relevant.
fn batch<'a>(
    job: &JobContext<'a>,
    first: &'a SendDirectMessage,
) -> (Vec<i64>, Vec<&'a DirectMessage>) {
    let (coalesced, payloads): (Vec<i64>, Vec<&SendDirectMessage>) = job
        .coalesced::<SendDirectMessage>()
        .take(MAX_BATCH_SIZE - 1)
        .unzip();
    let now = job.app.clock.now();
    let relevant = [first]
        .into_iter()
        .chain(payloads)
        .map(|payload| &payload.message)
        .filter(|message| message.is_relevant(&first.user, job.incident, now))
        .collect();
    (coalesced, relevant)
}

/// Returns Slack's error code if the cached account cannot receive messages.
async fn undeliverable_code(app: &App, user: &UserId) -> Option<&'static str> {
    // If the store cannot be read, storing the output fails as well.
    let cached = app.store.user(user.clone()).await.ok().flatten();
    match cached.map(|(user, _)| user.account_kind) {
        Some(AccountKind::Deactivated) => Some("user_disabled"),
        Some(AccountKind::Bot) => Some("cannot_dm_bot"),
        Some(AccountKind::Member | AccountKind::Guest) | None => None,
    }
}
