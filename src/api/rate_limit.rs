//! The limit of requests per key: a token bucket in memory.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::domain::Timestamp;

/// The number of requests that a key can send at once.
const LIMIT: u32 = 600;

/// The time in which an empty bucket is filled, in seconds.
const PERIOD: u32 = 60;

/// The name of the limit in responses.
const NAME: &str = "muster_api";

/// The buckets of all keys. Only valid keys have one, so there are few.
#[derive(Debug, Default)]
pub(super) struct RateLimits(Mutex<HashMap<i64, Bucket>>);

#[derive(Debug)]
struct Bucket {
    /// The requests that are left. A fraction is on the way to the next one.
    left: f64,
    filled_at: Timestamp,
}

/// The rest of a limit after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quota {
    /// The number of requests that are left.
    remaining: u32,
    /// The seconds until the next request is accepted, or until the bucket is full.
    reset: u32,
    /// Whether the request is over the limit.
    pub(super) is_exceeded: bool,
}

impl RateLimits {
    /// Counts a request of a key.
    pub(super) fn take(&self, key: i64, now: Timestamp) -> Quota {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry(key).or_insert(Bucket {
            left: f64::from(LIMIT),
            filled_at: now,
        });
        bucket.take(now)
    }
}

impl Bucket {
    fn take(&mut self, now: Timestamp) -> Quota {
        let per_second = f64::from(LIMIT) / f64::from(PERIOD);
        let elapsed = now.duration_since(self.filled_at).num_milliseconds().max(0);
        // A bucket is full after a minute, so a longer time does not matter.
        let elapsed = u32::try_from(elapsed).unwrap_or(u32::MAX);
        let filled = self.left + f64::from(elapsed) / 1000.0 * per_second;
        self.left = filled.min(f64::from(LIMIT));
        self.filled_at = self.filled_at.max(now);
        let is_exceeded = self.left < 1.0;
        let missing = match is_exceeded {
            true => 1.0 - self.left,
            false => {
                self.left -= 1.0;
                f64::from(LIMIT) - self.left
            }
        };
        Quota {
            remaining: self.left as u32,
            reset: (missing / per_second).ceil().max(1.0) as u32,
            is_exceeded,
        }
    }
}

impl Quota {
    /// Adds Datadog's headers. Its clients read `X-Ratelimit-Reset` of a 429 and wait.
    pub(super) fn add_to(self, headers: &mut HeaderMap) {
        let numbers = [
            ("x-ratelimit-limit", LIMIT),
            ("x-ratelimit-period", PERIOD),
            ("x-ratelimit-remaining", self.remaining),
            ("x-ratelimit-reset", self.reset),
        ];
        for (name, number) in numbers {
            headers.insert(HeaderName::from_static(name), number.into());
        }
        headers.insert("x-ratelimit-name", HeaderValue::from_static(NAME));
        if self.is_exceeded {
            headers.insert("retry-after", self.reset.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_epoch_millis(1_795_447_205_000 + millis)
    }

    #[test]
    fn bucket_is_emptied_and_filled_again() {
        let limits = RateLimits::default();
        for left in (0..LIMIT).rev() {
            let quota = limits.take(1, at(0));
            assert_eq!((quota.remaining, quota.is_exceeded), (left, false));
        }
        let exceeded = limits.take(1, at(0));
        assert!(exceeded.is_exceeded);
        assert_eq!((exceeded.remaining, exceeded.reset), (0, 1));
        assert!(limits.take(1, at(99)).is_exceeded);
        assert!(!limits.take(1, at(1000)).is_exceeded);
        assert!(!limits.take(2, at(0)).is_exceeded, "another key");
        assert_eq!(limits.take(1, at(3_600_000)).remaining, LIMIT - 1);
    }

    #[test]
    fn clock_that_goes_back_fills_nothing_and_empties_nothing() {
        let limits = RateLimits::default();
        let first = limits.take(1, at(10_000));
        let second = limits.take(1, at(0));
        assert_eq!(second.remaining, first.remaining - 1);
    }
}
