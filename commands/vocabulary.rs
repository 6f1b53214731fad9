//! Words with a fixed meaning: severity, status, detection method, customer impact.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

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

/// A word that was not one of those with a fixed meaning; it reads as a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord {
    /// What should have been named, such as `severity`.
    pub kind: &'static str,
    /// What was written instead.
    pub said: String,
    /// What can be written, with commas between.
    pub known: String,
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, said, known } = self;
        write!(
            f,
            "“{said}” is no {kind} that I know. Choose one of: {known}."
        )
    }
}

impl std::error::Error for UnknownWord {}

/// Gives letters and digits alone, in lower case: all that counts when a word is compared.
fn letters(text: &str) -> String {
    text.chars()
        .filter(|sign| sign.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Gives the first of `all` that is meant, or says which there are.
fn find<T: Copy>(
    kind: &'static str,
    said: &str,
    all: &[T],
    shown: fn(T) -> &'static str,
    meant: impl Fn(&T) -> bool,
) -> Result<T, UnknownWord> {
    all.iter().copied().find(meant).ok_or_else(|| UnknownWord {
        kind,
        said: said.trim().to_owned(),
        known: all
            .iter()
            .map(|word| shown(*word))
            .collect::<Vec<_>>()
            .join(", "),
    })
}

/// Shows, stores and reads each of these enums as its `as_str`.
macro_rules! as_its_word {
    ($($name:ident),+) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = String::deserialize(deserializer)?;
                word.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

as_its_word!(Severity, Status, DetectionMethod, CustomerImpact);
