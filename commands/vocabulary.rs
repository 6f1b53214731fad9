//! Words with a fixed meaning: severity, status, detection method, customer impact.

use std::str::FromStr;

use crate::words::{UnknownWord, as_its_word, find, letters};

/// How bad an incident is. A lower number is worse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Severity {
    /// Nobody can tell yet.
    #[default]
    Unknown,
    /// Critical.
    Sev1,
    /// High.
    Sev2,
    /// Moderate.
    Sev3,
    /// Low.
    Sev4,
    /// Minor.
    Sev5,
}

impl Severity {
    /// All severities, in the order in which forms offer them.
    pub const ALL: [Self; 6] = [
        Self::Unknown,
        Self::Sev1,
        Self::Sev2,
        Self::Sev3,
        Self::Sev4,
        Self::Sev5,
    ];

    /// Gives the word that people and the store know it by, such as `SEV-2`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "UNKNOWN",
            Self::Sev1 => "SEV-1",
            Self::Sev2 => "SEV-2",
            Self::Sev3 => "SEV-3",
            Self::Sev4 => "SEV-4",
            Self::Sev5 => "SEV-5",
        }
    }

    /// Gives its name, such as `High`; the unknown severity has none.
    pub fn label(self) -> &'static str {
        match self {
            Self::Unknown => "",
            Self::Sev1 => "Critical",
            Self::Sev2 => "High",
            Self::Sev3 => "Moderate",
            Self::Sev4 => "Low",
            Self::Sev5 => "Minor",
        }
    }

    /// Gives word and name together, such as `SEV-2 High`.
    pub fn in_words(self) -> String {
        format!("{self} {}", self.label()).trim_end().to_owned()
    }

    /// Gives its place when the worst comes first: 1 for `SEV-1` … 5 for `SEV-5`, 6 for `UNKNOWN`.
    pub fn rank(self) -> u8 {
        match self {
            Self::Sev1 => 1,
            Self::Sev2 => 2,
            Self::Sev3 => 3,
            Self::Sev4 => 4,
            Self::Sev5 => 5,
            Self::Unknown => 6,
        }
    }
}

impl Ord for Severity {
    /// The worst comes first, the unknown last.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for Severity {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl FromStr for Severity {
    type Err = UnknownWord;

    /// Reads `SEV-2`, `sev 2`, `sev2`, `2`, `high` and `SEV-2 High`, in any case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let said = letters(text);
        let meant = |severity: &Self| {
            letters(severity.as_str()) == said
                || letters(severity.label()) == said && !said.is_empty()
                || letters(&severity.in_words()) == said
                || *severity != Self::Unknown && severity.rank().to_string() == said
        };
        find("severity", text, &Self::ALL, Self::as_str, meant)
    }
}

/// Where an incident stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// Others are affected.
    #[default]
    Active,
    /// Others are no longer affected, but it is not understood.
    Stable,
    /// Others are no longer affected, and it is understood.
    Resolved,
    /// All remediation is done. Read and stored; not yet offered in forms.
    Completed,
}

impl Status {
    /// All statuses, in their usual order.
    pub const ALL: [Self; 4] = [Self::Active, Self::Stable, Self::Resolved, Self::Completed];

    /// The statuses that forms offer.
    pub const OFFERED: [Self; 3] = [Self::Active, Self::Stable, Self::Resolved];

    /// Gives the word that the store and the API know it by, such as `active`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Stable => "stable",
            Self::Resolved => "resolved",
            Self::Completed => "completed",
        }
    }

    /// Gives the word as people see it, in capitals.
    pub fn shown(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Stable => "STABLE",
            Self::Resolved => "RESOLVED",
            Self::Completed => "COMPLETED",
        }
    }

    /// Tells whether somebody still has to work on it: active or stable.
    pub fn is_open(self) -> bool {
        match self {
            Self::Active | Self::Stable => true,
            Self::Resolved | Self::Completed => false,
        }
    }
}

impl FromStr for Status {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let meant = |status: &Self| status.as_str() == letters(text);
        find("status", text, &Self::ALL, Self::shown, meant)
    }
}

/// Who or what noticed that something was wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DetectionMethod {
    /// A customer told us.
    Customer,
    /// Somebody of the team saw it.
    Employee,
    /// A monitor went off.
    Monitor,
    /// Something else.
    Other,
    /// Nobody has said so yet.
    #[default]
    Unknown,
}

impl DetectionMethod {
    /// All methods, in the order in which forms offer them.
    pub const ALL: [Self; 5] = [
        Self::Customer,
        Self::Employee,
        Self::Monitor,
        Self::Other,
        Self::Unknown,
    ];

    /// Gives the word that the store and the API know it by, such as `customer`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Employee => "employee",
            Self::Monitor => "monitor",
            Self::Other => "other",
            Self::Unknown => "unknown",
        }
    }

    /// Gives the word as people see it, such as `Customer`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Customer => "Customer",
            Self::Employee => "Employee",
            Self::Monitor => "Monitor",
            Self::Other => "Other",
            Self::Unknown => "Unknown",
        }
    }
}

impl FromStr for DetectionMethod {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let meant = |method: &Self| method.as_str() == letters(text);
        find("detection method", text, &Self::ALL, Self::label, meant)
    }
}

/// Whether customers are affected, as far as the declarer can tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CustomerImpact {
    /// They are.
    Yes,
    /// They are not.
    No,
    /// Nobody can tell yet.
    #[default]
    Unknown,
}

impl CustomerImpact {
    /// All answers, in the order in which forms offer them.
    pub const ALL: [Self; 3] = [Self::Yes, Self::No, Self::Unknown];

    /// Gives the word that the store knows it by, such as `yes`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }

    /// Gives the word as people see it, such as `Yes`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Yes => "Yes",
            Self::No => "No",
            Self::Unknown => "Unknown",
        }
    }
}

impl FromStr for CustomerImpact {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let meant = |impact: &Self| impact.as_str() == letters(text);
        find("customer impact", text, &Self::ALL, Self::label, meant)
    }
}

as_its_word!(Severity, Status, DetectionMethod, CustomerImpact);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_severity_is_read_in_each_of_its_spellings() {
        for text in [
            "SEV-2",
            "sev-2",
            "sev 2",
            "Sev2",
            "2",
            "high",
            "HIGH",
            "SEV-2 High",
            " sev_2 ",
        ] {
            assert_eq!(text.parse(), Ok(Severity::Sev2), "{text}");
        }
        for text in ["", "6", "0", "sev", "SEV-6", "highest", "SEV-22"] {
            assert!(text.parse::<Severity>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_worst_comes_first_and_the_unknown_last() {
        let mut all = Severity::ALL;
        all.sort();
        assert_eq!(all.map(Severity::rank), [1, 2, 3, 4, 5, 6]);
        assert_eq!(all[5], Severity::Unknown);
        assert_eq!(Severity::Sev2.in_words(), "SEV-2 High");
        assert_eq!(Severity::Unknown.in_words(), "UNKNOWN");
    }

    #[test]
    fn an_unknown_word_is_answered_with_the_known_ones() {
        let sentence = " dead ".parse::<Status>().unwrap_err().to_string();
        assert_eq!(
            sentence,
            "“dead” is no status that I know. Choose one of: ACTIVE, STABLE, RESOLVED, COMPLETED."
        );
    }

    #[test]
    fn words_read_back_as_stored_and_as_shown() {
        for it in Severity::ALL {
            assert_eq!(it.as_str().parse(), Ok(it));
            assert_eq!(it.in_words().parse(), Ok(it));
            assert_eq!(
                serde_json::from_value::<Severity>(serde_json::json!(it)).unwrap(),
                it
            );
        }
        for it in Status::ALL {
            assert_eq!(it.as_str().parse(), Ok(it));
            assert_eq!(it.shown().parse(), Ok(it));
        }
        for it in DetectionMethod::ALL {
            assert_eq!(it.as_str().parse(), Ok(it));
            assert_eq!(it.label().parse(), Ok(it));
        }
        for it in CustomerImpact::ALL {
            assert_eq!(it.as_str().parse(), Ok(it));
            assert_eq!(it.label().parse(), Ok(it));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_trouble(text in ".*") {
            let _ = text.parse::<Severity>();
            let _ = text.parse::<Status>();
            let _ = text.parse::<DetectionMethod>();
            let _ = text.parse::<CustomerImpact>();
        }
    }
}
