//! The severity and the status of an incident, each as a word with a mark. Neither depends on its colour.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::domain::{Severity, SeverityScale, Status};

/// A severity. Its mark has a shape and a colour by its place in the scale.
#[derive(Clone, Debug, Default, PartialEq, Eq, Template)]
#[template(path = "parts/severity.html", config = "src/web/askama.toml")]
pub(crate) struct SeverityPill {
    /// 1 for the worst level to 5 for the least; 0 for `UNKNOWN`.
    level: usize,
    /// The severity, with its label where there is room.
    name: String,
}

impl HtmlSafe for SeverityPill {}

impl SeverityPill {
    /// Returns the severity alone: `SEV-2`.
    pub(crate) fn short(severity: Severity, scale: &SeverityScale) -> Self {
        Self {
            level: scale.color_index(severity).map_or(0, |index| index + 1),
            name: severity.to_string(),
        }
    }

    /// Returns the severity with its label: `SEV-2 High`.
    pub(crate) fn long(severity: Severity, scale: &SeverityScale) -> Self {
        Self {
            name: scale.severity_name(severity),
            ..Self::short(severity, scale)
        }
    }
}

/// A status.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "parts/status.html", config = "src/web/askama.toml")]
pub(crate) struct StatusPill {
    name: &'static str,
    label: &'static str,
}

impl HtmlSafe for StatusPill {}

impl From<Status> for StatusPill {
    fn from(status: Status) -> Self {
        Self {
            name: status.as_str(),
            label: status.label(),
        }
    }
}
