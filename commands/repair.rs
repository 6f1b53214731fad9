//! `/datadog incident repair`: recreates what is missing in Slack.

/// The names of the command after `incident`.
pub const WORDS: &[&str] = &["repair"];
