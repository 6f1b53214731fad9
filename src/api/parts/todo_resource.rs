//! Todos as resources.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::api::members::Time;
use crate::api::parts::PartContext;
use crate::api::parts::history::History;
use crate::api::parts::shapes::{Authors, EmbeddedUser};
use crate::domain::api::ResourceType;
use crate::domain::{Task, UserId};

/// A todo.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::api) struct TodoResource {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    attributes: TodoAttributes,
    relationships: Authors,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
struct TodoAttributes {
    /// The ID of the incident.
    incident_id: String,
    /// The work to do.
    content: String,
    /// The assignees: handles, or users of chat tools.
    assignees: Vec<Value>,
    /// When it was finished; null while it is open.
    completed: Option<Time>,
    /// When it is due; null without a due date.
    due_date: Option<Time>,
    /// `task` or `follow_up`.
    kind: &'static str,
    created: Time,
    modified: Time,
    created_by: EmbeddedUser,
    created_by_uuid: String,
    last_modified_by: EmbeddedUser,
    last_modified_by_uuid: String,
}

impl PartContext<'_> {
    /// Returns when a todo was added and last changed.
    pub(in crate::api) fn todo_history(&self, task: &Task) -> History {
        History::find(&self.incident, &self.entries, |event| {
            event.task_number() == Some(task.number)
        })
    }

    /// Returns a todo as a resource.
    pub(in crate::api) fn todo(&self, task: &Task) -> TodoResource {
        let History { created, modified } = self.todo_history(task);
        TodoResource {
            kind: ResourceType::Todo.as_str(),
            id: self.part_id(ResourceType::Todo, task.number),
            attributes: TodoAttributes {
                incident_id: self.incident_id(),
                content: task.description.clone(),
                assignees: self.todo_assignees(task),
                completed: task.done_at.map(Time),
                due_date: task.due_at.map(Time),
                kind: task.kind.as_str(),
                created: Time(created.at),
                modified: Time(modified.at),
                created_by: self.embedded(created.user.as_ref()),
                created_by_uuid: self.user_id(created.user.as_ref()),
                last_modified_by: self.embedded(modified.user.as_ref()),
                last_modified_by_uuid: self.user_id(modified.user.as_ref()),
            },
            relationships: self.authors(&created, &modified),
        }
    }

    /// Returns the assignees as a program named them, then those who were assigned in Slack or on a page.
    fn todo_assignees(&self, task: &Task) -> Vec<Value> {
        let is_current = |user: &Option<UserId>| match user {
            Some(user) => task.assignees.contains(user),
            None => true,
        };
        let named = task.handles.iter().filter(|it| is_current(&it.user));
        let is_named = |user: &&UserId| {
            let mut users = task.handles.iter().filter_map(|it| it.user.as_ref());
            users.any(|named| named == *user)
        };
        let others = task.assignees.iter().filter(|user| !is_named(user));
        let named = named.map(|it| it.sent.clone());
        named
            .chain(others.map(|user| self.assignee(user)))
            .collect()
    }

    /// Returns a user as an assignee: by handle, or as a user of Slack if the mail address is unknown.
    fn assignee(&self, user: &UserId) -> Value {
        let (handle, name) = self.handle_and_name(user);
        match handle.starts_with("slack:") {
            false => json!(format!("@{handle}")),
            true => json!({ "source": "slack", "id": user, "name": name, "icon": "" }),
        }
    }
}
