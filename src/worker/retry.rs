//! Decides when a failed attempt is retried, and when a delivery fails for good. Pure.

use chrono::Duration;

use crate::domain::Timestamp;
use crate::domain::delivery::FailureCertainty;
use crate::slack::SlackError;
use crate::store::{AlertMessage, QueuedDelivery};
use crate::worker::job_error::{JobError, RemoteErrorKind};

/// The decision about a delivery after an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RetryDecision {
    /// Retry at that time. The second value is the start of the first attempt that may have arrived.
    Retry(Timestamp, Option<Timestamp>),
    /// The delivery fails: a retry cannot succeed, or could arrive twice.
    Fail(FailureCertainty),
}

/// Maximum back-off, in seconds.
const MAX_BACKOFF_SECONDS: i64 = 300;

/// Minimum age at which a delivery that cannot be sent fails.
const GIVE_UP_AFTER: Duration = Duration::days(1);

/// Minimum number of attempts before it fails.
const MIN_ATTEMPTS: i64 = 100;

/// Time during which Slack may still process a call that timed out.
const LATE_RESPONSE_MARGIN: Duration = Duration::seconds(30);

/// The pauses after the first attempts to reach a receiver outside Slack, in seconds. Greylisting relays accept a
/// mail after 5 to 15 minutes.
const REMOTE_PAUSES_SECONDS: [i64; 4] = [5, 30, 120, 300];

/// The pause after each later attempt.
const LAST_REMOTE_PAUSE_SECONDS: i64 = 600;

/// The longest pause that a receiver can ask for.
const LONGEST_PAUSE: Duration = Duration::hours(1);

/// The pause before an uncertain attempt is repeated: a slow relay has then finished with the first.
const UNCERTAIN_PAUSE: Duration = Duration::minutes(5);

/// Decides what happens to a delivery after an error.
pub(crate) fn decide_retry(
    error: &JobError,
    delivery: &QueuedDelivery,
    now: Timestamp,
) -> RetryDecision {
    match error {
        JobError::Slack(error) => decide_slack_retry(error, delivery, now),
        JobError::Remote(error) => decide_remote_retry(&error.kind, delivery, now),
    }
}

/// Decides after an error of a receiver outside Slack. A message about an incident that is a day old misleads.
fn decide_remote_retry(
    error: &RemoteErrorKind,
    delivery: &QueuedDelivery,
    now: Timestamp,
) -> RetryDecision {
    let is_old = now.duration_since(delivery.enqueued_at) > GIVE_UP_AFTER;
    let pause = remote_pause(delivery.attempts);
    match error {
        RemoteErrorKind::Misconfigured(_) => RetryDecision::Retry(
            now.plus(Duration::seconds(LAST_REMOTE_PAUSE_SECONDS)),
            delivery.uncertain_since,
        ),
        RemoteErrorKind::Uncertain if delivery.uncertain_since.is_some() || is_old => {
            RetryDecision::Fail(FailureCertainty::Uncertain)
        }
        RemoteErrorKind::Uncertain => RetryDecision::Retry(now.plus(UNCERTAIN_PAUSE), Some(now)),
        RemoteErrorKind::Temporary | RemoteErrorKind::Limited(_) if is_old => {
            RetryDecision::Fail(FailureCertainty::Certain)
        }
        RemoteErrorKind::Limited(wait) => {
            let wait = Duration::from_std(*wait).unwrap_or(LONGEST_PAUSE);
            let wait = wait.clamp(pause, LONGEST_PAUSE);
            RetryDecision::Retry(now.plus(wait), delivery.uncertain_since)
        }
        RemoteErrorKind::Temporary => {
            RetryDecision::Retry(now.plus(pause), delivery.uncertain_since)
        }
        RemoteErrorKind::Rejected => RetryDecision::Fail(FailureCertainty::Certain),
        RemoteErrorKind::ReceiverGone => RetryDecision::Fail(FailureCertainty::ReceiverGone),
    }
}

fn remote_pause(attempts: i64) -> Duration {
    let index = usize::try_from(attempts.max(1) - 1).unwrap_or(usize::MAX);
    let seconds = REMOTE_PAUSES_SECONDS.get(index).copied();
    Duration::seconds(seconds.unwrap_or(LAST_REMOTE_PAUSE_SECONDS))
}

/// The attempts so far.
#[derive(Clone, Copy)]
pub(crate) struct Attempts {
    /// Their number, including the one that returned the error.
    pub(crate) count: i64,
    /// When the message was enqueued.
    pub(crate) enqueued_at: Timestamp,
    /// The start of the first one that may have succeeded.
    pub(crate) uncertain_since: Option<Timestamp>,
}

impl From<&QueuedDelivery> for Attempts {
    fn from(delivery: &QueuedDelivery) -> Self {
        Self {
            count: delivery.attempts,
            enqueued_at: delivery.enqueued_at,
            uncertain_since: delivery.uncertain_since,
        }
    }
}

impl From<&AlertMessage> for Attempts {
    fn from(message: &AlertMessage) -> Self {
        Self {
            // As it was before the attempt that returned the error.
            count: message.attempts + 1,
            enqueued_at: message.enqueued_at,
            uncertain_since: message.uncertain_since,
        }
    }
}

/// Decides what happens to a message after an error of Slack.
pub(crate) fn decide_slack_retry(
    error: &SlackError,
    attempts: impl Into<Attempts>,
    now: Timestamp,
) -> RetryDecision {
    let delivery = attempts.into();
    let pause = backoff(delivery.count);
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
        SlackError::Api { .. } => RetryDecision::Fail(FailureCertainty::Certain),
        SlackError::Unreachable { .. }
        | SlackError::Unknown { .. }
        | SlackError::Timeout { .. }
            if is_expired(&delivery, now) =>
        {
            RetryDecision::Fail(FailureCertainty::Certain)
        }
        SlackError::Unreachable { .. } => retry(pause, delivery.uncertain_since),
        SlackError::Unknown { .. } => retry(pause, Some(uncertain_since(&delivery, now))),
        // Slack may still process the call. An earlier lookup would miss the message, and it would be sent
        // twice.
        SlackError::Timeout { .. } => retry(
            pause.max(LATE_RESPONSE_MARGIN),
            Some(uncertain_since(&delivery, now)),
        ),
    }
}

/// Returns whether a delivery has been tried for a day and with enough attempts, not once after a weekend.
fn is_expired(delivery: &Attempts, now: Timestamp) -> bool {
    now.duration_since(delivery.enqueued_at) > GIVE_UP_AFTER && delivery.count > MIN_ATTEMPTS
}

/// Returns the start of the first uncertain attempt.
fn uncertain_since(delivery: &Attempts, now: Timestamp) -> Timestamp {
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
    use crate::worker::job_error::RemoteError;
    use crate::worker::rate_limits::RateLimitKey;

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
            match decide_slack_retry(&unknown, &delivery(attempts, None), now()) {
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
            decide_slack_retry(&limited, &delivery(3, None), now()),
            RetryDecision::Retry(now().plus(Duration::seconds(17)), None)
        );
        let earlier = Some(now());
        assert_eq!(
            decide_slack_retry(&limited, &delivery(3, earlier), now()),
            RetryDecision::Retry(now().plus(Duration::seconds(17)), earlier)
        );
    }

    #[test]
    fn permanent_error_fails_the_delivery_at_once() {
        assert_eq!(
            decide_slack_retry(&api_error("restricted_action"), &delivery(1, None), now()),
            RetryDecision::Fail(FailureCertainty::Certain)
        );
    }

    #[test]
    fn invalid_token_is_retried_after_a_minute() {
        let decision = decide_slack_retry(&api_error("token_revoked"), &delivery(1, None), now());
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
            decide_slack_retry(&unreachable, &delivery(290, None), later),
            RetryDecision::Fail(FailureCertainty::Certain)
        );
        assert_eq!(
            decide_slack_retry(&unreachable, &delivery(1, None), later),
            RetryDecision::Retry(later.plus(Duration::seconds(1)), None)
        );
    }

    #[test]
    fn receiver_outside_slack_is_retried_for_a_day_and_an_uncertain_attempt_once() {
        let decide = |kind: RemoteErrorKind, delivery: &QueuedDelivery, at: Timestamp| {
            let reason = String::new();
            decide_retry(
                &JobError::Remote(RemoteError { kind, reason }),
                delivery,
                at,
            )
        };
        let pauses = [1, 2, 3, 4, 5, 100].map(|attempts| {
            match decide(RemoteErrorKind::Temporary, &delivery(attempts, None), now()) {
                RetryDecision::Retry(due, None) => due.duration_since(now()).num_seconds(),
                other => panic!("{other:?}"),
            }
        });
        assert_eq!(pauses, [5, 30, 120, 300, 600, 600]);
        let tomorrow = now().plus(Duration::hours(25));
        let failed = RetryDecision::Fail(FailureCertainty::Certain);
        let decision = decide(RemoteErrorKind::Temporary, &delivery(5, None), tomorrow);
        assert_eq!(decision, failed);
        let decision = decide(RemoteErrorKind::Rejected, &delivery(1, None), now());
        assert_eq!(decision, failed);
        let decision = decide(RemoteErrorKind::Uncertain, &delivery(1, None), now());
        let again = now().plus(Duration::minutes(5));
        assert_eq!(decision, RetryDecision::Retry(again, Some(now())));
        let decision = decide(RemoteErrorKind::Uncertain, &delivery(2, Some(now())), again);
        assert_eq!(decision, RetryDecision::Fail(FailureCertainty::Uncertain));
        let limited = RemoteErrorKind::Limited(Wait::from_secs(120));
        let decision = decide(limited.clone(), &delivery(1, None), now());
        let later = now().plus(Duration::seconds(120));
        assert_eq!(decision, RetryDecision::Retry(later, None));
        assert_eq!(decide(limited, &delivery(5, None), tomorrow), failed);
        let gone = decide(RemoteErrorKind::ReceiverGone, &delivery(1, None), now());
        let certainty = FailureCertainty::ReceiverGone;
        assert_eq!(gone, RetryDecision::Fail(certainty));
        let closed = RemoteErrorKind::Misconfigured(RateLimitKey::Method("smtp"));
        let decision = decide(closed, &delivery(500, None), tomorrow);
        let later = tomorrow.plus(Duration::minutes(10));
        assert_eq!(decision, RetryDecision::Retry(later, None));
    }
}
