//! Enums with Datadog's values: status, detection method and customer impact.

use std::str::FromStr;

use crate::string_enum::{ParseEnumError, impl_string_enum, normalize, parse_enum};

/// The status of an incident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// The incident affects others.
    #[default]
    Active,
    /// The incident no longer affects others, but the investigation is incomplete.
    Stable,
    /// The incident no longer affects others, and the investigation is complete.
    Resolved,
    /// All remediation is complete. Available if the team's settings enable it.
    Completed,
}

impl Status {
    /// All statuses, in their usual order.
    pub const ALL: [Self; 4] = [Self::Active, Self::Stable, Self::Resolved, Self::Completed];

    /// The statuses that modals offer, unless the team's settings enable `completed`.
    pub const DEFAULTS: [Self; 3] = [Self::Active, Self::Stable, Self::Resolved];

    /// Returns the name in the store and the API, such as `active`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Stable => "stable",
            Self::Resolved => "resolved",
            Self::Completed => "completed",
        }
    }

    /// Returns the displayed name, in capitals.
    pub fn label(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Stable => "STABLE",
            Self::Resolved => "RESOLVED",
            Self::Completed => "COMPLETED",
        }
    }

    /// Returns the emoji that marks the status. It never shows the severity.
    pub fn emoji(self) -> &'static str {
        match self {
            Self::Active => "🔥",
            Self::Stable => "🧯",
            Self::Resolved => "✅",
            Self::Completed => "🏁",
        }
    }

    /// Returns the displayed name with its emoji: `✅ RESOLVED`.
    pub fn marked_label(self) -> String {
        format!("{} {}", self.emoji(), self.label())
    }

    /// Returns whether the incident is still open: active or stable.
    pub fn is_open(self) -> bool {
        match self {
            Self::Active | Self::Stable => true,
            Self::Resolved | Self::Completed => false,
        }
    }
}

impl Status {
    /// Parses one of the statuses that are used, in any case.
    ///
    /// # Errors
    /// Returns a `ParseEnumError`, which lists these statuses, if the text is none of them.
    pub fn parse(text: &str, used: &[Self]) -> Result<Self, ParseEnumError> {
        let normalized = normalize(text);
        let meant = |status: &Self| status.as_str() == normalized;
        parse_enum("status", text, used, Self::label, meant)
    }
}

impl FromStr for Status {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text, &Self::ALL)
    }
}

/// How an incident was detected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DetectionMethod {
    /// A customer reported it.
    Customer,
    /// An employee noticed it.
    Employee,
    /// A monitor alerted.
    Monitor,
    /// Another method.
    Other,
    /// Not entered yet.
    #[default]
    Unknown,
}

impl DetectionMethod {
    /// All methods, in the order of the select menu.
    pub const ALL: [Self; 5] = [
        Self::Customer,
        Self::Employee,
        Self::Monitor,
        Self::Other,
        Self::Unknown,
    ];

    /// Returns the name in the store and the API, such as `customer`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Employee => "employee",
            Self::Monitor => "monitor",
            Self::Other => "other",
            Self::Unknown => "unknown",
        }
    }

    /// Returns the displayed name, such as `Customer`.
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
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let normalized = normalize(text);
        let meant = |method: &Self| method.as_str() == normalized;
        parse_enum("detection method", text, &Self::ALL, Self::label, meant)
    }
}

/// Whether customers are affected, by the judgement of the declarer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CustomerImpact {
    /// Customers are affected.
    Yes,
    /// Customers are not affected.
    No,
    /// Not known yet.
    #[default]
    Unknown,
}

impl CustomerImpact {
    /// All values, in the order of the select menu.
    pub const ALL: [Self; 3] = [Self::Yes, Self::No, Self::Unknown];

    /// Returns the stored name, such as `yes`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }

    /// Returns the displayed name, such as `Yes`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Yes => "Yes",
            Self::No => "No",
            Self::Unknown => "Unknown",
        }
    }
}

impl FromStr for CustomerImpact {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let normalized = normalize(text);
        let meant = |impact: &Self| impact.as_str() == normalized;
        parse_enum("customer impact", text, &Self::ALL, Self::label, meant)
    }
}

/// The kind of an incident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IncidentKind {
    /// A real incident.
    #[default]
    Real,
    /// A test, which is neither announced nor counted.
    Test,
    /// A test that is announced, but not counted.
    AnnouncedTest,
}

impl IncidentKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Real, Self::Test, Self::AnnouncedTest];

    /// Returns the stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Test => "test",
            Self::AnnouncedTest => "announced test",
        }
    }

    /// Returns whether it is a test, announced or not.
    pub fn is_test(self) -> bool {
        match self {
            Self::Real => false,
            Self::Test | Self::AnnouncedTest => true,
        }
    }

    /// Returns a title as it is displayed: that of a test has a prefix.
    pub fn display_title(self, title: &str) -> String {
        if self.is_test() {
            format!("TEST · {title}")
        } else {
            title.to_owned()
        }
    }
}

impl FromStr for IncidentKind {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let normalized = normalize(text);
        parse_enum("incident kind", text, &Self::ALL, Self::as_str, |kind| {
            normalize(kind.as_str()) == normalized
        })
    }
}

impl_string_enum!(Status, DetectionMethod, CustomerImpact, IncidentKind);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn unknown_value_is_rejected_with_the_known_ones() {
        let sentence = " dead ".parse::<Status>().unwrap_err().to_string();
        assert_eq!(
            sentence,
            "I don't know the status “dead”. Pick one of: ACTIVE, STABLE, RESOLVED, COMPLETED."
        );
    }

    #[test]
    fn stored_values_and_labels_round_trip() {
        for it in Status::ALL {
            assert_eq!(it.as_str().parse(), Ok(it));
            assert_eq!(it.label().parse(), Ok(it));
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

    #[test]
    fn stored_kind_round_trips_and_test_titles_are_prefixed() {
        for kind in IncidentKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            let is_marked = kind.display_title("Checkout") != "Checkout";
            assert_eq!(is_marked, kind.is_test());
        }
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_without_panic(text in ".*") {
            let _ = text.parse::<Status>();
            let _ = text.parse::<DetectionMethod>();
            let _ = text.parse::<CustomerImpact>();
        }
    }
}
