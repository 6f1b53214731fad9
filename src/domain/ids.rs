//! Newtypes for IDs, so that the compiler distinguishes them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Defines a newtype for an ID that Slack assigns.
macro_rules! slack_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(
            Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// Returns the ID as Slack writes it.
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
    /// The ID of a Slack user, such as `U0ALICE0001` (on Enterprise Grid also `W…`).
    UserId
);
slack_id!(
    /// The ID of a Slack channel, such as `C0INCIDENTS`.
    ChannelId
);
slack_id!(
    /// The timestamp of a Slack message, such as `1795447205.830222`, which identifies it within
    /// its channel.
    ///
    /// It is stored as text: a floating-point number would lose digits.
    MessageTs
);
slack_id!(
    /// The ID of a Slack event, which is the same for each redelivery.
    EventId
);

/// The number of an incident, from 1, displayed as `IR-7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IncidentId(pub i64);

impl IncidentId {
    /// Returns the number without `IR-`.
    pub fn number(self) -> i64 {
        self.0
    }
}

impl fmt::Display for IncidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IR-{}", self.0)
    }
}

/// The error for a text that is not an incident ID. It is displayed to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseIncidentIdError {
    /// The rejected text.
    pub input: String,
}

impl fmt::Display for ParseIncidentIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "“{}” isn't an incident number. Use one like IR-7.",
            self.input
        )
    }
}

impl std::error::Error for ParseIncidentIdError {}

impl FromStr for IncidentId {
    type Err = ParseIncidentIdError;

    /// Parses `IR-7`, `ir-7`, `#7` and `7`.
    ///
    /// # Errors
    /// Returns a `ParseIncidentIdError` if the text has none of these forms.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let trimmed = text.trim();
        let digits = match trimmed.get(..3) {
            Some(start) if start.eq_ignore_ascii_case("IR-") => &trimmed[3..],
            Some(_) | None => trimmed.strip_prefix('#').unwrap_or(trimmed),
        };
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        match digits.parse() {
            Ok(number) if plain && number > 0 => Ok(Self(number)),
            Ok(_) | Err(_) => Err(ParseIncidentIdError {
                input: trimmed.to_owned(),
            }),
        }
    }
}

impl UserId {
    /// Returns whether Slack has the user. Users that the API makes are not in Slack: they are neither invited nor
    /// mentioned. Slack: a user's ID begins with U or W, docs.slack.dev/reference/objects/user-object.
    pub fn is_in_slack(&self) -> bool {
        self.0.starts_with(['U', 'W'])
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn incident_id_is_parsed_in_every_spelling() {
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
        let user: UserId = serde_json::from_str("\"U1\"").unwrap();
        assert_eq!(user, UserId::from("U1"));
        assert_eq!(serde_json::to_string(&IncidentId(7)).unwrap(), "7");
    }

    proptest! {
        #[test]
        fn displayed_id_round_trips(number in 1..i64::MAX) {
            prop_assert_eq!(IncidentId(number).to_string().parse(), Ok(IncidentId(number)));
        }

        #[test]
        fn any_text_is_parsed_without_panic(text in ".*") {
            let _ = text.parse::<IncidentId>();
        }
    }
}
