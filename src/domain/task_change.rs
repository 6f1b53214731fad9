//! What is told of a task: which one it is, and what was changed of it.

use muster_commands::PersonId;
use muster_commands::task::TaskKind;
use serde::{Deserialize, Serialize};

use super::Moment;

/// One thing that was changed of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "field", rename_all = "snake_case")]
pub enum TaskChange {
    /// What is to be done.
    Description {
        /// What it was.
        from: String,
        /// What it is now.
        to: String,
    },
    /// Somebody does it from now on as well.
    Assigned {
        /// Who.
        person: PersonId,
    },
    /// Somebody no longer does it.
    Unassigned {
        /// Who.
        person: PersonId,
    },
    /// Until when.
    Due {
        /// What it was; `None` if there was none.
        from: Option<Moment>,
        /// What it is now; `None` if it may take any time.
        to: Option<Moment>,
    },
}

/// Which task a line of the timeline is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskRef {
    /// Its number.
    pub number: i64,
    /// Whether it is for the incident itself or for afterwards.
    pub kind: TaskKind,
    /// What is to be done, as it was then.
    pub description: String,
}

impl TaskChange {
    /// Gives whom it concerns, if somebody.
    pub fn person(&self) -> Option<&PersonId> {
        match self {
            Self::Assigned { person } | Self::Unassigned { person } => Some(person),
            Self::Description { .. } | Self::Due { .. } => None,
        }
    }
}
