//! Random tokens of sessions and sign-in links. The store keeps only their hashes, so that a copy of the
//! database signs no user in.

use sha2::{Digest, Sha256};

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
