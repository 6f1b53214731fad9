//! Why a call to Slack gave nothing, sorted by what is to be done about it.

use std::time::Duration;

use slack_morphism::errors::SlackClientError;

/// Why a call to Slack gave nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// Slack said no, and did nothing.
    #[error("{method}: {code}")]
    Refused {
        /// The method that was called.
        method: &'static str,
        /// Slack's word for why: `name_taken`, `is_archived`.
        code: String,
        /// The scope that is missing, where Slack names one.
        needed: Option<String>,
    },
    /// Slack wants us to wait, and did nothing.
    #[error("{method}: limited for {} s", wait.as_secs())]
    Limited {
        /// The method that was called.
        method: &'static str,
        /// For how long at least.
        wait: Duration,
    },
    /// Slack could not be reached, so that nothing was done.
    #[error("{method}: {what}")]
    Unreached {
        /// The method that was called.
        method: &'static str,
        /// What went wrong.
        what: String,
    },
    /// No answer in time: it may have been done, or may yet be.
    #[error("{method}: no answer within {} s", after.as_secs())]
    Silent {
        /// The method that was called.
        method: &'static str,
        /// How long we waited.
        after: Duration,
    },
    /// No answer that says whether it was done: it may have been.
    #[error("{method}: {what}")]
    Unsure {
        /// The method that was called.
        method: &'static str,
        /// What went wrong.
        what: String,
    },
}

/// What Slack answers when it is in trouble itself. Slack: of `fatal_error` and `internal_error`
/// part of the work may have happened, docs.slack.dev/reference/methods/chat.postMessage#errors.
const ITS_OWN_TROUBLE: [&str; 4] = [
    "fatal_error",
    "internal_error",
    "request_timeout",
    "service_unavailable",
];

/// What says that our token is no good: the operator mends it, and nothing is to be lost meanwhile.
const TOKEN_TROUBLE: [&str; 6] = [
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "org_login_required",
];

/// How long to wait when Slack limits us and does not say for how long.
const UNSAID_WAIT: Duration = Duration::from_secs(30);

impl Trouble {
    /// Gives the trouble behind an error of the client. Its text holds no body and no token.
    pub fn of(method: &'static str, error: &SlackClientError) -> Self {
        let unsure = |what: &str| Self::Unsure {
            method,
            what: what.to_owned(),
        };
        match error {
            SlackClientError::ApiError(refusal) => {
                let needed = needed(refusal.http_response_body.as_deref());
                Self::of_code(method, &refusal.code, needed)
            }
            SlackClientError::RateLimitError(limit) => Self::Limited {
                method,
                wait: limit.retry_after.unwrap_or(UNSAID_WAIT),
            },
            SlackClientError::HttpError(answer) => {
                unsure(&format!("Slack answered {}", answer.status_code.as_u16()))
            }
            SlackClientError::HttpProtocolError(failure) => match &failure.cause {
                Some(cause) if never_left(cause.as_ref()) => Self::Unreached {
                    method,
                    what: "Slack cannot be reached".to_owned(),
                },
                _ => unsure("the connection broke"),
            },
            SlackClientError::EndOfStream(_) => unsure("the answer broke off"),
            SlackClientError::ProtocolError(_) => unsure("the answer could not be read"),
            SlackClientError::SystemError(_) | SlackClientError::SocketModeProtocolError(_) => {
                unsure("the call failed")
            }
        }
    }

    /// Gives the trouble that a word of Slack's stands for.
    pub fn of_code(method: &'static str, code: &str, needed: Option<String>) -> Self {
        match code {
            "ratelimited" | "rate_limited" => Self::Limited {
                method,
                wait: UNSAID_WAIT,
            },
            code if ITS_OWN_TROUBLE.contains(&code) => Self::Unsure {
                method,
                what: code.to_owned(),
            },
            code => Self::Refused {
                method,
                code: code.to_owned(),
                needed,
            },
        }
    }

    /// Gives Slack's word, if Slack said no.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            Self::Limited { .. }
            | Self::Unreached { .. }
            | Self::Silent { .. }
            | Self::Unsure { .. } => None,
        }
    }

    /// Says whether Slack refused with one of these words.
    pub fn is(&self, codes: &[&str]) -> bool {
        self.code().is_some_and(|code| codes.contains(&code))
    }

    /// Says whether Slack does not take our token, which the operator must mend.
    pub fn is_of_token(&self) -> bool {
        self.is(&TOKEN_TROUBLE)
    }

    /// Gives the method that was called.
    pub fn method(&self) -> &'static str {
        match self {
            Self::Refused { method, .. }
            | Self::Limited { method, .. }
            | Self::Unreached { method, .. }
            | Self::Silent { method, .. }
            | Self::Unsure { method, .. } => method,
        }
    }
}

/// Says whether an error came before anything was sent.
fn never_left(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    if let Some(error) = cause.downcast_ref::<hyper_util::client::legacy::Error>() {
        return error.is_connect();
    }
    cause.source().is_some_and(|source| {
        source
            .downcast_ref::<hyper_util::client::legacy::Error>()
            .is_some_and(hyper_util::client::legacy::Error::is_connect)
    })
}

/// Reads the missing scope from the answer to `missing_scope`.
fn needed(body: Option<&str>) -> Option<String> {
    let body: serde_json::Value = serde_json::from_str(body?).ok()?;
    Some(body.get("needed")?.as_str()?.to_owned())
}
