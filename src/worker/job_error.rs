//! Errors of an attempt: of a call to Slack, or of a receiver outside Slack.

use std::time::Duration;

use crate::slack::SlackError;
use crate::webhooks::{SendError, WebhookResponse};
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
    /// Its meaning for the next attempt.
    pub(crate) kind: RemoteErrorKind,
    /// The cause and the receiver's words, as sentences.
    pub(crate) reason: String,
}

/// The meaning of an error of a receiver outside Slack for the next attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RemoteErrorKind {
    /// The receiver has not accepted it, or recognises a repetition. The attempt is repeated for a day.
    Temporary,
    /// The receiver accepts nothing for this long. The attempt is repeated for a day.
    Limited(Duration),
    /// The receiver may have accepted it and would not recognise a repetition. The attempt is repeated once.
    Uncertain,
    /// The receiver rejected this delivery. It is not repeated.
    Rejected,
    /// The receiver does not exist any more, and asks that nothing is sent to it.
    ReceiverGone,
    /// The configuration of Muster is wrong. All deliveries with this key wait, and none fails.
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

/// Returns an answer that accepts the delivery, or what any other result means.
pub(crate) fn check_answer(
    name: &str,
    result: Result<WebhookResponse, SendError>,
) -> Result<WebhookResponse, RemoteError> {
    let response = result.map_err(|error| send_error(name, &error))?;
    let kind = match response.status {
        200..300 => return Ok(response),
        410 => RemoteErrorKind::ReceiverGone,
        408 | 425 | 429 | 500.. => match response.retry_after {
            Some(wait) if !wait.is_zero() => RemoteErrorKind::Limited(wait),
            Some(_) | None => RemoteErrorKind::Temporary,
        },
        _ => RemoteErrorKind::Rejected,
    };
    let reason = match response.status {
        300..400 => format!(
            "{name} redirects ({}), and redirects aren't followed. Enter the URL that it redirects to.",
            response.status
        ),
        _ => format!("{name} answered {}.", response.summary()),
    };
    Err(RemoteError { kind, reason })
}

fn send_error(name: &str, error: &SendError) -> RemoteError {
    let kind = match error {
        SendError::Blocked => RemoteErrorKind::Rejected,
        // A receiver recognizes a repetition by its ID.
        SendError::Timeout(_) | SendError::Unreachable | SendError::Broken | SendError::NoTls => {
            RemoteErrorKind::Temporary
        }
    };
    RemoteError {
        kind,
        reason: format!("{name}: {error}"),
    }
}
