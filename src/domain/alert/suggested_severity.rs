//! The severity that an incident gets from the severity of its alert.

use crate::Severity;

/// Returns the severity that is suggested for the one of a monitoring tool. SEV-1 is never suggested: a person
/// decides that.
pub fn suggested_severity(severity: &str) -> Severity {
    match severity.trim().to_ascii_lowercase().as_str() {
        "page" | "critical" | "fatal" | "emergency" | "p1" => Severity::Sev2,
        "error" | "high" | "major" | "p2" => Severity::Sev3,
        "warning" | "warn" | "medium" | "minor" | "p3" => Severity::Sev4,
        "info" | "low" | "p4" | "p5" => Severity::Sev5,
        _ => Severity::Unknown,
    }
}
