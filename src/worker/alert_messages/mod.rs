//! Publishes messages about alerts outside the channels of incidents: cards with `chat.postMessage`, later with
//! `chat.update`, and replies to them.
//!
//! They belong to no incident, so they are no deliveries of the outbox. A card shows the current state of its group. A
//! message is posted once: an uncertain attempt is looked up before it is repeated.

mod publish;

use crate::app::AnnouncementsChannel;
use crate::domain::{ChannelId, Timestamp};
use crate::error::Result;
use crate::store::AlertMessage;
use crate::worker::alert_messages::publish::publish;
use crate::worker::poll::{JobSubject, Worker};
use crate::worker::rate_limits::RateLimitKey;

/// Maximum number of messages that are published at the same time.
const MAX_CONCURRENT_JOBS: usize = 8;

/// Maximum number of messages that a poll loads.
const POLL_LIMIT: i64 = 50;

impl Worker {
    /// Publishes the messages about alerts that are due. Returns when to poll again.
    pub(super) async fn start_alert_messages(
        &mut self,
        now: Timestamp,
    ) -> Result<Option<Timestamp>> {
        let due = self.app.store.due_alert_messages(now, POLL_LIMIT).await?;
        let mut next = due.next_due_at;
        for message in due.messages {
            let subject = JobSubject::AlertMessage(message.id);
            if self.is_running(&subject) {
                continue;
            }
            let running = self.running.values();
            let running = running.filter(|it| matches!(it, JobSubject::AlertMessage(_)));
            if running.count() >= MAX_CONCURRENT_JOBS {
                break;
            }
            let keys = self.alert_message_keys(&message);
            let opens_at = self.limits.available_at(&keys, now);
            if opens_at > now {
                next = Some(next.map_or(opens_at, |next| next.min(opens_at)));
                continue;
            }
            self.limits.consume(&keys, now);
            let app = self.app.clone();
            let id = message.id;
            let task = self
                .jobs
                .spawn(async move { publish(&app, id, &keys).await });
            self.running.insert(task.id(), subject);
        }
        Ok(next)
    }

    /// Returns the rate-limit keys of an attempt. A channel that is known by its name only has a key of its own.
    fn alert_message_keys(&self, message: &AlertMessage) -> Vec<RateLimitKey> {
        if message.posted.is_some() {
            return vec![RateLimitKey::Method("chat.update")];
        }
        let announcements = match self.app.state.announcements_channel() {
            AnnouncementsChannel::Ready(channel) => Some(channel),
            AnnouncementsChannel::Unknown | AnnouncementsChannel::Missing(_) => None,
        };
        let named = message.channel_name.as_deref().map(ChannelId::from);
        let mut keys = vec![RateLimitKey::Method("chat.postMessage")];
        keys.extend(named.or(announcements).map(RateLimitKey::Posts));
        if message.uncertain_since.is_some() {
            keys.push(RateLimitKey::Method("conversations.history"));
        }
        keys
    }
}
