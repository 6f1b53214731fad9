//! Mail addresses.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest address. RFC 5321, section 4.5.3.1.3: a path has 256 bytes, of which two are brackets.
const LONGEST_ADDRESS: usize = 254;

/// A mail address, such as `alice@example.com`. The domain is in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MailAddress(String);

impl MailAddress {
    /// Returns the address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the part after the `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// Returns the address for a page that anyone can open: `a•••@example.com`.
    pub fn masked(&self) -> String {
        let first: String = self.0.chars().take(1).collect();
        format!("{first}•••@{}", self.domain())
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<MailAddress> for String {
    fn from(address: MailAddress) -> Self {
        address.0
    }
}

impl TryFrom<String> for MailAddress {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for MailAddress {
    type Err = String;

    /// Parses an address without a display name. Quoted local parts and domain literals are rejected: no
    /// relay that we know of accepts them from a form. A local part may contain non-ASCII characters.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let is_valid = text.len() <= LONGEST_ADDRESS
            && text
                .split_once('@')
                .is_some_and(|(local, domain)| is_local_part(local) && is_domain(domain));
        if !is_valid {
            return Err(format!(
                "“{}” isn't a mail address, such as alice@example.com",
                text.escape_debug()
            ));
        }
        let (local, domain) = text.split_once('@').unwrap_or_default();
        Ok(Self(format!("{local}@{}", domain.to_lowercase())))
    }
}

fn is_local_part(text: &str) -> bool {
    let is_allowed = |sign: char| {
        sign.is_ascii_alphanumeric()
            || "!#$%&'*+-/=?^_`{|}~.".contains(sign)
            || (!sign.is_ascii() && sign.is_alphanumeric())
    };
    (1..=64).contains(&text.len()) && text.chars().all(is_allowed) && has_no_empty_part(text)
}

fn is_domain(text: &str) -> bool {
    let is_allowed = |sign: char| sign.is_alphanumeric() || sign == '-' || sign == '.';
    let is_label =
        |label: &str| label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-');
    text.chars().all(is_allowed) && has_no_empty_part(text) && text.split('.').all(is_label)
}

fn has_no_empty_part(text: &str) -> bool {
    text.split('.').all(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masked_address_keeps_the_first_letter_and_the_domain() {
        for (address, masked) in [
            ("alice@example.com", "a•••@example.com"),
            ("j@example.com", "j•••@example.com"),
            ("ärzte@bücher.de", "ä•••@bücher.de"),
        ] {
            let parsed = address.parse().map(|it: MailAddress| it.masked());
            assert_eq!(parsed, Ok(masked.to_owned()));
        }
    }

    #[test]
    fn addresses_are_parsed_and_their_domain_is_lowered() {
        let parse = |text: &str| text.parse::<MailAddress>().map(String::from);
        assert_eq!(
            parse(" Alice.B+x@Example.COM "),
            Ok("Alice.B+x@example.com".to_owned())
        );
        assert_eq!(parse("jörg@bücher.de"), Ok("jörg@bücher.de".to_owned()));
        assert_eq!(parse("root@localhost"), Ok("root@localhost".to_owned()));
        for wrong in [
            "",
            "alice",
            "@example.com",
            "alice@",
            "a b@example.com",
            "a@b@example.com",
            "a@example..com",
            ".a@example.com",
            "a@-example.com",
            "a@example.com\r\nBcc: b@example.com",
            "<a@example.com>",
            "\"a b\"@example.com",
            "a@[127.0.0.1]",
        ] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
        assert!(parse(&format!("{}@example.com", "a".repeat(65))).is_err());
        assert!(parse(&format!("a@{}.com", "b.".repeat(130))).is_err());
    }
}
