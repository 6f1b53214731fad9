//! What was changed of an impact.

use serde::{Deserialize, Serialize};

use super::Moment;

/// One thing about an impact that was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "field", rename_all = "snake_case")]
pub enum ImpactChange {
    /// When it began.
    Start {
        /// When it was.
        from: Moment,
        /// When it is now.
        to: Moment,
    },
    /// When it ended; `None` while it goes on.
    End {
        /// When it was.
        from: Option<Moment>,
        /// When it is now.
        to: Option<Moment>,
    },
    /// What customers notice.
    Description {
        /// What it was.
        from: String,
        /// What it is now.
        to: String,
    },
}
