//! Random tokens of sessions, sign-in links and API keys. The store keeps only their hashes, so that a copy of the
//! database signs no user in.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

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
    let is_hex = |text: &str| {
        let mut bytes = text.bytes();
        bytes.all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    [key_id, secret].map(str::len) == API_KEY_LENGTHS && is_hex(key_id) && is_hex(secret)
}

/// Compares two hashes in a time that does not depend on them.
pub fn is_equal(first: &str, second: &str) -> bool {
    first.as_bytes().ct_eq(second.as_bytes()).into()
}
