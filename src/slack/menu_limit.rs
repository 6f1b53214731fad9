//! Limits how often a user who writes to the app is answered, so that a program that writes in the name of a
//! user cannot make it flood Slack.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::Duration;

use crate::domain::{Timestamp, UserId};

/// Maximum number of answers to a user within [`WINDOW`].
const MAX_ANSWERS: usize = 5;

const WINDOW: Duration = Duration::minutes(1);

/// The answers of the last minute, by user.
#[derive(Debug, Default)]
pub struct MenuLimit {
    replies: Mutex<HashMap<UserId, Vec<Timestamp>>>,
}

impl MenuLimit {
    /// Counts an answer. Returns whether the user may be answered.
    pub(crate) fn allows(&self, user: &UserId, now: Timestamp) -> bool {
        let replies = self.replies.lock();
        let mut replies = replies.unwrap_or_else(PoisonError::into_inner);
        replies.retain(|_, times| {
            times.retain(|at| now.duration_since(*at) < WINDOW);
            !times.is_empty()
        });
        let times = replies.entry(user.clone()).or_default();
        let is_allowed = times.len() < MAX_ANSWERS;
        if is_allowed {
            times.push(now);
        }
        is_allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_user_is_answered_five_times_a_minute() {
        let (limit, start) = (MenuLimit::default(), Timestamp::from_epoch_seconds(0));
        let allows = |user: &str, seconds| {
            let now = start.plus(Duration::seconds(seconds));
            limit.allows(&UserId::from(user), now)
        };
        assert!((0..5).all(|second| allows("U1", second)));
        assert!(!allows("U1", 6));
        assert!(allows("U2", 6));
        assert!(allows("U1", 60), "the first answer is a minute ago");
        assert!(!allows("U1", 60));
    }
}
