//! The fields of an incident that a rule names: in its conditions, and where it notifies again.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Incident;
use crate::field::is_same;

/// A field of an incident that a rule names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum RuleField {
    /// The title.
    Title,
    /// The severity.
    Severity,
    /// The status.
    Status,
    /// Whether customers are or were affected.
    CustomerImpact,
    /// The detection method.
    DetectionMethod,
    /// The incident commander.
    Commander,
    /// The user who declared it.
    DeclaredBy,
    /// The latest status update.
    StatusUpdate,
    /// The field of the team with this name.
    Configured(String),
}

impl RuleField {
    /// The fields that every incident has and that a condition can name.
    pub const CONDITIONS: [Self; 6] = [
        Self::Severity,
        Self::Status,
        Self::CustomerImpact,
        Self::DetectionMethod,
        Self::Commander,
        Self::DeclaredBy,
    ];

    /// The fields that every incident has and whose changes can be reported again.
    pub const RENOTIFY: [Self; 7] = [
        Self::Title,
        Self::Severity,
        Self::Status,
        Self::Commander,
        Self::CustomerImpact,
        Self::DetectionMethod,
        Self::StatusUpdate,
    ];

    /// Returns the name in the settings.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Title => "title",
            Self::Severity => "severity",
            Self::Status => "status",
            Self::CustomerImpact => "customer_impact",
            Self::DetectionMethod => "detection_method",
            Self::Commander => "commander",
            Self::DeclaredBy => "declared_by",
            Self::StatusUpdate => "status_update",
            Self::Configured(name) => name,
        }
    }

    /// Returns the label of a field that every incident has; the name of another one.
    pub fn label(&self) -> &str {
        match self {
            Self::Title => "Title",
            Self::Severity => "Severity",
            Self::Status => "Status",
            Self::CustomerImpact => "Customer impact",
            Self::DetectionMethod => "Detection method",
            Self::Commander => "Incident Commander",
            Self::DeclaredBy => "Declared by",
            Self::StatusUpdate => "Status update",
            Self::Configured(name) => name,
        }
    }

    /// Returns whether a change altered the field. A status update alters it when it is posted.
    pub fn differs(&self, before: &Incident, after: &Incident) -> bool {
        match self {
            Self::Title => before.title != after.title,
            Self::Severity => before.severity != after.severity,
            Self::Status => before.status != after.status,
            Self::CustomerImpact => before.impact_state() != after.impact_state(),
            Self::DetectionMethod => before.detection_method != after.detection_method,
            Self::Commander => before.commander != after.commander,
            Self::DeclaredBy => before.declared_by != after.declared_by,
            Self::StatusUpdate => updated_at(after) > updated_at(before),
            Self::Configured(name) => {
                let (before, after) = (before.fields.get(name), after.fields.get(name));
                before != after && !is_same(before, after)
            }
        }
    }
}

/// Returns when the latest status update was posted; `None` is earlier than any.
pub(super) fn updated_at(incident: &Incident) -> Option<crate::Timestamp> {
    incident.last_update.as_ref().map(|update| update.at)
}

impl From<String> for RuleField {
    fn from(name: String) -> Self {
        let known = [Self::CONDITIONS.as_slice(), &Self::RENOTIFY];
        let mut known = known.into_iter().flatten();
        match known.find(|field| field.as_str() == name.trim()) {
            Some(field) => field.clone(),
            None => Self::Configured(name.trim().to_owned()),
        }
    }
}

impl From<RuleField> for String {
    fn from(field: RuleField) -> Self {
        field.as_str().to_owned()
    }
}

impl FromStr for RuleField {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.to_owned().into())
    }
}

impl fmt::Display for RuleField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
