//! The assignees of todos: handles, or users of chat tools.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::query::Mistakes;
use crate::domain::{AccountKind, TaskHandle, User};
use crate::error::Error;
use crate::store::ApiTransaction;

/// An assignee of a todo.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(in crate::api) enum Assignee {
    /// A handle, such as `@ann@example.org`.
    Handle(#[schemars(length(min = 1, max = 320))] String),
    /// A user of a chat tool.
    ChatUser(ChatUser),
}

/// A user of a chat tool.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(in crate::api) struct ChatUser {
    /// The URL of the picture.
    #[schemars(length(max = 2048))]
    pub(in crate::api) icon: String,
    /// The ID in the tool.
    #[schemars(length(max = 320))]
    pub(in crate::api) id: String,
    /// The name.
    #[schemars(length(max = 320))]
    pub(in crate::api) name: String,
    /// The tool.
    pub(in crate::api) source: ChatTool,
}

/// A chat tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::api) enum ChatTool {
    /// Slack.
    Slack,
    /// Microsoft Teams.
    MicrosoftTeams,
}

/// Returns assignees with the users of Slack that they name. One who names no user is stored as text. A user who may
/// not participate is a mistake.
pub(in crate::api) fn task_handles(
    tx: &ApiTransaction<'_>,
    assignees: &[Assignee],
    mistakes: &mut Mistakes,
) -> Result<Vec<TaskHandle>, ApiError> {
    let (users, guests) = (tx.users()?, tx.settings()?.guest_policy());
    let mut handles = Vec::new();
    for (index, assignee) in assignees.iter().enumerate() {
        if let Assignee::Handle(handle) = assignee {
            mistakes.require_text(&format!("assignees/{index}"), handle);
        }
        let user = users.iter().find(|user| assignee.is_user(user));
        if let Some(Err(rejection)) = user.map(|user| user.check_may_participate(guests)) {
            mistakes.add_attribute(&format!("assignees/{index}"), &rejection.0);
        }
        let sent: Value = serde_json::to_value(assignee).map_err(Error::from)?;
        handles.push(TaskHandle {
            sent,
            user: user.map(|user| user.id.clone()),
        });
    }
    Ok(handles)
}

impl Assignee {
    /// Returns whether this names a person with an account in Slack.
    fn is_user(&self, user: &User) -> bool {
        match user.account_kind {
            AccountKind::Member | AccountKind::Guest => self.names(user),
            AccountKind::Bot | AccountKind::Deactivated => false,
        }
    }

    fn names(&self, user: &User) -> bool {
        match self {
            Self::Handle(handle) => {
                let handle = handle.trim().trim_start_matches('@');
                let email = user.email.as_ref().map_or("", |email| email.as_str());
                let is_handle = |own: &str| !own.is_empty() && own.eq_ignore_ascii_case(handle);
                let slack_id = handle.strip_prefix("slack:").unwrap_or_default();
                is_handle(email) || is_handle(&user.handle) || slack_id == user.id.as_str()
            }
            Self::ChatUser(chat) => chat.source == ChatTool::Slack && chat.id == user.id.as_str(),
        }
    }
}
