//! The changes of an edited impact, as stored in the timeline event.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// A changed field of an impact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "field", rename_all = "snake_case")]
pub enum ImpactChange {
    /// The start.
    Start {
        /// The old value.
        from: Timestamp,
        /// The new value.
        to: Timestamp,
    },
    /// The end; `None` while the impact is ongoing.
    End {
        /// The old value.
        from: Option<Timestamp>,
        /// The new value.
        to: Option<Timestamp>,
    },
    /// The description of the effect on customers.
    Description {
        /// The old value.
        from: String,
        /// The new value.
        to: String,
    },
}
