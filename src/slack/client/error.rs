//! Errors of Slack calls, classified by how the caller must react.

use std::time::Duration;

use slack_morphism::errors::SlackClientError;

/// Why a call to Slack failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SlackError {
    /// Slack returned an error. The call had no effect.
    #[error("{method}: {code}")]
    Api {
        /// The method.
        method: &'static str,
        /// The error code: `name_taken`, `is_archived`.
        code: String,
        /// The missing scope, if Slack names one.
        needed: Option<String>,
    },
    /// The rate limit is exceeded. The call had no effect.
    #[error("{method}: limited for {} s", wait.as_secs())]
    RateLimited {
        /// The method.
        method: &'static str,
        /// The minimum wait before the next call.
        wait: Duration,
    },
    /// Slack was unreachable. The call had no effect.
    #[error("{method}: {what}")]
    Unreachable {
        /// The method.
        method: &'static str,
        /// The cause.
        what: String,
    },
    /// The call timed out. It may have taken effect, or may still do so.
    #[error("{method}: no answer within {} s", after.as_secs())]
    Timeout {
        /// The method.
        method: &'static str,
        /// The timeout.
        after: Duration,
    },
    /// The outcome is unknown: the response was lost or unusable.
    #[error("{method}: {what}")]
    Unknown {
        /// The method.
        method: &'static str,
        /// The cause.
        what: String,
    },
}

/// Error codes for faults of Slack itself. Slack: after `fatal_error` and `internal_error` parts of the
/// call may have taken effect, docs.slack.dev/reference/methods/chat.postMessage#errors.
const SLACK_FAULT_CODES: [&str; 4] = [
    "fatal_error",
    "internal_error",
    "request_timeout",
    "service_unavailable",
];

/// Error codes for an invalid token. The operator must replace it; until then deliveries wait and none is
/// dropped.
const TOKEN_ERROR_CODES: [&str; 6] = [
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "org_login_required",
];

/// The wait if a rate-limit response has no `retry-after`.
const DEFAULT_RETRY_AFTER: Duration = Duration::from_secs(30);

impl SlackError {
    /// Classifies an error of the client library. The text contains neither a body nor a token.
    pub(crate) fn from_client_error(method: &'static str, error: &SlackClientError) -> Self {
        let unsure = |what: &str| Self::Unknown {
            method,
            what: what.to_owned(),
        };
        match error {
            SlackClientError::ApiError(error) => {
                let needed = parse_needed_scope(error.http_response_body.as_deref());
                Self::from_code(method, &error.code, needed)
            }
            SlackClientError::RateLimitError(limit) => Self::RateLimited {
                method,
                wait: limit.retry_after.unwrap_or(DEFAULT_RETRY_AFTER),
            },
            SlackClientError::HttpError(response) => {
                unsure(&format!("Slack answered {}", response.status_code.as_u16()))
            }
            SlackClientError::HttpProtocolError(failure) => match &failure.cause {
                Some(cause) if is_connect_error(cause.as_ref()) => Self::Unreachable {
                    method,
                    what: "Slack cannot be reached".to_owned(),
                },
                _ => unsure("the connection broke"),
            },
            SlackClientError::EndOfStream(_) => unsure("the response was incomplete"),
            SlackClientError::ProtocolError(_) => unsure("the response could not be read"),
            SlackClientError::SystemError(_) | SlackClientError::SocketModeProtocolError(_) => {
                unsure("the call failed")
            }
        }
    }

    /// Classifies an error code.
    pub(crate) fn from_code(method: &'static str, code: &str, needed: Option<String>) -> Self {
        match code {
            "ratelimited" | "rate_limited" => Self::RateLimited {
                method,
                wait: DEFAULT_RETRY_AFTER,
            },
            code if SLACK_FAULT_CODES.contains(&code) => Self::Unknown {
                method,
                what: code.to_owned(),
            },
            code => Self::Api {
                method,
                code: code.to_owned(),
                needed,
            },
        }
    }

    /// Returns the error code, if Slack returned one.
    pub(crate) fn code(&self) -> Option<&str> {
        match self {
            Self::Api { code, .. } => Some(code),
            Self::RateLimited { .. }
            | Self::Unreachable { .. }
            | Self::Timeout { .. }
            | Self::Unknown { .. } => None,
        }
    }

    /// Returns whether Slack returned one of these error codes.
    pub(crate) fn has_code(&self, codes: &[&str]) -> bool {
        self.code().is_some_and(|code| codes.contains(&code))
    }

    /// Returns whether Slack rejected the token, which only the operator can fix.
    pub(crate) fn is_token_error(&self) -> bool {
        self.has_code(&TOKEN_ERROR_CODES)
    }

    /// Returns the method.
    pub(crate) fn method(&self) -> &'static str {
        match self {
            Self::Api { method, .. }
            | Self::RateLimited { method, .. }
            | Self::Unreachable { method, .. }
            | Self::Timeout { method, .. }
            | Self::Unknown { method, .. } => method,
        }
    }
}

/// Returns whether the error occurred before the request was sent.
fn is_connect_error(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    if let Some(error) = cause.downcast_ref::<hyper_util::client::legacy::Error>() {
        return error.is_connect();
    }
    cause.source().is_some_and(|source| {
        source
            .downcast_ref::<hyper_util::client::legacy::Error>()
            .is_some_and(hyper_util::client::legacy::Error::is_connect)
    })
}

/// Reads the missing scope from the body of a `missing_scope` response.
fn parse_needed_scope(body: Option<&str>) -> Option<String> {
    let body: serde_json::Value = serde_json::from_str(body?).ok()?;
    Some(body.get("needed")?.as_str()?.to_owned())
}
