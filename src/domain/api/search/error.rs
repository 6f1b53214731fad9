//! The error of a query that cannot be searched for.

use std::fmt;

/// Why a query is rejected, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchError {
    /// The position of the character, from 1.
    pub position: usize,
    /// The reason, as a clause.
    pub reason: String,
}

impl SearchError {
    pub(super) fn new(position: usize, reason: impl Into<String>) -> Self {
        Self {
            position,
            reason: reason.into(),
        }
    }
}

impl fmt::Display for SearchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at character {}: {}", self.position, self.reason)
    }
}

impl std::error::Error for SearchError {}
