//! Verifies Slack's request signatures.
//!
//! Slack: docs.slack.dev/authentication/verifying-requests-from-slack.

use axum::http::HeaderMap;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::domain::Timestamp;
use crate::secret::Secret;

/// The maximum difference between Slack's clock and ours, in seconds, in both directions. Slack: 5 minutes.
const TIMESTAMP_TOLERANCE: u64 = 300;

/// Why a request is rejected. It never contains the expected signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No signing secret is configured: Slack uses Socket Mode.
    #[error("SLACK_SIGNING_SECRET is not set, so no HTTP request can be verified")]
    NoSecret,
    /// The headers are missing, unreadable, or of another version.
    #[error("it isn't signed")]
    Unsigned,
    /// The timestamp is too far from the current time.
    #[error("its timestamp is {0} s off; if Slack sent it, the clock of this machine is wrong")]
    ClockSkew(u64),
    /// The signature does not match.
    #[error(
        "its signature is invalid; if Slack sent it, SLACK_SIGNING_SECRET belongs to another app"
    )]
    Mismatch,
}

/// Verifies that Slack signed exactly these bytes at about the current time. A request that fails is answered
/// with 401 and an empty body.
pub fn verify(
    secret: Option<&Secret>,
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<(), SignatureError> {
    let secret = secret.ok_or(SignatureError::NoSecret)?;
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let timestamp = header("x-slack-request-timestamp").ok_or(SignatureError::Unsigned)?;
    let actual = header("x-slack-signature").ok_or(SignatureError::Unsigned)?;
    let actual = actual.strip_prefix("v0=").ok_or(SignatureError::Unsigned)?;
    let seconds: i64 = timestamp.parse().map_err(|_| SignatureError::Unsigned)?;

    // Check the signature first, so that only Slack can learn about our clock.
    let expected = signature(secret, timestamp, body).ok_or(SignatureError::Mismatch)?;
    if !bool::from(expected.as_bytes().ct_eq(actual.as_bytes())) {
        return Err(SignatureError::Mismatch);
    }
    match now.epoch_seconds().abs_diff(seconds) {
        skew if skew > TIMESTAMP_TOLERANCE => Err(SignatureError::ClockSkew(skew)),
        _ => Ok(()),
    }
}

/// Returns the signature of a request in lower-case hexadecimal digits.
fn signature(secret: &Secret, timestamp: &str, body: &[u8]) -> Option<String> {
    // HMAC accepts keys of any length, so this never returns `None`.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes()).ok()?;
    mac.update(b"v0:");
    mac.update(timestamp.as_bytes());
    mac.update(b":");
    mac.update(body);
    let digits = mac.finalize().into_bytes();
    Some(digits.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Returns headers with a valid signature.
#[cfg(test)]
pub fn signed_headers(secret: &str, at: Timestamp, body: &[u8]) -> [(&'static str, String); 2] {
    let timestamp = at.epoch_seconds().to_string();
    let signature = signature(&Secret::new(secret), &timestamp, body).unwrap_or_default();
    [
        ("x-slack-request-timestamp", timestamp),
        ("x-slack-signature", format!("v0={signature}")),
    ]
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The example in Slack's documentation.
    const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
    const AT: i64 = 1_531_420_618;
    const SIGNATURE: &str = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
    const BODY: &str = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow\
                        &channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA\
                        &user_name=roadrunner&command=%2Fwebhook-collect&text=\
                        &response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J\
                        %2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN\
                        &trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";

    fn headers(timestamp: &str, signature: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("X-Slack-Request-Timestamp", timestamp.parse().unwrap());
        headers.insert("X-Slack-Signature", signature.parse().unwrap());
        headers
    }

    fn check(headers: &HeaderMap, body: &str, seconds: i64) -> Result<(), SignatureError> {
        let now = Timestamp::from_epoch_seconds(seconds);
        verify(Some(&Secret::new(SECRET)), headers, body.as_bytes(), now)
    }

    #[test]
    fn slack_example_is_accepted_within_five_minutes() {
        let headers = headers(&AT.to_string(), SIGNATURE);
        for skew in [0, 1, -1, 299, -299, 300, -300] {
            assert_eq!(check(&headers, BODY, AT + skew), Ok(()), "{skew}");
        }
        for skew in [301_i64, -301, 86_400] {
            let error = Err(SignatureError::ClockSkew(skew.unsigned_abs()));
            assert_eq!(check(&headers, BODY, AT + skew), error);
        }
    }

    #[test]
    fn changed_body_time_or_secret_is_rejected() {
        let good = headers(&AT.to_string(), SIGNATURE);
        assert_eq!(
            check(&good, &format!("{BODY} "), AT),
            Err(SignatureError::Mismatch)
        );
        assert_eq!(check(&good, "", AT), Err(SignatureError::Mismatch));
        let later = headers(&(AT + 1).to_string(), SIGNATURE);
        assert_eq!(check(&later, BODY, AT), Err(SignatureError::Mismatch));
        let secret = Secret::new("another");
        let now = Timestamp::from_epoch_seconds(AT);
        let result = verify(Some(&secret), &good, BODY.as_bytes(), now);
        assert_eq!(result, Err(SignatureError::Mismatch));
        assert_eq!(
            verify(None, &good, BODY.as_bytes(), now),
            Err(SignatureError::NoSecret)
        );
    }

    #[test]
    fn malformed_signature_headers_are_rejected() {
        let at = AT.to_string();
        let missing = check(&HeaderMap::new(), BODY, AT);
        assert_eq!(missing, Err(SignatureError::Unsigned));
        for (timestamp, signature) in [
            ("now", SIGNATURE),
            ("", SIGNATURE),
            ("99999999999999999999", SIGNATURE),
            (&at, ""),
            (&at, &SIGNATURE[3..]),
            (&at, &SIGNATURE.replace("v0=", "v1=")),
        ] {
            let result = check(&headers(timestamp, signature), BODY, AT);
            assert_eq!(
                result,
                Err(SignatureError::Unsigned),
                "{timestamp} {signature}"
            );
        }
        for signature in [
            "v0=",
            &SIGNATURE[..66],
            &SIGNATURE.to_uppercase().replace("V0", "v0"),
        ] {
            let result = check(&headers(&at, signature), BODY, AT);
            assert_eq!(result, Err(SignatureError::Mismatch), "{signature}");
        }
    }
}
