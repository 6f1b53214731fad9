//! The token of a request: in its path, in its headers or, for PagerDuty, in its body.

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::domain::alert::SourceKind;
use crate::secret::Secret;

/// The kind of source that a request names, and its token.
pub(super) struct Credentials {
    pub(super) kind: SourceKind,
    /// The token; `None` if neither the path nor the headers have one.
    pub(super) token: Option<Secret>,
    /// The content of the body.
    pub(super) content: IntakeContent,
}

/// The content of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IntakeContent {
    /// Alerts.
    Alerts,
    /// A change, such as a deployment.
    Change,
}

impl Credentials {
    /// Returns the credentials of a request with a token in its path.
    pub(super) fn of_path(kind: SourceKind, token: String) -> Self {
        Self {
            kind,
            token: Some(Secret::new(token)),
            content: IntakeContent::Alerts,
        }
    }

    /// Returns the credentials of a request with a token in its headers: a bearer token, or the password of basic
    /// authentication.
    pub(super) fn of_headers(kind: SourceKind, headers: &HeaderMap) -> Self {
        Self {
            kind,
            token: token_of_headers(headers).map(Secret::new),
            content: IntakeContent::Alerts,
        }
    }

    /// Returns the credentials of a request with a change.
    pub(super) fn for_changes(self) -> Self {
        Self {
            content: IntakeContent::Change,
            ..self
        }
    }
}

fn token_of_headers(headers: &HeaderMap) -> Option<String> {
    let authorization = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, value) = authorization.trim().split_once(' ')?;
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" => Some(value.trim().to_owned()),
        "basic" => {
            let decoded = STANDARD.decode(value.trim()).ok()?;
            let login = String::from_utf8(decoded).ok()?;
            login
                .split_once(':')
                .map(|(_, password)| password.to_owned())
        }
        _ => None,
    }
}

/// Returns the routing key of an event of PagerDuty.
pub(super) fn routing_key(body: &[u8]) -> Option<Secret> {
    #[derive(Deserialize)]
    struct Event {
        routing_key: String,
    }
    let event: Event = serde_json::from_slice(body).ok()?;
    Some(Secret::new(event.routing_key.trim()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn token_is_read_from_both_schemes() {
        for (value, expected) in [
            ("Bearer abc", Some("abc")),
            ("bearer  abc ", Some("abc")),
            ("Basic bXVzdGVyOmFiYw==", Some("abc")),
            ("Basic OmE6Yg==", Some("a:b")),
            ("Basic bXVzdGVy", None),
            ("Basic !", None),
            ("Digest abc", None),
            ("abc", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            assert_eq!(token_of_headers(&headers).as_deref(), expected, "{value}");
        }
        assert_eq!(token_of_headers(&HeaderMap::new()), None);
    }
}
