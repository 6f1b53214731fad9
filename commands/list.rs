//! `/datadog incident list`: the open incidents, for the asker alone.

use crate::Status;

/// The words after `incident` that ask for the list.
pub const WORDS: &[&str] = &["list"];

/// The groups of the list, in their order. In a group the worst comes first (`Severity::rank`).
pub const GROUPS: [Status; 2] = [Status::Active, Status::Stable];
