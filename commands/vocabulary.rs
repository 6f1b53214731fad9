//! Words with a fixed meaning: status, detection method, customer impact.

use std::str::FromStr;

use crate::words::{UnknownWord, as_its_word, find, letters};

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
    /// All remediation is done. Offered where the team's settings switch it on.
    Completed,
}

impl Status {
    /// All statuses, in their usual order.
    pub const ALL: [Self; 4] = [Self::Active, Self::Stable, Self::Resolved, Self::Completed];

    /// The statuses that forms offer, unless the team's settings switch `completed` on.
    pub const PRESET: [Self; 3] = [Self::Active, Self::Stable, Self::Resolved];

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

impl Status {
    /// Reads a status that is used, in any case.
    ///
    /// # Errors
    /// Which there are, for people.
    pub fn read(text: &str, used: &[Self]) -> Result<Self, UnknownWord> {
        let said = letters(text);
        let meant = |status: &Self| status.as_str() == said;
        find("status", text, used, Self::shown, meant)
    }
}

impl FromStr for Status {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::read(text, &Self::ALL)
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
        let said = letters(text);
        let meant = |method: &Self| method.as_str() == said;
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
        let said = letters(text);
        let meant = |impact: &Self| impact.as_str() == said;
        find("customer impact", text, &Self::ALL, Self::label, meant)
    }
}

as_its_word!(Status, DetectionMethod, CustomerImpact);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;

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
            let _ = text.parse::<Status>();
            let _ = text.parse::<DetectionMethod>();
            let _ = text.parse::<CustomerImpact>();
        }
    }
}
