//! User and channel IDs, and the generation of IDs. They have Slack's format and are the same in
//! every run.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }
    };
}

id!(
    /// The ID of a user or bot user, such as `U0ALICE0001`.
    UserId
);
id!(
    /// The ID of a conversation: `C…` for a channel, `D…` for a direct message.
    ChannelId
);

/// Returns an ID that contains a name: `U0ALICE0001` for the user alice.
///
/// Recognisable IDs make logs and test failures readable.
pub(super) fn from_name(prefix: char, name: &str) -> String {
    let letters: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .take(9)
        .collect();
    let left = 9 - letters.len();
    let number = if left == 0 {
        String::new()
    } else {
        format!("{:0left$}", 1)
    };
    format!("{prefix}0{letters}{number}")
}

/// Returns an ID of eleven characters that contains the serial number in base 36.
pub(super) fn from_serial(prefix: char, serial: u64) -> String {
    const DIGITS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut digits = Vec::new();
    let mut rest = serial;
    while rest > 0 {
        digits.push(char::from(DIGITS[(rest % 36) as usize]));
        rest /= 36;
    }
    let digits: String = digits.into_iter().rev().collect();
    format!("{prefix}0N{digits:0>8}")
}

/// Returns `length` hexadecimal digits (at most 64) derived from a hash of `seed`.
pub(super) fn secret(seed: &str, length: usize) -> String {
    let mut digits = hex(&Sha256::digest(seed.as_bytes()));
    digits.truncate(length);
    digits
}

/// Returns an ID in UUID format derived from a hash of `seed`.
pub(super) fn uuid(seed: &str) -> String {
    let digits = secret(seed, 32);
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &digits[part]);
    parts.join("-")
}

/// Returns the bytes as lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        for half in [byte >> 4, byte & 15] {
            digits.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
        }
        digits
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_format_of_slack() {
        assert_eq!(from_name('U', "alice"), "U0ALICE0001");
        assert_eq!(from_name('C', "incidents"), "C0INCIDENTS");
        assert_eq!(from_name('T', "Acme"), "T0ACME00001");
        assert_eq!(from_serial('V', 37), "V0N00000011");
    }

    #[test]
    fn hex_keeps_leading_zeros() {
        assert_eq!(hex(&[0, 10, 255]), "000aff");
        assert_eq!(secret("seed", 12).len(), 12);
    }
}
