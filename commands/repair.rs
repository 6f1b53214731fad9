//! `/datadog incident repair`: builds again what Slack no longer has of an incident.

/// The words after `incident` that ask for it.
pub const WORDS: &[&str] = &["repair"];
