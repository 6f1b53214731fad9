//! Errors of an attempt: of a call to Slack, or of a receiver outside Slack.

use crate::slack::SlackError;
use crate::worker::rate_limits::RateLimitKey;

/// The result of a job.
pub(crate) type JobResult<T> = Result<T, JobError>;

/// Why an attempt failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum JobError {
    /// A call to Slack failed.
    #[error(transparent)]
    Slack(#[from] SlackError),
    /// A mail relay, webhook or other service outside Slack did not accept the delivery.
    #[error(transparent)]
    Remote(#[from] RemoteError),
}

/// Why a receiver outside Slack did not accept a delivery. `reason` is displayed to users; it contains no secret
/// and no text of the message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub(crate) struct RemoteError {
    /// What it means for the next attempt.
    pub(crate) kind: RemoteErrorKind,
    /// What happened, and the receiver's words, as sentences.
    pub(crate) reason: String,
}

/// What an error of a receiver outside Slack means for the next attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RemoteErrorKind {
    /// The receiver has not accepted it, or recognises a repetition. The attempt is repeated for a day.
    Temporary,
    /// The receiver may have accepted it and would not recognise a repetition. The attempt is repeated once.
    Uncertain,
    /// The receiver refused this delivery. It is not repeated.
    Refused,
    /// The configuration of Muster is wrong. All deliveries with this key wait, and none is given up.
    Misconfigured(RateLimitKey),
}

impl JobError {
    /// Returns the error of the call to Slack, if it was one.
    pub(crate) fn slack(&self) -> Option<&SlackError> {
        match self {
            Self::Slack(error) => Some(error),
            Self::Remote(_) => None,
        }
    }

    /// Returns whether Slack answered with one of these codes.
    pub(crate) fn has_code(&self, codes: &[&str]) -> bool {
        self.slack().is_some_and(|error| error.has_code(codes))
    }
}
