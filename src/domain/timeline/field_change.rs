//! Changed fields of an incident, as an entry records them.

use serde::{Deserialize, Serialize};

use crate::{DetectionMethod, FieldValue, Severity, Status, Timestamp, UserId};

/// A changed field of an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "field", rename_all = "snake_case")]
pub enum FieldChange {
    /// The title.
    Title {
        /// The previous value.
        from: String,
        /// The new value.
        to: String,
    },
    /// The severity.
    Severity {
        /// The previous value.
        from: Severity,
        /// The new value.
        to: Severity,
    },
    /// The status.
    Status {
        /// The previous value.
        from: Status,
        /// The new value.
        to: Status,
    },
    /// The incident commander.
    Commander {
        /// The previous commander; `None` if there was none.
        from: Option<UserId>,
        /// The new commander; `None` if there is none any more.
        to: Option<UserId>,
    },
    /// The detection method.
    DetectionMethod {
        /// The previous value.
        from: DetectionMethod,
        /// The new value.
        to: DetectionMethod,
    },
    /// The time of the detection.
    DetectedAt {
        /// The previous value.
        from: Timestamp,
        /// The new value.
        to: Timestamp,
    },
    /// The summary.
    Summary {
        /// The previous value.
        from: String,
        /// The new value.
        to: String,
    },
    /// The root cause.
    RootCause {
        /// The previous value.
        from: String,
        /// The new value.
        to: String,
    },
    /// A field that the team defines.
    Configured {
        /// The name of the field.
        name: String,
        /// Its label at that time.
        label: String,
        /// The previous value; `None` if it was empty.
        from: Option<FieldValue>,
        /// The new value; `None` if it was emptied.
        to: Option<FieldValue>,
    },
}

impl FieldChange {
    /// Returns whether the change is announced by default.
    pub fn is_announced(&self) -> bool {
        match self {
            Self::Severity { .. } | Self::Status { .. } | Self::Commander { .. } => true,
            Self::Title { .. }
            | Self::DetectionMethod { .. }
            | Self::DetectedAt { .. }
            | Self::Summary { .. }
            | Self::RootCause { .. }
            | Self::Configured { .. } => false,
        }
    }
}
