//! The answers to the senders of alerts. Each sender gets the status on which it tries again, or does not.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::domain::alert::SourceKind;
use crate::error::{Error, new_reference};

/// How many seconds a sender should wait when the bot is overloaded.
const RETRY_AFTER: u64 = 30;

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    status: StatusCode,
    body: Value,
}

impl Reply {
    /// The answer to a request that was stored. PagerDuty's clients expect the deduplication key.
    pub(super) fn accepted(kind: SourceKind, outcome: &str, key: Option<&str>) -> Self {
        let body = match key {
            Some(key) => {
                json!({ "status": "success", "message": "Event processed", "dedup_key": key })
            }
            None => json!({ "status": "accepted", "message": outcome }),
        };
        let status = match kind {
            SourceKind::Sns => StatusCode::OK,
            SourceKind::Alertmanager
            | SourceKind::Grafana
            | SourceKind::Datadog
            | SourceKind::PagerDuty
            | SourceKind::Sentry
            | SourceKind::Json => StatusCode::ACCEPTED,
        };
        Self { status, body }
    }

    /// The answer to a change that was stored, in PagerDuty's form.
    pub(super) fn change_accepted() -> Self {
        Self {
            status: StatusCode::ACCEPTED,
            body: json!({ "status": "success", "message": "Change event processed" }),
        }
    }

    /// The answer to a request that is wrong, and stays wrong if it is sent again.
    pub(super) fn rejected(kind: SourceKind, reason: &str) -> Self {
        Self::with_reason(kind, StatusCode::BAD_REQUEST, reason)
    }

    /// The answer to a request whose token belongs to no valid source of its kind.
    pub(super) fn unknown_source(kind: SourceKind) -> Self {
        let reason = "No source of alerts has this token at this address.";
        Self::with_reason(kind, StatusCode::NOT_FOUND, reason)
    }

    /// The answer to a body that is too large.
    pub(super) fn too_large(kind: SourceKind) -> Self {
        let reason = "The body is larger than 10 MiB.";
        Self::with_reason(kind, StatusCode::PAYLOAD_TOO_LARGE, reason)
    }

    /// The answer to a request that can be accepted later.
    pub(super) fn unavailable(kind: SourceKind, reason: &str) -> Self {
        let status = match kind {
            SourceKind::PagerDuty => StatusCode::TOO_MANY_REQUESTS,
            SourceKind::Alertmanager
            | SourceKind::Grafana
            | SourceKind::Datadog
            | SourceKind::Sns
            | SourceKind::Sentry
            | SourceKind::Json => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::with_reason(kind, status, reason)
    }

    /// The answer to a request whose body did not arrive.
    pub(super) fn incomplete(kind: SourceKind, status: StatusCode) -> Self {
        Self::with_reason(kind, status, "The body didn't arrive completely.")
    }

    /// The answer to a request that could not be stored.
    pub(super) fn failed(kind: SourceKind, error: &Error) -> Self {
        if let Error::StoreUnavailable(cause) = error {
            tracing::warn!("Alerts could not be stored: {cause}");
            let reason = "The database didn't accept the alerts, so nothing was stored.";
            return Self::unavailable(kind, reason);
        }
        let reference = new_reference();
        tracing::error!(reference, "A request with alerts failed: {error}");
        let reason = format!("Muster has a bug. The log has the details under {reference}.");
        Self::with_reason(kind, StatusCode::INTERNAL_SERVER_ERROR, &reason)
    }

    fn with_reason(kind: SourceKind, status: StatusCode, reason: &str) -> Self {
        let body = match kind {
            SourceKind::PagerDuty => json!({
                "status": "invalid event", "message": "Event object is invalid", "errors": [reason],
            }),
            SourceKind::Alertmanager
            | SourceKind::Grafana
            | SourceKind::Datadog
            | SourceKind::Sns
            | SourceKind::Sentry
            | SourceKind::Json => json!({ "status": "error", "message": reason }),
        };
        Self { status, body }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let is_temporary = [
            StatusCode::SERVICE_UNAVAILABLE,
            StatusCode::TOO_MANY_REQUESTS,
        ]
        .contains(&self.status);
        let mut response = (self.status, Json(self.body)).into_response();
        if is_temporary {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER));
        }
        response
    }
}
