//! Slack's rate limits (docs.slack.dev/apis/web-api/rate-limits): per method and minute, and one
//! message per second and channel.

use std::collections::{HashMap, VecDeque};

use chrono::{DateTime, Duration, Utc};

/// Whether calls are rate-limited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Limits {
    /// No limits.
    #[default]
    Off,
    /// Slack's limits. Excess calls get HTTP 429 with `Retry-After`.
    Slack,
}

/// The rate-limit tier of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tier {
    /// 20 per minute.
    Two,
    /// 50 per minute.
    Three,
    /// 100 per minute.
    Four,
    /// One per second and channel: `chat.postMessage`.
    Posting,
    /// Hundreds per minute: `auth.test`, `chat.getPermalink`.
    Special,
    /// One per second and URL: `response_url`.
    ResponseUrl,
}

impl Tier {
    /// Returns the number of calls and the length of the window in seconds.
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

/// Counts calls in a sliding window.
pub(crate) struct Limiter {
    limits: Limits,
    /// The times of the calls by method (and channel), oldest first.
    windows: HashMap<String, VecDeque<DateTime<Utc>>>,
}

impl Limiter {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            windows: HashMap::new(),
        }
    }

    /// Changes the limits and resets the counters.
    pub(crate) fn set(&mut self, limits: Limits) {
        *self = Self::new(limits);
    }

    /// Counts a call. The error is the number of seconds to wait.
    pub(crate) fn count_call(
        &mut self,
        key: &str,
        tier: Tier,
        now: DateTime<Utc>,
    ) -> Result<(), u64> {
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
    fn tier_limits_calls_in_a_sliding_minute() {
        let mut limiter = Limiter::new(Limits::Slack);
        let start = DateTime::UNIX_EPOCH;
        for second in 0..20 {
            let now = start + Duration::seconds(second);
            assert_eq!(limiter.count_call("pins.add", Tier::Two, now), Ok(()));
        }
        let at = |seconds| start + Duration::seconds(seconds);
        assert_eq!(limiter.count_call("pins.add", Tier::Two, at(20)), Err(40));
        assert_eq!(limiter.count_call("pins.list", Tier::Two, at(20)), Ok(()));
        assert_eq!(limiter.count_call("pins.add", Tier::Two, at(60)), Ok(()));
        assert_eq!(limiter.count_call("pins.add", Tier::Two, at(60)), Err(1));
    }

    #[test]
    fn calls_are_unlimited_while_limits_are_off() {
        let mut limiter = Limiter::new(Limits::Off);
        for _ in 0..5 {
            assert_eq!(
                limiter.count_call("x", Tier::Posting, DateTime::UNIX_EPOCH),
                Ok(())
            );
        }
    }
}
