//! The events of alerts on the timeline of an incident.

use serde::{Deserialize, Serialize};

/// An event of the alerts of an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "alert", rename_all = "snake_case")]
pub enum AlertEvent {
    /// Alerts with one title were added to the incident.
    Added {
        /// Their title.
        title: String,
        /// The name of their source.
        source: String,
        /// The severity in the sender's own words; may be empty.
        severity: String,
        /// Their number.
        count: u32,
        /// A link of the first one, if it has one.
        url: Option<String>,
    },
    /// More alerts were added at the same time than are named.
    AddedMore {
        /// The number of those that are not named.
        count: u32,
    },
    /// An alert became more severe.
    MoreSevere {
        /// Its title.
        title: String,
        /// The severity in the sender's own words.
        severity: String,
    },
    /// All alerts are resolved.
    Resolved {
        /// Their number.
        count: u32,
        /// The number of their group.
        group: i64,
    },
    /// An alert fires after the incident was resolved.
    FiredAgain {
        /// Its title.
        title: String,
        /// The number of its group.
        group: i64,
    },
    /// Alerts looked related when the incident was declared.
    Related {
        /// Their number.
        count: u32,
        /// The titles of their groups.
        titles: Vec<String>,
    },
}

impl AlertEvent {
    /// Returns the title of the alert; `None` if it is about several ones.
    pub fn title(&self) -> Option<&str> {
        match self {
            Self::Added { title, .. }
            | Self::MoreSevere { title, .. }
            | Self::FiredAgain { title, .. } => Some(title),
            Self::AddedMore { .. } | Self::Resolved { .. } | Self::Related { .. } => None,
        }
    }

    /// Returns whether its message has buttons.
    pub fn has_buttons(&self) -> bool {
        match self {
            Self::Resolved { .. } | Self::FiredAgain { .. } | Self::Related { .. } => true,
            Self::Added { .. } | Self::AddedMore { .. } | Self::MoreSevere { .. } => false,
        }
    }
}
