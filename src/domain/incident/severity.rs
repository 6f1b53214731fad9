//! The severity of an incident.

use std::str::FromStr;

use crate::string_enum::{ParseEnumError, impl_string_enum, normalize, parse_enum};

/// The severity of an incident. A lower number is worse. `SeverityScale` defines which severities a
/// team uses, with their labels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Severity {
    /// The severity is not known yet.
    #[default]
    Unknown,
    /// The worst severity, for teams that start at 0.
    Sev0,
    /// Critical. This and the following are default labels, which the team can change.
    Sev1,
    /// High.
    Sev2,
    /// Moderate.
    Sev3,
    /// Low.
    Sev4,
    /// Minor.
    Sev5,
    /// Level 6. Levels 6 to 10 have no default label.
    Sev6,
    /// Level 7.
    Sev7,
    /// Level 8.
    Sev8,
    /// Level 9.
    Sev9,
    /// Level 10.
    Sev10,
}

impl Severity {
    /// All severities, the worst first and the unknown last.
    pub const ALL: [Self; 12] = [
        Self::Sev0,
        Self::Sev1,
        Self::Sev2,
        Self::Sev3,
        Self::Sev4,
        Self::Sev5,
        Self::Sev6,
        Self::Sev7,
        Self::Sev8,
        Self::Sev9,
        Self::Sev10,
        Self::Unknown,
    ];

    /// Returns the name as it is stored and displayed, such as `SEV-2`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "UNKNOWN",
            Self::Sev0 => "SEV-0",
            Self::Sev1 => "SEV-1",
            Self::Sev2 => "SEV-2",
            Self::Sev3 => "SEV-3",
            Self::Sev4 => "SEV-4",
            Self::Sev5 => "SEV-5",
            Self::Sev6 => "SEV-6",
            Self::Sev7 => "SEV-7",
            Self::Sev8 => "SEV-8",
            Self::Sev9 => "SEV-9",
            Self::Sev10 => "SEV-10",
        }
    }

    /// Returns the number in the name: 2 for `SEV-2`, `None` for `UNKNOWN`.
    pub fn number(self) -> Option<u8> {
        (self != Self::Unknown).then(|| self.sort_key())
    }

    /// Returns the position in the order of severities: 0 for `SEV-0` … 10 for `SEV-10`, 11 for
    /// `UNKNOWN`.
    pub fn sort_key(self) -> u8 {
        match self {
            Self::Sev0 => 0,
            Self::Sev1 => 1,
            Self::Sev2 => 2,
            Self::Sev3 => 3,
            Self::Sev4 => 4,
            Self::Sev5 => 5,
            Self::Sev6 => 6,
            Self::Sev7 => 7,
            Self::Sev8 => 8,
            Self::Sev9 => 9,
            Self::Sev10 => 10,
            Self::Unknown => 11,
        }
    }
}

impl Ord for Severity {
    /// Orders the worst severity first and the unknown last.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.sort_key().cmp(&other.sort_key())
    }
}

impl PartialOrd for Severity {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl FromStr for Severity {
    type Err = ParseEnumError;

    /// Parses `SEV-2`, `sev 2`, `sev2` and `2`, in any case. `SeverityScale` parses labels as well.
    ///
    /// # Errors
    /// Returns a `ParseEnumError` if the text is not a severity.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let normalized = normalize(text);
        let meant = |severity: &Self| {
            normalize(severity.as_str()) == normalized
                || severity
                    .number()
                    .is_some_and(|number| number.to_string() == normalized)
        };
        parse_enum("severity", text, &Self::ALL, Self::as_str, meant)
    }
}

impl_string_enum!(Severity);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn severity_is_parsed_in_every_spelling() {
        for text in ["SEV-2", "sev-2", "sev 2", "Sev2", "2", " sev_2 "] {
            assert_eq!(text.parse(), Ok(Severity::Sev2), "{text}");
        }
        assert_eq!("SEV-10".parse(), Ok(Severity::Sev10));
        assert_eq!("0".parse(), Ok(Severity::Sev0));
        for text in ["", "11", "sev", "SEV-11", "high", "SEV-22", "SEV-01"] {
            assert!(text.parse::<Severity>().is_err(), "{text}");
        }
    }

    #[test]
    fn severities_sort_worst_first_and_unknown_last() {
        let mut sorted = Severity::ALL;
        sorted.sort();
        assert_eq!(sorted, Severity::ALL);
        assert_eq!(
            sorted.map(Severity::sort_key),
            [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
        );
        assert_eq!(Severity::Unknown.number(), None);
        assert_eq!(Severity::Sev10.number(), Some(10));
    }

    #[test]
    fn stored_severity_round_trips() {
        for it in Severity::ALL {
            assert_eq!(it.as_str().parse(), Ok(it));
            let stored = serde_json::json!(it);
            assert_eq!(serde_json::from_value::<Severity>(stored).unwrap(), it);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_without_panic(text in ".*") {
            let _ = text.parse::<Severity>();
        }
    }
}
