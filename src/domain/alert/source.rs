//! Sources of alerts as admins define them, without their tokens and secrets.

use std::str::FromStr;

use crate::alert::FieldMapping;
use crate::string_enum::{ParseEnumError, impl_string_enum, parse_enum};
use crate::{Rejection, Timestamp, UserId};

/// The longest name, in characters.
pub const LONGEST_SOURCE_NAME: usize = 60;

/// The maximum number of sources that are not revoked.
pub const MAX_SOURCES: usize = 200;

/// A source of alerts: a monitoring tool with a token of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertSource {
    /// Its ID, kind and name.
    pub identity: SourceIdentity,
    /// The ARNs of the SNS topics that it accepts.
    pub topics: Vec<String>,
    /// Whether it accepts messages of SNS that are delivered raw, without a signature.
    pub accepts_raw_delivery: bool,
    /// Where the members of an alert are; `None` if its bodies have our own shape.
    pub mapping: Option<FieldMapping>,
    /// Whether its requests must be signed with a secret.
    pub is_signed: bool,
    /// When it was added.
    pub created_at: Timestamp,
    /// The user who added it; `None` if the operator did.
    pub created_by: Option<UserId>,
    /// When it sent its last request; `None` before the first.
    pub last_received_at: Option<Timestamp>,
    /// When it was revoked; `None` while it is valid.
    pub revoked_at: Option<Timestamp>,
}

/// Identifies a source of alerts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceIdentity {
    /// Its ID in the store.
    pub id: i64,
    /// Its kind.
    pub kind: SourceKind,
    /// Its name.
    pub name: String,
}

/// The kind of a source: who sends the alerts, and in which format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceKind {
    /// Prometheus Alertmanager.
    Alertmanager,
    /// Grafana.
    Grafana,
    /// Datadog.
    Datadog,
    /// A tool that sends PagerDuty's Events API v2.
    PagerDuty,
    /// AWS SNS, usually with alarms of CloudWatch.
    Sns,
    /// Sentry.
    Sentry,
    /// A tool that sends JSON.
    Json,
}

impl SourceKind {
    /// All kinds, in the order in which they are displayed.
    pub const ALL: [Self; 7] = [
        Self::Alertmanager,
        Self::Grafana,
        Self::Datadog,
        Self::PagerDuty,
        Self::Sns,
        Self::Sentry,
        Self::Json,
    ];

    /// Returns the name in the store, in addresses and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Alertmanager => "alertmanager",
            Self::Grafana => "grafana",
            Self::Datadog => "datadog",
            Self::PagerDuty => "pagerduty",
            Self::Sns => "sns",
            Self::Sentry => "sentry",
            Self::Json => "json",
        }
    }

    /// Returns the displayed name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Alertmanager => "Prometheus Alertmanager",
            Self::Grafana => "Grafana",
            Self::Datadog => "Datadog",
            Self::PagerDuty => "PagerDuty events",
            Self::Sns => "AWS SNS and CloudWatch",
            Self::Sentry => "Sentry",
            Self::Json => "JSON",
        }
    }

    /// Returns the name of a tool that leaves alerts out of a large request; `None` for one that does not.
    pub fn tool_that_omits(self) -> Option<&'static str> {
        match self {
            Self::Alertmanager => Some("Alertmanager"),
            Self::Grafana => Some("Grafana"),
            Self::Datadog | Self::PagerDuty | Self::Sns | Self::Sentry | Self::Json => None,
        }
    }

    /// Returns whether its requests can be signed with a secret.
    pub fn can_be_signed(self) -> bool {
        match self {
            Self::Grafana | Self::Sentry => true,
            Self::Alertmanager | Self::Datadog | Self::PagerDuty | Self::Sns | Self::Json => false,
        }
    }
}

impl_string_enum!(SourceKind);

impl FromStr for SourceKind {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_alias = |kind: &Self| kind.as_str() == text;
        parse_enum("kind of source", text, &Self::ALL, Self::as_str, is_alias)
    }
}

/// Returns a valid name of a source, trimmed.
///
/// # Errors
/// Returns a [`Rejection`] if the name is empty, too long, or has a line break.
pub fn checked_source_name(name: &str) -> Result<String, Rejection> {
    let name = name.trim();
    let why = match name.chars().count() {
        0 => "Enter a name, such as prom-eu.".to_owned(),
        1..=LONGEST_SOURCE_NAME if !name.contains(char::is_control) => return Ok(name.to_owned()),
        1..=LONGEST_SOURCE_NAME => "A name is one line of text.".to_owned(),
        _ => format!("A name has at most {LONGEST_SOURCE_NAME} characters."),
    };
    Err(Rejection(why))
}
