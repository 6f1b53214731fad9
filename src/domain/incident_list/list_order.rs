//! The order of a list of incidents, its groups, and the position from which its next page continues.

use std::str::FromStr;

use crate::{IncidentId, Rejection};

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListSort {
    /// Open incidents by severity, then the last resolved ones.
    #[default]
    Urgency,
    /// The last declared first.
    Newest,
    /// The first declared first.
    Oldest,
    /// The highest severity first, then the last declared.
    Severity,
    /// The last timeline entry first.
    Activity,
}

impl ListSort {
    /// All orders, in the order of the menu.
    pub const ALL: [Self; 5] = [
        Self::Urgency,
        Self::Newest,
        Self::Oldest,
        Self::Severity,
        Self::Activity,
    ];

    /// Returns the name in URLs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Urgency => "urgency",
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Severity => "severity",
            Self::Activity => "activity",
        }
    }

    /// Returns the displayed name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Urgency => "Most urgent",
            Self::Newest => "Newest",
            Self::Oldest => "Oldest",
            Self::Severity => "Severity",
            Self::Activity => "Last activity",
        }
    }
}

/// The groups of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListGrouping {
    /// A group for each status.
    #[default]
    Status,
    /// A group for each severity.
    Severity,
    /// One list without groups.
    Ungrouped,
}

impl ListGrouping {
    /// All groupings, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::Status, Self::Severity, Self::Ungrouped];

    /// Returns the name in URLs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Severity => "severity",
            Self::Ungrouped => "none",
        }
    }

    /// Returns the displayed name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Status => "Status",
            Self::Severity => "Severity",
            Self::Ungrouped => "None",
        }
    }
}

/// The last incident of a page, after which the next page starts. It is valid for one grouping and sort only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListCursor {
    /// The index of the section of the list.
    pub section: usize,
    /// The timestamp by which the section is ordered, in milliseconds since the Unix epoch.
    pub millis: i64,
    /// The incident.
    pub id: IncidentId,
}

/// Milliseconds of the year 10000, whose timestamps do not sort as text.
const END_OF_TIME: i64 = 253_402_300_800_000;

impl std::fmt::Display for ListCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            section,
            millis,
            id,
        } = self;
        write!(f, "{section}.{millis}.{}", id.number())
    }
}

impl ListCursor {
    /// Returns the rejection of a cursor that no page of the list contains.
    pub fn rejection() -> Rejection {
        Rejection(
            "This link doesn’t lead to a page of the list. Start from the first page.".to_owned(),
        )
    }
}

impl FromStr for ListCursor {
    type Err = Rejection;

    /// Parses a cursor as [`ListCursor`] displays it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_cursor(text).ok_or_else(Self::rejection)
    }
}

fn parse_cursor(text: &str) -> Option<ListCursor> {
    let mut numbers = text.split('.');
    let mut next = || {
        let digits = numbers.next()?;
        let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse::<i64>().ok().filter(|_| is_plain)
    };
    let (section, millis, id) = (next()?, next()?, next()?);
    let is_valid = numbers.next().is_none() && millis < END_OF_TIME && id > 0;
    is_valid.then_some(ListCursor {
        section: usize::try_from(section).ok()?,
        millis,
        id: IncidentId(id),
    })
}
