//! Sends `SendDirectMessage` with `chat.postMessage`: one message for all queued ones to the user.

use crate::app::App;
use crate::domain::delivery::SendDirectMessage;
use crate::domain::{
    AccountKind, ChannelId, DirectMessage, DirectMessageThread, SentDirectMessage, UserId, Viewer,
};
use crate::slack::SlackError;
use crate::slack::blocks::direct_message::{direct_message, is_subscription_message};
use crate::slack::blocks::postmortem::{with_page_button, with_postmortem_button};
use crate::slack::client::{Message, SlackResult};
use crate::store::ReadyDelivery;
use crate::worker::idempotent_post::{PostTarget, post_idempotent};
use crate::worker::job::{Job, JobContext, Outcome};
use crate::worker::rate_limits::{RateLimitKey, post_keys, with_lookup};

/// Maximum number of deliveries in one message.
const MAX_BATCH_SIZE: usize = 10;

/// Error codes of a thread whose first message was deleted.
const THREAD_GONE_CODES: [&str; 3] = [
    "thread_not_found",
    "message_not_found",
    "cannot_reply_to_message",
];

impl Job for SendDirectMessage {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("chat.postMessage");

    fn rate_limits(&self, ready: &ReadyDelivery) -> Vec<RateLimitKey> {
        // Slack: a message to a user ID goes to one channel, which has its own posting limit.
        let channel = ChannelId(self.user.to_string());
        let keys = post_keys(ready, "conversations.history", Some(&channel));
        with_lookup(ready, "conversations.replies", keys)
    }

    /// Apps and deactivated accounts are rejected without a call.
    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<SentDirectMessage>> {
        // The incident may have become private since, and the message contains its title.
        if !job.incident.is_visible_to(&Viewer::user(&self.user)) {
            return Ok(Outcome::Skipped);
        }
        if let Some(code) = undeliverable_code(job.app, &self.user).await {
            if let DirectMessage::RoleRemoved { .. } = self.message {
                return Ok(Outcome::DoneWith(SentDirectMessage::Nothing, Vec::new()));
            }
            return Err(SlackError::Api {
                method: "chat.postMessage",
                code: code.to_owned(),
                needed: None,
            });
        }
        post(job, self).await
    }
}

/// Posts the message with those coalesced with it, as a reply in the thread of the first one.
async fn post(
    job: &JobContext<'_>,
    first: &SendDirectMessage,
) -> SlackResult<Outcome<SentDirectMessage>> {
    let (coalesced, messages) = batch(job, first);
    if messages.is_empty() {
        return Ok(Outcome::DoneWith(SentDirectMessage::Nothing, coalesced));
    }
    // Slack: a message to a user ID goes to the user's direct messages with the app. Reading them requires
    // the ID of their channel.
    let channel = match job.is_uncertain() {
        true => job.slack.open_dm_channel(&first.user).await?,
        false => ChannelId(first.user.to_string()),
    };
    let thread = job.attempt.direct_message_thread.as_ref();
    let message = message(job, &messages);
    let target = PostTarget {
        channel: &channel,
        thread: thread.map(|thread| &thread.ts),
    };
    let posted = match post_idempotent(job, &coalesced, &target, &message).await {
        // A user may have deleted the first message.
        Err(error) if thread.is_some() && error.has_code(&THREAD_GONE_CODES) => {
            return Ok(Outcome::DoneWith(SentDirectMessage::ThreadGone, Vec::new()));
        }
        posted => posted?,
    };
    let has_button = messages.iter().any(|it| is_subscription_message(it));
    let thread = DirectMessageThread {
        incident: job.incident.id,
        user: first.user.clone(),
        can_unsubscribe: has_button || thread.is_some_and(|thread| thread.can_unsubscribe),
        ts: thread.map_or(posted.ts, |thread| thread.ts.clone()),
    };
    let sent = SentDirectMessage::InThread(thread);
    Ok(Outcome::DoneWith(sent, posted.deliveries))
}

fn message(job: &JobContext<'_>, parts: &[&DirectMessage]) -> Message {
    let (incident, config) = (job.incident, &job.app.config);
    let thread = job.attempt.direct_message_thread.as_ref();
    let message = direct_message(parts, incident, &job.attempt.names, thread);
    let announced = parts.iter().filter_map(|part| match part {
        DirectMessage::Announced { activity } => Some(activity.clone()),
        DirectMessage::RoleAssigned { .. }
        | DirectMessage::RoleRemoved { .. }
        | DirectMessage::TaskAssigned { .. }
        | DirectMessage::TaskOverdue { .. }
        | DirectMessage::PostmortemDue
        | DirectMessage::Repaired { .. } => None,
    });
    let announced: Vec<_> = announced.collect();
    match parts.contains(&&DirectMessage::PostmortemDue) {
        true => with_page_button(message, incident, config),
        false => with_postmortem_button(message, &announced, incident, config),
    }
}

/// Returns the coalesced deliveries of one message, and the parts that are still relevant.
fn batch<'a>(
    job: &JobContext<'a>,
    first: &'a SendDirectMessage,
) -> (Vec<i64>, Vec<&'a DirectMessage>) {
    let (coalesced, payloads): (Vec<i64>, Vec<&SendDirectMessage>) = job
        .coalesced::<SendDirectMessage>()
        // A message with buttons is rewritten after a click.
        .take_while(|(_, queued)| queued.message.button_subject() == first.message.button_subject())
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
