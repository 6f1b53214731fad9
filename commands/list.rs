//! `/datadog incident list`: lists the open incidents in an ephemeral message.

use crate::Status;

/// The names of the command after `incident`.
pub const WORDS: &[&str] = &["list"];

/// The groups of the list, in order. Within a group, the worst severity comes first
/// (`Severity::sort_key`).
pub const GROUPS: [Status; 2] = [Status::Active, Status::Stable];
