//! Decides when a failed attempt is retried, and when a delivery fails for good. Pure.

use chrono::Duration;

use crate::domain::Timestamp;
use crate::slack::SlackError;
use crate::store::QueuedDelivery;

/// The decision about a delivery after an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RetryDecision {
    /// Retry at that time. The second value is the start of the first attempt that may have arrived.
    Retry(Timestamp, Option<Timestamp>),
    /// The delivery fails: a retry cannot succeed.
    Fail,
}

/// Maximum back-off, in seconds.
const MAX_BACKOFF_SECONDS: i64 = 300;

/// Minimum age at which a delivery that cannot be sent fails.
const GIVE_UP_AFTER: Duration = Duration::days(1);

/// Minimum number of attempts before it fails.
const MIN_ATTEMPTS: i64 = 100;

/// Time during which Slack may still process a call that timed out.
const LATE_RESPONSE_MARGIN: Duration = Duration::seconds(30);

/// Decides what happens to a delivery after an error.
pub(crate) fn decide_retry(
    error: &SlackError,
    delivery: &QueuedDelivery,
    now: Timestamp,
) -> RetryDecision {
    let pause = backoff(delivery.attempts);
    let retry =
        |pause: Duration, uncertain_since| RetryDecision::Retry(now.plus(pause), uncertain_since);
    match error {
        SlackError::RateLimited { wait, .. } => retry(
            Duration::from_std(*wait).unwrap_or(pause),
            delivery.uncertain_since,
        ),
        SlackError::Api { .. } if error.is_token_error() => {
            retry(pause.max(Duration::seconds(60)), delivery.uncertain_since)
        }
        SlackError::Api { .. } => RetryDecision::Fail,
        SlackError::Unreachable { .. }
        | SlackError::Unknown { .. }
        | SlackError::Timeout { .. }
            if is_expired(delivery, now) =>
        {
            RetryDecision::Fail
        }
        SlackError::Unreachable { .. } => retry(pause, delivery.uncertain_since),
        SlackError::Unknown { .. } => retry(pause, Some(uncertain_since(delivery, now))),
        // Slack may still process the call. An earlier lookup would miss the message, and it would be sent
        // twice.
        SlackError::Timeout { .. } => retry(
            pause.max(LATE_RESPONSE_MARGIN),
            Some(uncertain_since(delivery, now)),
        ),
    }
}

/// Returns whether a delivery has been tried for a day and with enough attempts, not once after a weekend.
fn is_expired(delivery: &QueuedDelivery, now: Timestamp) -> bool {
    now.duration_since(delivery.enqueued_at) > GIVE_UP_AFTER && delivery.attempts > MIN_ATTEMPTS
}

/// Returns the start of the first uncertain attempt.
fn uncertain_since(delivery: &QueuedDelivery, now: Timestamp) -> Timestamp {
    delivery
        .uncertain_since
        .unwrap_or_else(|| now.plus(-LATE_RESPONSE_MARGIN))
}

/// Returns the back-off after a number of attempts: 1, 2, 4, … seconds, at most five minutes.
pub(crate) fn backoff(attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts.clamp(1, 10) - 1).unwrap_or(0);
    Duration::seconds(2_i64.pow(doublings).min(MAX_BACKOFF_SECONDS))
}

#[cfg(test)]
mod tests {
    use std::time::Duration as Wait;

    use super::*;
    use crate::domain::IncidentId;
    use crate::domain::delivery::UpsertAnnouncement;

    const METHOD: &str = "chat.postMessage";

    fn now() -> Timestamp {
        Timestamp::from_epoch_seconds(1_795_447_205)
    }

    fn delivery(attempts: i64, uncertain_since: Option<Timestamp>) -> QueuedDelivery {
        QueuedDelivery {
            id: 1,
            incident: IncidentId(7),
            payload: UpsertAnnouncement.into(),
            attempts,
            uncertain_since,
            enqueued_at: now(),
        }
    }

    fn api_error(code: &str) -> SlackError {
        SlackError::Api {
            method: METHOD,
            code: code.to_owned(),
            needed: None,
        }
    }

    #[test]
    fn backoff_grows_with_each_attempt() {
        let unknown = SlackError::Unknown {
            method: METHOD,
            what: String::new(),
        };
        let delays = [1, 2, 3, 9, 10, 1000].map(|attempts| {
            match decide_retry(&unknown, &delivery(attempts, None), now()) {
                RetryDecision::Retry(due, Some(_)) => due.duration_since(now()).num_seconds(),
                other => panic!("{other:?}"),
            }
        });
        assert_eq!(delays, [1, 2, 4, 256, 300, 300]);
    }

    #[test]
    fn rate_limited_attempt_does_not_become_uncertain() {
        let limited = SlackError::RateLimited {
            method: METHOD,
            wait: Wait::from_secs(17),
        };
        assert_eq!(
            decide_retry(&limited, &delivery(3, None), now()),
            RetryDecision::Retry(now().plus(Duration::seconds(17)), None)
        );
        let earlier = Some(now());
        assert_eq!(
            decide_retry(&limited, &delivery(3, earlier), now()),
            RetryDecision::Retry(now().plus(Duration::seconds(17)), earlier)
        );
    }

    #[test]
    fn permanent_error_fails_the_delivery_at_once() {
        assert_eq!(
            decide_retry(&api_error("restricted_action"), &delivery(1, None), now()),
            RetryDecision::Fail
        );
    }

    #[test]
    fn invalid_token_is_retried_after_a_minute() {
        let decision = decide_retry(&api_error("token_revoked"), &delivery(1, None), now());
        assert_eq!(
            decision,
            RetryDecision::Retry(now().plus(Duration::seconds(60)), None)
        );
    }

    #[test]
    fn delivery_fails_after_a_day_with_many_attempts() {
        let unreachable = SlackError::Unreachable {
            method: METHOD,
            what: String::new(),
        };
        let later = now().plus(Duration::hours(25));
        assert_eq!(
            decide_retry(&unreachable, &delivery(290, None), later),
            RetryDecision::Fail
        );
        assert_eq!(
            decide_retry(&unreachable, &delivery(1, None), later),
            RetryDecision::Retry(later.plus(Duration::seconds(1)), None)
        );
    }
}
