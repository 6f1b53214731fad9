//! Random tokens of sessions, sign-in links and API keys. The store keeps only their hashes, so that a copy of the
//! database signs no user in.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::domain::UserId;
use crate::secret::Secret;

/// Returns a random token of 256 bits, in hexadecimal digits.
pub fn random_token() -> Secret {
    Secret::new(to_hex(&rand::random::<[u8; 32]>()))
}

/// Returns the SHA-256 hash of a token, in hexadecimal digits.
pub fn hash(token: &str) -> String {
    to_hex(&Sha256::digest(token.as_bytes()))
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The number of hexadecimal digits of the halves of an API key, as Datadog's have.
const API_KEY_LENGTHS: [usize; 2] = [32, 40];

/// The two halves of an API key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiCredentials {
    /// The first half, which names the key.
    pub key_id: String,
    /// The second half, which proves it.
    pub secret: Secret,
}

/// Returns the halves of a new API key.
pub fn new_api_credentials() -> ApiCredentials {
    ApiCredentials {
        key_id: to_hex(&rand::random::<[u8; 16]>()),
        secret: Secret::new(to_hex(&rand::random::<[u8; 20]>())),
    }
}

/// Returns whether these can be the halves of an API key.
pub fn are_api_credentials(key_id: &str, secret: &str) -> bool {
    [key_id, secret].map(str::len) == API_KEY_LENGTHS && is_hex(key_id) && is_hex(secret)
}

/// The number of hexadecimal digits of the token of a source of alerts, as a routing key of PagerDuty has.
const ALERT_TOKEN_LENGTH: usize = 32;

/// Returns a new token of a source of alerts.
pub fn new_alert_token() -> Secret {
    Secret::new(to_hex(&rand::random::<[u8; ALERT_TOKEN_LENGTH / 2]>()))
}

/// Returns whether this can be the token of a source of alerts.
pub fn is_alert_token(token: &str) -> bool {
    token.len() == ALERT_TOKEN_LENGTH && is_hex(token)
}

fn is_hex(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// The first letter of the ID of a user without Slack. Slack's begin with U or W.
const API_USER_PREFIX: char = 'M';

/// The digits of the ID of a user without Slack, as many as the UUIDs of the API can hold.
const API_USER_DIGITS: usize = 12;

/// Returns the ID of a new user without Slack.
pub fn new_api_user_id() -> UserId {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let digits =
        (0..API_USER_DIGITS).map(|_| char::from(DIGITS[rand::random_range(0..DIGITS.len())]));
    UserId(std::iter::once(API_USER_PREFIX).chain(digits).collect())
}

/// Compares two hashes in a time that does not depend on them.
pub fn is_equal(first: &str, second: &str) -> bool {
    first.as_bytes().ct_eq(second.as_bytes()).into()
}

/// The start of a bearer token, by which scanners for secrets recognize it.
const TOKEN_PREFIX: &str = "muster_";

impl ApiCredentials {
    /// Returns both halves in one text. The caller must not log it.
    pub fn bearer_token(&self) -> String {
        format!("{TOKEN_PREFIX}{}{}", self.key_id, self.secret.reveal())
    }
}

/// Returns the halves in a bearer token; `None` if it cannot be one.
pub fn split_bearer_token(token: &str) -> Option<(&str, &str)> {
    let digits = token.strip_prefix(TOKEN_PREFIX)?;
    digits.split_at_checked(API_KEY_LENGTHS[0])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn bearer_token_is_both_halves() {
        let credentials = new_api_credentials();
        let (key_id, secret) = (&credentials.key_id, credentials.secret.reveal());
        assert!(are_api_credentials(key_id, secret));
        assert!(!are_api_credentials(secret, key_id));
        let token = credentials.bearer_token();
        let halves = split_bearer_token(&token).unwrap();
        assert_eq!(halves, (key_id.as_str(), secret));
        for invalid in ["", "muster_", "muster_ab", "ddpat_0123", "muster_äöü"] {
            assert_eq!(split_bearer_token(invalid), None, "{invalid}");
        }
    }
}
