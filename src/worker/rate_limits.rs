//! Slack's rate limits, observed before Slack enforces them: calls per method and minute, posts per channel
//! and second.
//!
//! Slack: docs.slack.dev/apis/web-api/rate-limits. Its numbers are guaranteed minima; we do not exceed them.

use std::collections::{HashMap, VecDeque};

use chrono::Duration;

use crate::domain::{ChannelId, Timestamp};
use crate::store::ReadyDelivery;

/// The subject of a rate limit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum RateLimitKey {
    /// Calls of one method.
    Method(&'static str),
    /// Posts to one channel.
    Posts(ChannelId),
    /// Renames of one channel. Slack posts a message in the channel for each rename, and users often edit a
    /// new title again.
    Renames(ChannelId),
    /// Home views published in the background. They leave room for views that a user has just opened.
    BackgroundHomes,
}

impl RateLimitKey {
    /// Returns the number of calls per window; `None` if unlimited.
    ///
    /// Calls arrive at varying intervals, so each window is slightly longer than Slack's.
    fn quota(&self) -> Option<(usize, Duration)> {
        let minute = Duration::seconds(61);
        match self {
            Self::Posts(_) => Some((1, Duration::milliseconds(1100))),
            Self::Renames(_) => Some((1, minute)),
            Self::BackgroundHomes => Some((50, minute)),
            Self::Method(method) => match *method {
                "conversations.create"
                | "conversations.list"
                | "conversations.rename"
                | "conversations.setTopic"
                | "conversations.setPurpose"
                | "pins.add"
                | "usergroups.list"
                | "usergroups.users.list"
                | "bookmarks.add"
                | "bookmarks.edit"
                | "bookmarks.remove"
                | "canvases.create"
                | "conversations.canvases.create" => Some((20, minute)),
                "conversations.invite"
                | "conversations.kick"
                | "conversations.info"
                | "conversations.join"
                | "conversations.history"
                | "conversations.replies"
                | "chat.update"
                | "reactions.add"
                | "bookmarks.list"
                | "canvases.edit"
                | "canvases.sections.lookup" => Some((50, minute)),
                "chat.postEphemeral" | "views.publish" => Some((100, minute)),
                // The remaining 20 are for users who send a request; they are fetched while it is answered.
                "users.info" => Some((80, minute)),
                // Slack: several hundred per minute and workspace.
                "chat.postMessage" => Some((300, minute)),
                _ => None,
            },
        }
    }
}

/// Returns the keys of a post, and of its lookup if an earlier attempt is uncertain.
pub(crate) fn post_keys(
    ready: &ReadyDelivery,
    lookup: &'static str,
    channel: Option<&ChannelId>,
) -> Vec<RateLimitKey> {
    let mut keys = vec![RateLimitKey::Method("chat.postMessage")];
    keys.extend(channel.cloned().map(RateLimitKey::Posts));
    with_lookup(ready, lookup, keys)
}

/// Adds the key of the method that looks up an uncertain attempt.
pub(crate) fn with_lookup(
    ready: &ReadyDelivery,
    lookup: &'static str,
    mut keys: Vec<RateLimitKey>,
) -> Vec<RateLimitKey> {
    if ready.delivery.uncertain_since.is_some() {
        keys.push(RateLimitKey::Method(lookup));
    }
    keys
}

/// Returns the key that a rate-limit response closes: a channel for posts, the method for other calls.
pub(crate) fn limited_key(method: &'static str, keys: &[RateLimitKey]) -> RateLimitKey {
    let posts = keys
        .iter()
        .find(|key| matches!(key, RateLimitKey::Posts(_)));
    match posts {
        Some(posts) if method == "chat.postMessage" => posts.clone(),
        Some(_) | None => RateLimitKey::Method(method),
    }
}

/// Recent calls, and the limits that Slack reported.
#[derive(Debug, Default)]
pub(crate) struct RateLimits {
    recent: HashMap<RateLimitKey, VecDeque<Timestamp>>,
    blocked: HashMap<RateLimitKey, Timestamp>,
}

impl RateLimits {
    /// Returns when all keys are open; `now` or earlier if they are open now.
    pub(crate) fn available_at(&mut self, keys: &[RateLimitKey], now: Timestamp) -> Timestamp {
        let available = keys.iter().map(|key| self.key_available_at(key, now));
        available.max().unwrap_or(now)
    }

    /// Records calls that are made now.
    pub(crate) fn consume(&mut self, keys: &[RateLimitKey], now: Timestamp) {
        for key in keys {
            if key.quota().is_some() {
                self.recent.entry(key.clone()).or_default().push_back(now);
            }
        }
    }

    /// Closes a key until a timestamp.
    pub(crate) fn block_until(&mut self, key: RateLimitKey, until: Timestamp) {
        self.blocked.insert(key, until);
    }

    /// Removes keys without recent calls, so that memory does not grow with the number of channels.
    pub(crate) fn remove_expired(&mut self, now: Timestamp) {
        self.recent.retain(|key, sent| {
            let window = key.quota().map_or(Duration::zero(), |(_, window)| window);
            sent.back()
                .is_some_and(|last| now.duration_since(*last) < window)
        });
        self.blocked.retain(|_, until| *until > now);
    }

    fn key_available_at(&mut self, key: &RateLimitKey, now: Timestamp) -> Timestamp {
        let blocked_until = self.blocked.get(key).copied().unwrap_or(now);
        let Some((allowed, window)) = key.quota() else {
            return blocked_until;
        };
        let Some(sent) = self.recent.get_mut(key) else {
            return blocked_until;
        };
        while sent
            .front()
            .is_some_and(|first| now.duration_since(*first) >= window)
        {
            sent.pop_front();
        }
        match sent
            .len()
            .checked_sub(allowed)
            .and_then(|over| sent.get(over))
        {
            Some(blocking) => blocked_until.max(blocking.plus(window)),
            None => blocked_until,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREATE: RateLimitKey = RateLimitKey::Method("conversations.create");

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_epoch_seconds(1_795_447_200).plus(Duration::milliseconds(milliseconds))
    }

    #[test]
    fn call_waits_when_the_method_limit_is_used_up() {
        let mut limits = RateLimits::default();
        for number in 0..20 {
            assert_eq!(limits.available_at(&[CREATE], at(number)), at(number));
            limits.consume(&[CREATE], at(number));
        }
        assert_eq!(limits.available_at(&[CREATE], at(30)), at(61_000));
        assert_eq!(limits.available_at(&[CREATE], at(61_000)), at(61_000));
    }

    #[test]
    fn post_limits_apply_per_channel() {
        let mut limits = RateLimits::default();
        let here = RateLimitKey::Posts(ChannelId::from("C1"));
        limits.consume(std::slice::from_ref(&here), at(0));
        assert_eq!(limits.available_at(&[here], at(0)), at(1100));
        assert_eq!(
            limits.available_at(&[RateLimitKey::Posts(ChannelId::from("C2"))], at(0)),
            at(0)
        );
    }

    #[test]
    fn blocked_key_stays_blocked_and_affects_no_other_key() {
        let mut limits = RateLimits::default();
        limits.block_until(CREATE, at(30_000));
        assert_eq!(limits.available_at(&[CREATE], at(1)), at(30_000));
        assert_eq!(
            limits.available_at(&[RateLimitKey::Method("pins.add")], at(1)),
            at(1)
        );
        limits.remove_expired(at(30_000));
        assert_eq!(limits.available_at(&[CREATE], at(30_000)), at(30_000));
    }
}
