//! What an incident does to customers, and for how long.

use super::Moment;

/// A time during which customers were hurt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impact {
    /// Counts the impacts of one incident, from 1.
    pub number: i64,
    /// What customers notice, as somebody wrote it; may be empty.
    pub description: String,
    /// When it began.
    pub started_at: Moment,
    /// When it ended; `None` while it goes on.
    pub ended_at: Option<Moment>,
}

impl Impact {
    /// Says whether customers are still hurt.
    pub fn is_open(&self) -> bool {
        self.ended_at.is_none()
    }
}
