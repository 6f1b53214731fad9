//! Slack's rate limits (docs.slack.dev/apis/web-api/rate-limits): per method and minute, and one post a second per channel.

use std::collections::{HashMap, VecDeque};

use chrono::{DateTime, Duration, Utc};

/// Whether calls are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Limits {
    /// Everything is let through.
    #[default]
    Off,
    /// What Slack refuses is refused: HTTP 429 with `Retry-After`.
    Slack,
}

/// How often a method may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tier {
    /// 20 times a minute.
    Two,
    /// 50 times a minute.
    Three,
    /// 100 times a minute.
    Four,
    /// Once a second in each channel: `chat.postMessage`.
    Posting,
    /// Hundreds of times a minute: `auth.test`, `chat.getPermalink`.
    Special,
    /// Once a second for each address: `response_url`.
    ResponseUrl,
}

impl Tier {
    /// Gives how many calls are let through in how many seconds.
    fn allowance(self) -> (usize, i64) {
        match self {
            Self::Two => (20, 60),
            Self::Three => (50, 60),
            Self::Four => (100, 60),
            Self::Posting | Self::ResponseUrl => (1, 1),
            Self::Special => (600, 60),
        }
    }
}

/// Counts the calls in a sliding window.
pub(super) struct Limiter {
    limits: Limits,
    /// When each method (and channel) was called, oldest first.
    windows: HashMap<String, VecDeque<DateTime<Utc>>>,
}

impl Limiter {
    /// Starts with no call counted.
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            windows: HashMap::new(),
        }
    }

    /// Switches the limits on or off, and forgets what was counted.
    pub(super) fn set(&mut self, limits: Limits) {
        *self = Self::new(limits);
    }

    /// Counts a call. An error gives the seconds to wait.
    pub(super) fn pass(&mut self, key: &str, tier: Tier, now: DateTime<Utc>) -> Result<(), u64> {
        if self.limits == Limits::Off {
            return Ok(());
        }
        let (most, seconds) = tier.allowance();
        let window = self.windows.entry(key.to_owned()).or_default();
        while window
            .front()
            .is_some_and(|at| now - *at >= Duration::seconds(seconds))
        {
            window.pop_front();
        }
        if window.len() < most {
            window.push_back(now);
            return Ok(());
        }
        let free_at = window
            .front()
            .map_or(now, |at| *at + Duration::seconds(seconds));
        let wait = (free_at - now).num_milliseconds().max(1);
        Err(u64::try_from(wait).unwrap_or(1).div_ceil(1000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tier_is_a_sliding_minute() {
        let mut limiter = Limiter::new(Limits::Slack);
        let start = DateTime::UNIX_EPOCH;
        for second in 0..20 {
            let now = start + Duration::seconds(second);
            assert_eq!(limiter.pass("pins.add", Tier::Two, now), Ok(()));
        }
        let at = |seconds| start + Duration::seconds(seconds);
        assert_eq!(limiter.pass("pins.add", Tier::Two, at(20)), Err(40));
        assert_eq!(limiter.pass("pins.list", Tier::Two, at(20)), Ok(()));
        assert_eq!(limiter.pass("pins.add", Tier::Two, at(60)), Ok(()));
        assert_eq!(limiter.pass("pins.add", Tier::Two, at(60)), Err(1));
    }

    #[test]
    fn nothing_is_counted_while_limits_are_off() {
        let mut limiter = Limiter::new(Limits::Off);
        for _ in 0..5 {
            assert_eq!(
                limiter.pass("x", Tier::Posting, DateTime::UNIX_EPOCH),
                Ok(())
            );
        }
    }
}
