//! The attributes of a postmortem, which the incident contains. Its sections are stored separately and read on
//! demand.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::string_enum::{normalize, parse_enum};
use crate::{ParseEnumError, Timestamp, UserId};

/// The attributes of the postmortem of an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Postmortem {
    /// Its title.
    pub title: String,
    /// The user who is responsible for it.
    pub owner: UserId,
    /// Its status.
    pub status: PostmortemStatus,
    /// The timeline entries that `{{incident.timeline}}` shows.
    pub timeline: TimelineSelection,
    /// The name of the template from which it was generated; empty if it was attached.
    pub template: String,
    /// When it was generated or attached.
    pub created_at: Timestamp,
    /// The user who generated or attached it.
    pub created_by: UserId,
    /// When it was completed; `None` unless its status is `Completed`.
    pub completed_at: Option<Timestamp>,
    /// The URL of a document elsewhere that is attached instead of one with sections; `None` for one with sections.
    pub attached_url: Option<String>,
    /// The number of its latest section, or 0. Numbers are not used again.
    pub last_section: i64,
}

/// The status of a postmortem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostmortemStatus {
    /// It is being written.
    Draft,
    /// It is being reviewed.
    InReview,
    /// It is finished: what it shows does not change any more.
    Completed,
}

impl PostmortemStatus {
    /// All statuses, in their order.
    pub const ALL: [Self; 3] = [Self::Draft, Self::InReview, Self::Completed];

    /// Returns the value that the store and forms use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in_review",
            Self::Completed => "completed",
        }
    }

    /// Returns the label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::InReview => "In Review",
            Self::Completed => "Completed",
        }
    }
}

impl FromStr for PostmortemStatus {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let normalized = normalize(text);
        parse_enum("postmortem status", text, &Self::ALL, Self::as_str, |it| {
            normalize(it.as_str()) == normalized
        })
    }
}

/// The timeline entries that a postmortem contains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimelineSelection {
    /// The entries that are marked as important.
    #[default]
    Important,
    /// All entries.
    #[serde(rename = "all")]
    AllEntries,
}

impl TimelineSelection {
    /// Both selections.
    pub const ALL: [Self; 2] = [Self::Important, Self::AllEntries];

    /// Returns the value that the store and forms use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Important => "important",
            Self::AllEntries => "all",
        }
    }

    /// Returns the label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Important => "Marked as Important",
            Self::AllEntries => "All entries",
        }
    }
}

impl FromStr for TimelineSelection {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let normalized = normalize(text);
        parse_enum("timeline selection", text, &Self::ALL, Self::as_str, |it| {
            normalize(it.as_str()) == normalized
        })
    }
}
