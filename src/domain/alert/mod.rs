//! Alerts: what a monitoring tool reports, in one form for all tools.
//!
//! Each format is one file here. Reading is pure: it depends on the bytes of the request, and on nothing that was
//! received before.

mod alertmanager;
mod body;
mod cloudwatch;
mod datadog;
mod field_mapping;
mod generic;
pub mod group;
mod limits;
mod pagerduty;
mod recorded;
mod recording;
pub mod rule;
mod sentry;
mod setup;
mod source;
mod stored;
mod suggested_severity;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use alertmanager::read_alertmanager;
pub use cloudwatch::{SnsMessage, read_sns_message};
pub use datadog::read_datadog;
pub use field_mapping::{FieldMapping, read_mapped};
pub use generic::read_generic;
pub use group::AlertEvent;
pub use limits::{MAX_ALERTS, MAX_BODY};
pub use pagerduty::{
    ChangeEvent, PagerDutyChange, PagerDutyEvent, read_pagerduty, read_pagerduty_change,
};
pub use recorded::Recorded;
pub use recording::{IgnoredReport, Receipt, ReportEffect, decide_report};
pub use sentry::read_sentry;
pub use setup::{DATADOG_TEMPLATE, SourceSetup};
pub use source::{
    AlertSource, LONGEST_SOURCE_NAME, MAX_SOURCES, SourceIdentity, SourceKind, checked_source_name,
};
pub use stored::{AlertChange, AlertChangeKind, StoredAlert};
pub use suggested_severity::suggested_severity;

use crate::Timestamp;

/// An alert as a monitoring tool reports it at one time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alert {
    /// Identifies the alert among the open ones of its source.
    pub key: String,
    /// Identifies one cycle from firing to resolved; `None` if the tool has no such ID.
    pub occurrence: Option<String>,
    /// The report of the tool.
    pub status: AlertStatus,
    /// The title, in one line of plain text.
    pub title: String,
    /// The description, in plain text; may be empty.
    pub description: String,
    /// The severity in the tool's own words; may be empty.
    pub severity: String,
    /// The labels.
    pub labels: BTreeMap<String, String>,
    /// The links.
    pub links: Vec<AlertLink>,
    /// The URL of an image, if there is one.
    pub image: Option<String>,
    /// The tool's ID for alerts that belong together; `None` if it does not group them.
    pub group: Option<String>,
    /// When it started to fire, by the tool's clock.
    pub started_at: Option<Timestamp>,
    /// When it ended, by the tool's clock.
    pub ended_at: Option<Timestamp>,
}

/// The report of a tool about an alert.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AlertStatus {
    /// It fires, or still fires.
    #[default]
    Firing,
    /// It is resolved.
    Resolved,
    /// A person has acknowledged it; it still fires.
    Acknowledged,
    /// Something else happened, which neither fires nor resolves it.
    Noted,
}

/// A link of an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertLink {
    /// The text: `Dashboard`.
    pub name: String,
    /// The URL: `http` or `https`.
    pub url: String,
}

/// The alerts of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlertBatch {
    /// The alerts, in the order of the request.
    pub alerts: Vec<Alert>,
    /// The number of alerts that the tool omitted.
    pub omitted: u64,
}

/// Why a request cannot be read, as a sentence for the operator of the tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertError(pub String);

impl From<Alert> for AlertBatch {
    fn from(alert: Alert) -> Self {
        Self {
            alerts: vec![alert],
            omitted: 0,
        }
    }
}
