//! Slack's signature: who does not have it is not answered.
//!
//! Slack: docs.slack.dev/authentication/verifying-requests-from-slack.

use axum::http::HeaderMap;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::domain::Moment;
use crate::secret::Secret;

/// How far Slack's clock and ours may be apart, in seconds. Slack: 5 minutes, both ways.
const WINDOW: u64 = 300;

/// Why a request is not taken for one of Slack's. It says nothing of the signature that would have
/// been right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSlack {
    /// We have no signing secret: Slack comes over Socket Mode.
    #[error("SLACK_SIGNING_SECRET is not set, so no request over HTTP can be Slack's")]
    NoSecret,
    /// The headers are not there, or cannot be read, or are of another version.
    #[error("it is not signed")]
    Unsigned,
    /// The request was signed at another time than now.
    #[error("it was signed {0} s from now; if Slack sent it, the clock of this machine is wrong")]
    AnotherTime(u64),
    /// The signature is wrong.
    #[error(
        "its signature is wrong; if Slack sent it, SLACK_SIGNING_SECRET is not that of this app"
    )]
    Wrong,
}

/// Makes sure that Slack signed a request, at about this time, over exactly these bytes.
///
/// # Errors
/// Why it is not Slack's; it is answered 401 and nothing else.
pub fn verify(
    secret: Option<&Secret>,
    headers: &HeaderMap,
    body: &[u8],
    now: Moment,
) -> Result<(), NotSlack> {
    let secret = secret.ok_or(NotSlack::NoSecret)?;
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let timestamp = header("x-slack-request-timestamp").ok_or(NotSlack::Unsigned)?;
    let given = header("x-slack-signature").ok_or(NotSlack::Unsigned)?;
    let given = given.strip_prefix("v0=").ok_or(NotSlack::Unsigned)?;
    let seconds: i64 = timestamp.parse().map_err(|_| NotSlack::Unsigned)?;

    // The signature first: nobody but Slack learns how our clock goes.
    let expected = signature(secret, timestamp, body).ok_or(NotSlack::Wrong)?;
    if !bool::from(expected.as_bytes().ct_eq(given.as_bytes())) {
        return Err(NotSlack::Wrong);
    }
    match now.epoch_seconds().abs_diff(seconds) {
        apart if apart > WINDOW => Err(NotSlack::AnotherTime(apart)),
        _ => Ok(()),
    }
}

/// Gives the signature of a request in small hexadecimal digits.
fn signature(secret: &Secret, timestamp: &str, body: &[u8]) -> Option<String> {
    // A key of any length will do, so this gives `None` never.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes()).ok()?;
    mac.update(b"v0:");
    mac.update(timestamp.as_bytes());
    mac.update(b":");
    mac.update(body);
    let digits = mac.finalize().into_bytes();
    Some(digits.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Gives the headers of a request that is signed as Slack signs.
#[cfg(test)]
pub fn signed(secret: &str, at: Moment, body: &[u8]) -> [(&'static str, String); 2] {
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

    fn check(headers: &HeaderMap, body: &str, seconds: i64) -> Result<(), NotSlack> {
        let now = Moment::from_epoch_seconds(seconds);
        verify(Some(&Secret::new(SECRET)), headers, body.as_bytes(), now)
    }

    #[test]
    fn slacks_own_example_is_taken_within_five_minutes_both_ways() {
        let headers = headers(&AT.to_string(), SIGNATURE);
        for apart in [0, 1, -1, 299, -299, 300, -300] {
            assert_eq!(check(&headers, BODY, AT + apart), Ok(()), "{apart}");
        }
        for apart in [301_i64, -301, 86_400] {
            let refusal = Err(NotSlack::AnotherTime(apart.unsigned_abs()));
            assert_eq!(check(&headers, BODY, AT + apart), refusal);
        }
    }

    #[test]
    fn a_changed_body_time_or_secret_is_refused() {
        let good = headers(&AT.to_string(), SIGNATURE);
        assert_eq!(check(&good, &format!("{BODY} "), AT), Err(NotSlack::Wrong));
        assert_eq!(check(&good, "", AT), Err(NotSlack::Wrong));
        let later = headers(&(AT + 1).to_string(), SIGNATURE);
        assert_eq!(check(&later, BODY, AT), Err(NotSlack::Wrong));
        let secret = Secret::new("another");
        let now = Moment::from_epoch_seconds(AT);
        let answer = verify(Some(&secret), &good, BODY.as_bytes(), now);
        assert_eq!(answer, Err(NotSlack::Wrong));
        assert_eq!(
            verify(None, &good, BODY.as_bytes(), now),
            Err(NotSlack::NoSecret)
        );
    }

    #[test]
    fn what_is_not_signed_as_slack_signs_is_refused() {
        let at = AT.to_string();
        let missing = check(&HeaderMap::new(), BODY, AT);
        assert_eq!(missing, Err(NotSlack::Unsigned));
        for (timestamp, signature) in [
            ("now", SIGNATURE),
            ("", SIGNATURE),
            ("99999999999999999999", SIGNATURE),
            (&at, ""),
            (&at, &SIGNATURE[3..]),
            (&at, &SIGNATURE.replace("v0=", "v1=")),
        ] {
            let answer = check(&headers(timestamp, signature), BODY, AT);
            assert_eq!(answer, Err(NotSlack::Unsigned), "{timestamp} {signature}");
        }
        for signature in [
            "v0=",
            &SIGNATURE[..66],
            &SIGNATURE.to_uppercase().replace("V0", "v0"),
        ] {
            let answer = check(&headers(&at, signature), BODY, AT);
            assert_eq!(answer, Err(NotSlack::Wrong), "{signature}");
        }
    }
}
