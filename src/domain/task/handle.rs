//! Assignees of a task as a program named them.

use serde_json::Value;

use crate::UserId;
use crate::task::Task;

/// An assignee as a program named them: a handle, or an object with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskHandle {
    /// The handle or the object, as it was sent.
    pub sent: Value,
    /// The Slack user of the handle; `None` if there is none.
    pub user: Option<UserId>,
}

impl TaskHandle {
    /// Returns the name for display.
    pub fn label(&self) -> &str {
        let name = self.sent.as_str().or_else(|| self.sent["name"].as_str());
        name.unwrap_or_default()
    }
}

impl Task {
    /// Returns the names of the assignees who are no Slack users.
    pub fn other_assignees(&self) -> impl Iterator<Item = &str> {
        let others = self.handles.iter().filter(|handle| handle.user.is_none());
        others.map(TaskHandle::label)
    }

    /// Returns whether the task has no assignee at all.
    pub fn is_unassigned(&self) -> bool {
        self.assignees.is_empty() && self.other_assignees().next().is_none()
    }
}
