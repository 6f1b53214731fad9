//! Secrets and signatures of the Standard Webhooks specification.
//!
//! github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::secret::Secret;

/// The prefix of a secret.
const PREFIX: &str = "whsec_";

/// Returns a random secret of 32 bytes.
pub(crate) fn new_secret() -> Secret {
    let key = STANDARD.encode(rand::random::<[u8; 32]>());
    Secret::new(format!("{PREFIX}{key}"))
}

/// Returns why a text is not a secret, as a sentence.
pub(crate) fn check_secret(secret: &str) -> Result<(), String> {
    match decode(secret) {
        Some(key) if (24..=64).contains(&key.len()) => Ok(()),
        Some(_) | None => Err(
            "A secret is whsec_ and 24 to 64 random bytes in Base64. Keep the one that Muster made."
                .to_owned(),
        ),
    }
}

/// Returns the value of the header `webhook-signature`: one signature for each secret.
pub(crate) fn signature(secrets: &[&Secret], signed: &str) -> String {
    let signatures = secrets.iter().filter_map(|secret| {
        let key = decode(secret.reveal())?;
        // HMAC accepts keys of any length, so this never returns `None`.
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
        mac.update(signed.as_bytes());
        Some(format!(
            "v1,{}",
            STANDARD.encode(mac.finalize().into_bytes())
        ))
    });
    signatures.collect::<Vec<_>>().join(" ")
}

fn decode(secret: &str) -> Option<Vec<u8>> {
    STANDARD.decode(secret.strip_prefix(PREFIX)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    #[test]
    fn signature_is_that_of_the_specification() {
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let signed = "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}";
        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(signature(&[&secret], signed), expected);
        assert_eq!(
            signature(&[&secret, &secret], signed),
            format!("{expected} {expected}")
        );
    }

    #[test]
    fn new_secrets_are_valid_and_differ() {
        let [first, second] = [new_secret(), new_secret()];
        assert_ne!(first, second);
        assert_eq!(check_secret(first.reveal()), Ok(()));
        for wrong in ["", "whsec_", "whsec_YQ==", "secret", "whsec_!!"] {
            assert!(check_secret(wrong).is_err(), "{wrong}");
        }
    }
}
