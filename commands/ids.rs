//! Ids as newtypes: whose number or name a value is, the compiler knows.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Makes a newtype around the text of an id that Slack gave.
macro_rules! slack_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// Gives the id as Slack writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }
    };
}

slack_id!(
    /// A person's id in Slack, such as `U0ALICE0001` (on Grid also `W…`).
    PersonId
);
slack_id!(
    /// A channel's id in Slack, such as `C0INCIDENTS`.
    ChannelId
);
slack_id!(
    /// A message's timestamp in Slack, such as `1795447205.830222`: its name within its channel.
    ///
    /// It stays text: as a number it would lose digits.
    MessageTs
);
slack_id!(
    /// The id of an event that Slack delivers; it stays the same when Slack delivers it again.
    EventId
);

/// The number of an incident, from 1; shown as `IR-7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IncidentId(pub i64);

impl IncidentId {
    /// Gives the bare number, without `IR-`.
    pub fn number(self) -> i64 {
        self.0
    }
}

impl fmt::Display for IncidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IR-{}", self.0)
    }
}

/// Tells that a text names no incident; it reads as a sentence for the person who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoIncidentId {
    /// What was written instead.
    pub said: String,
}

impl fmt::Display for NoIncidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "“{}” is not the number of an incident; a number looks like IR-7.",
            self.said
        )
    }
}

impl std::error::Error for NoIncidentId {}

impl FromStr for IncidentId {
    type Err = NoIncidentId;

    /// Reads `IR-7`, `ir-7`, `#7` and `7`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let trimmed = text.trim();
        let digits = match trimmed.get(..3) {
            Some(start) if start.eq_ignore_ascii_case("IR-") => &trimmed[3..],
            Some(_) | None => trimmed.strip_prefix('#').unwrap_or(trimmed),
        };
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        match digits.parse() {
            Ok(number) if plain && number > 0 => Ok(Self(number)),
            Ok(_) | Err(_) => Err(NoIncidentId {
                said: trimmed.to_owned(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_read_in_each_of_its_spellings() {
        for text in ["IR-7", "ir-7", "Ir-7", "#7", "7", " 7 "] {
            assert_eq!(text.parse(), Ok(IncidentId(7)), "{text}");
        }
        for text in [
            "", "IR-", "#", "0", "-7", "+7", "IR--7", "IR-7x", "ir7", "seven",
        ] {
            assert!(text.parse::<IncidentId>().is_err(), "{text}");
        }
    }

    #[test]
    fn ids_are_bare_values_in_json() {
        let person: PersonId = serde_json::from_str("\"U1\"").unwrap();
        assert_eq!(person, PersonId::from("U1"));
        assert_eq!(serde_json::to_string(&IncidentId(7)).unwrap(), "7");
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(number in 1..i64::MAX) {
            prop_assert_eq!(IncidentId(number).to_string().parse(), Ok(IncidentId(number)));
        }

        #[test]
        fn any_text_is_read_without_trouble(text in ".*") {
            let _ = text.parse::<IncidentId>();
        }
    }
}
