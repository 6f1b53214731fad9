//! Tokens in the links of mails that end a subscription: RFC 8058. A token names the mail and proves that this store
//! made it, so no mail needs a row of its own, and no address appears in a URL.

use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::domain::IncidentId;
use crate::domain::notification::RuleMail;
use crate::secret::Secret;

/// The length of the proof in hexadecimal digits: 128 bits. RFC 2104, section 5: at least half of the hash.
const PROOF_LENGTH: usize = 32;

/// The longest number in a token, in digits: it fits into 64 bits.
const MAX_DIGITS: usize = 18;

/// The key of the tokens.
#[derive(Clone, Debug)]
pub(in crate::store) struct UnsubscribeKey(Arc<Secret>);

impl UnsubscribeKey {
    /// Creates a random key of 256 bits.
    pub(in crate::store) fn random() -> Secret {
        let bytes = rand::random::<[u8; 32]>();
        Secret::new(hexadecimal(&bytes))
    }

    /// Wraps the key of a store.
    pub(in crate::store) fn new(key: String) -> Self {
        Self(Arc::new(Secret::new(key)))
    }

    /// Returns the token of a mail, such as `7-3-1-` and 32 hexadecimal digits.
    pub(in crate::store) fn token(&self, mail: &RuleMail) -> String {
        let RuleMail {
            incident,
            notification,
            position,
        } = mail;
        let name = format!("{}-{notification}-{position}", incident.number());
        let proof = self.proof(&name);
        format!("{name}-{proof}")
    }

    /// Returns the mail of a token; `None` if this store did not make it.
    pub(in crate::store) fn mail(&self, token: &str) -> Option<RuleMail> {
        let (name, proof) = token.rsplit_once('-')?;
        let is_valid = self.proof(name).as_bytes().ct_eq(proof.as_bytes());
        if !bool::from(is_valid) {
            return None;
        }
        let mut numbers = name.split('-').map(parse_number);
        let mut next = || numbers.next().flatten();
        Some(RuleMail {
            incident: IncidentId(next()?),
            notification: next()?,
            position: next()?,
        })
    }

    fn proof(&self, name: &str) -> String {
        // HMAC accepts keys of any length, so the error never occurs; its text is no proof of any token.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.reveal().as_bytes()) else {
            return String::new();
        };
        // The purpose keeps a proof from being valid elsewhere, should the key ever get another use.
        mac.update(b"unsubscribe:");
        mac.update(name.as_bytes());
        let mut proof = hexadecimal(&mac.finalize().into_bytes());
        proof.truncate(PROOF_LENGTH);
        proof
    }
}

fn parse_number(text: &str) -> Option<i64> {
    let is_number = text.len() <= MAX_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(text: &str) -> UnsubscribeKey {
        UnsubscribeKey::new(text.to_owned())
    }

    fn mail(incident: i64, notification: i64, position: i64) -> RuleMail {
        RuleMail {
            incident: IncidentId(incident),
            notification,
            position,
        }
    }

    #[test]
    fn token_is_short_and_names_no_address() {
        let token = key("secret").token(&mail(7, 3, 1));
        assert!(token.starts_with("7-3-1-"), "{token}");
        assert_eq!(token.len(), 6 + PROOF_LENGTH);
    }

    #[test]
    fn token_without_a_proof_is_no_token() {
        let key = key("secret");
        for token in ["", "-", "7", "7-3-1", "7-3-1-", "7-3-1-0", "0000", "---"] {
            assert_eq!(key.mail(token), None, "{token}");
        }
        // The proof of something that is no mail.
        let proof = key.proof("7-3");
        assert_eq!(key.mail(&format!("7-3-{proof}")), None);
    }

    proptest! {
        #[test]
        fn token_leads_to_its_mail_and_to_no_other_store(
            numbers in [1_i64..1_000_000_000_000, 1..1000, 1..1000],
            other in "[a-z]{1,64}",
        ) {
            let [incident, notification, position] = numbers;
            let mail = mail(incident, notification, position);
            let token = key("SECRET").token(&mail);
            prop_assert_eq!(key("SECRET").mail(&token), Some(mail));
            prop_assert_eq!(key(&other).mail(&token), None);
        }

        #[test]
        fn changed_token_is_rejected(
            numbers in [1_i64..1000, 1..1000, 1..1000],
            position in any::<prop::sample::Index>(),
            sign in "[0-9a-f-]",
        ) {
            let [incident, notification, number] = numbers;
            let key = key("secret");
            let token = key.token(&mail(incident, notification, number));
            let position = position.index(token.len());
            let mut changed = token.clone();
            changed.replace_range(position..=position, &sign);
            prop_assert_eq!(key.mail(&changed).is_some(), changed == token);
        }

        #[test]
        fn guessed_token_is_rejected(name in "[0-9]{1,3}-[0-9]{1,3}-[0-9]{1,3}", proof in "[0-9a-f]{0,64}") {
            prop_assert_eq!(key("secret").mail(&format!("{name}-{proof}")), None);
        }

        #[test]
        fn any_text_is_no_token(text in any::<String>()) {
            prop_assert_eq!(key("secret").mail(&text), None);
        }
    }
}
