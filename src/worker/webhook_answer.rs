//! What the answer of a webhook or of PagerDuty means for the delivery.

use std::time::Duration;

use crate::store::WebhookAccess;
use crate::webhooks::{Answer, SendError};
use crate::worker::job::JobContext;
use crate::worker::job_error::{RemoteError, RemoteErrorKind};

/// Returns the webhook of a delivery, if it may be used.
pub(crate) fn usable_webhook<'a>(
    job: &JobContext<'a>,
    name: &str,
) -> Result<&'a WebhookAccess, RemoteError> {
    let refused = |reason: String| RemoteError {
        kind: RemoteErrorKind::Refused,
        reason,
    };
    let Some(access) = &job.attempt.webhook else {
        let reason = format!("{name} doesn't exist. An admin can add it under Settings, Webhooks.");
        return Err(refused(reason));
    };
    match &access.webhook.switched_off {
        None => Ok(access),
        Some(off) => Err(refused(format!(
            "{name} is switched off: {} An admin can switch it on under Settings, Webhooks.",
            off.reason
        ))),
    }
}

/// Returns an answer that accepts the delivery, or what any other result means.
pub(crate) fn accepted(
    name: &str,
    result: Result<Answer, SendError>,
) -> Result<Answer, RemoteError> {
    let answer = result.map_err(|error| send_error(name, &error))?;
    let kind = match answer.status {
        200..300 => return Ok(answer),
        410 => RemoteErrorKind::ReceiverGone,
        408 | 425 | 429 | 500.. => match answer.retry_after {
            Some(wait) if !wait.is_zero() => RemoteErrorKind::Limited(wait),
            Some(_) | None => RemoteErrorKind::Temporary,
        },
        _ => RemoteErrorKind::Refused,
    };
    let reason = match answer.status {
        300..400 => format!(
            "{name} redirects ({}), and redirects aren't followed. Enter the URL that it redirects to.",
            answer.status
        ),
        _ => format!("{name} answered {}.", answer.summary()),
    };
    Err(RemoteError { kind, reason })
}

fn send_error(name: &str, error: &SendError) -> RemoteError {
    let kind = match error {
        SendError::Blocked => RemoteErrorKind::Refused,
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

/// The longest pause that a receiver can ask for.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);
