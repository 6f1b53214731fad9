//! Task references and task changes, as timeline entries store them.

use serde::{Deserialize, Serialize};

use crate::{TaskKind, Timestamp, UserId};

/// One change of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "field", rename_all = "snake_case")]
pub enum TaskChange {
    /// The description.
    Description {
        /// The previous value.
        from: String,
        /// The new value.
        to: String,
    },
    /// A user was assigned.
    Assigned {
        /// The user's ID.
        user: UserId,
    },
    /// A user was unassigned.
    Unassigned {
        /// The user's ID.
        user: UserId,
    },
    /// An assignee who is no Slack user was added.
    NameAssigned {
        /// The name that a program sent.
        name: String,
    },
    /// An assignee who is no Slack user was removed.
    NameUnassigned {
        /// The name that a program sent.
        name: String,
    },
    /// The due date.
    Due {
        /// The previous value; `None` if there was none.
        from: Option<Timestamp>,
        /// The new value; `None` if it was removed.
        to: Option<Timestamp>,
    },
}

/// A reference to a task in a timeline entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskRef {
    /// The task's number.
    pub number: i64,
    /// Whether it is a task or a follow-up.
    pub kind: TaskKind,
    /// The description at that time.
    pub description: String,
}

impl TaskChange {
    /// Returns the assigned or unassigned user, if any.
    pub fn user(&self) -> Option<&UserId> {
        match self {
            Self::Assigned { user } | Self::Unassigned { user } => Some(user),
            Self::Description { .. }
            | Self::NameAssigned { .. }
            | Self::NameUnassigned { .. }
            | Self::Due { .. } => None,
        }
    }
}
