//! Lookups of users while requests are handled: one call of `users.info` per user at a time, within the rate
//! limit of the method. A failure is remembered for a short time, so that a burst of commands during an
//! outage does not become a burst of calls.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::Duration;
use tokio::sync::watch;

use crate::domain::{Timestamp, USER_TTL, UserId};

/// Lookups per window. Slack: 100 per minute; the worker uses up to 80 of them.
const QUOTA: usize = 20;

/// The window of the quota, slightly longer than Slack's.
const WINDOW: Duration = Duration::seconds(61);

/// How long the first failure of a user is remembered. It doubles with each further failure.
const FIRST_PAUSE: Duration = Duration::seconds(1);

/// The longest time for which a failure is remembered.
const MAX_PAUSE: Duration = Duration::minutes(1);

/// How long a running lookup is worth waiting for. After that, Slack probably does not answer at all, and
/// no further request is delayed.
const WORTH_WAITING: Duration = Duration::seconds(1);

/// The maximum number of users to remember. A workspace has fewer active users; if not, they are forgotten,
/// and looked up in the store again.
const MAX_USERS: usize = 10_000;

/// The state of the lookups of all users. Kept in memory only.
#[derive(Debug, Default)]
pub struct UserLookups(Mutex<Lookups>);

#[derive(Debug, Default)]
struct Lookups {
    users: HashMap<UserId, UserState>,
    recent: VecDeque<Timestamp>,
    blocked_until: Option<Timestamp>,
}

/// The state of the lookup of a user.
#[derive(Debug)]
enum UserState {
    /// The user cache has the user, as fetched at this time.
    Cached(Timestamp),
    /// A lookup is running.
    Running(Running),
    /// The last lookups failed, the latest one at this time.
    Failed(Timestamp, Failures),
}

/// A running lookup.
#[derive(Debug)]
struct Running {
    /// The sender is dropped at the end of the lookup.
    ended: watch::Receiver<()>,
    since: Timestamp,
    /// The number of failures before it.
    failures: Failures,
}

/// The number of consecutive failed lookups.
type Failures = u32;

/// The next step of a request that needs a user.
#[derive(Debug)]
pub(crate) enum NextStep {
    /// Nothing: the user cache has the user.
    UseCache,
    /// Look the user up, then report the outcome. Dropping the sender ends the lookup for those who wait.
    LookUp(watch::Sender<()>),
    /// Wait until the running lookup ends.
    Wait(watch::Receiver<()>),
    /// Nothing: the last lookup failed recently, or the running one takes long.
    Skip,
}

/// The outcome of a lookup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LookupOutcome {
    /// The user cache has the user, as fetched at this time.
    Cached(Timestamp),
    /// The lookup failed.
    Failed,
    /// The method is rate-limited until this time.
    RateLimited(Timestamp),
}

impl UserLookups {
    /// Returns what to do about a user. A lookup that it asks for counts as running.
    pub(crate) fn begin(&self, user: &UserId, now: Timestamp) -> NextStep {
        let mut lookups = self.lock();
        let failures = match lookups.users.get(user) {
            Some(UserState::Cached(at)) if now.duration_since(*at) < USER_TTL => {
                return NextStep::UseCache;
            }
            // The sender of a lookup that was aborted is gone.
            Some(UserState::Running(running)) if running.ended.has_changed().is_ok() => {
                return if now < running.since.plus(WORTH_WAITING) {
                    NextStep::Wait(running.ended.clone())
                } else {
                    NextStep::Skip
                };
            }
            Some(UserState::Failed(at, failures)) if now < at.plus(pause(*failures)) => {
                return NextStep::Skip;
            }
            Some(UserState::Running(Running { failures, .. }) | UserState::Failed(_, failures)) => {
                *failures
            }
            Some(UserState::Cached(_)) | None => 0,
        };
        let (sender, receiver) = watch::channel(());
        let running = Running {
            ended: receiver,
            since: now,
            failures,
        };
        lookups.insert(user, UserState::Running(running));
        NextStep::LookUp(sender)
    }

    /// Counts a call. Returns whether the rate limit allows it.
    pub(crate) fn may_call(&self, now: Timestamp) -> bool {
        let mut lookups = self.lock();
        while lookups
            .recent
            .front()
            .is_some_and(|first| now.duration_since(*first) >= WINDOW)
        {
            lookups.recent.pop_front();
        }
        let is_blocked = lookups.blocked_until.is_some_and(|until| now < until);
        let is_allowed = !is_blocked && lookups.recent.len() < QUOTA;
        if is_allowed {
            lookups.recent.push_back(now);
        }
        is_allowed
    }

    /// Records the outcome of a lookup.
    pub(crate) fn finish(&self, user: &UserId, outcome: LookupOutcome, now: Timestamp) {
        let mut lookups = self.lock();
        let failures = match lookups.users.get(user) {
            Some(UserState::Running(Running { failures, .. }) | UserState::Failed(_, failures)) => {
                *failures
            }
            Some(UserState::Cached(_)) | None => 0,
        };
        match outcome {
            LookupOutcome::Cached(at) => lookups.insert(user, UserState::Cached(at)),
            LookupOutcome::Failed => {
                let failures = failures.saturating_add(1);
                lookups.insert(user, UserState::Failed(now, failures));
            }
            // That says nothing about the user.
            LookupOutcome::RateLimited(until) => {
                lookups.blocked_until = Some(until);
                lookups.users.remove(user);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Lookups> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lookups {
    fn insert(&mut self, user: &UserId, state: UserState) {
        if self.users.len() >= MAX_USERS && !self.users.contains_key(user) {
            self.users
                .retain(|_, state| matches!(state, UserState::Running(_)));
        }
        self.users.insert(user.clone(), state);
    }
}

/// Returns how long failures are remembered: 1, 2, 4, … seconds, at most a minute.
fn pause(failures: Failures) -> Duration {
    let doublings = failures.saturating_sub(1).min(6);
    (FIRST_PAUSE * 2_i32.pow(doublings)).min(MAX_PAUSE)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_epoch_seconds(1_795_447_200).plus(Duration::milliseconds(milliseconds))
    }

    fn alice() -> UserId {
        UserId::from("U0ALICE0001")
    }

    #[test]
    fn user_is_looked_up_once_at_a_time() {
        let lookups = UserLookups::default();
        let NextStep::LookUp(sender) = lookups.begin(&alice(), at(0)) else {
            panic!("the first request looks the user up");
        };
        assert!(matches!(
            lookups.begin(&alice(), at(999)),
            NextStep::Wait(_)
        ));
        assert!(matches!(lookups.begin(&alice(), at(1_000)), NextStep::Skip));
        let bob = UserId::from("U0BOB000001");
        assert!(matches!(lookups.begin(&bob, at(1)), NextStep::LookUp(_)));
        lookups.finish(&alice(), LookupOutcome::Cached(at(2_000)), at(2_000));
        drop(sender);
        assert!(matches!(
            lookups.begin(&alice(), at(3_000)),
            NextStep::UseCache
        ));
        let tomorrow = at(2_000).plus(USER_TTL);
        assert!(matches!(
            lookups.begin(&alice(), tomorrow),
            NextStep::LookUp(_)
        ));
    }

    #[test]
    fn aborted_lookup_does_not_block_the_next_one() {
        let lookups = UserLookups::default();
        drop(lookups.begin(&alice(), at(0)));
        assert!(matches!(
            lookups.begin(&alice(), at(0)),
            NextStep::LookUp(_)
        ));
    }

    #[test]
    fn failure_is_remembered_briefly() {
        let lookups = UserLookups::default();
        let mut now = at(0);
        for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
            assert!(matches!(lookups.begin(&alice(), now), NextStep::LookUp(_)));
            lookups.finish(&alice(), LookupOutcome::Failed, now);
            let end = now.plus(Duration::seconds(seconds));
            let before = end.plus(-Duration::milliseconds(1));
            assert!(matches!(lookups.begin(&alice(), before), NextStep::Skip));
            now = end;
        }
    }

    #[test]
    fn rate_limited_method_is_not_called_for_any_user() {
        let lookups = UserLookups::default();
        assert!(lookups.may_call(at(0)));
        lookups.finish(&alice(), LookupOutcome::RateLimited(at(30_000)), at(0));
        assert!(!lookups.may_call(at(29_999)));
        assert!(lookups.may_call(at(30_000)));
    }

    proptest! {
        #[test]
        fn calls_stay_within_the_rate_limit(pauses in prop::collection::vec(0..10_000_i64, 1..200)) {
            let (lookups, mut now, mut calls) = (UserLookups::default(), 0, Vec::new());
            for pause in pauses {
                now += pause;
                if lookups.may_call(at(now)) {
                    calls.push(now);
                }
            }
            for calls in calls.windows(QUOTA + 1) {
                prop_assert!(calls[QUOTA] - calls[0] >= 61_000);
            }
        }
    }
}
