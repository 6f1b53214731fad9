//! User groups: `usergroups.*`.

use serde::Deserialize;

use super::error::SlackError;
use super::{SlackApi, SlackResult};
use crate::domain::UserId;

#[derive(Deserialize)]
struct GroupList {
    usergroups: Vec<GroupInfo>,
}

#[derive(Deserialize)]
struct GroupInfo {
    handle: String,
    #[serde(default)]
    users: Vec<UserId>,
}

#[derive(Deserialize)]
struct GroupMembers {
    users: Vec<UserId>,
}

impl SlackApi {
    /// Returns the members of the user group with this ID.
    pub(crate) async fn user_group_members(&self, id: &str) -> SlackResult<Vec<UserId>> {
        let params = [("usergroup", Some(id.to_owned()))];
        let group: GroupMembers = self.get("usergroups.users.list", &params).await?;
        Ok(group.users)
    }

    /// Returns the members of the user group with this handle.
    pub(crate) async fn user_group_members_by_handle(
        &self,
        handle: &str,
    ) -> SlackResult<Vec<UserId>> {
        let params = [("include_users", Some("true".to_owned()))];
        let groups: GroupList = self.get("usergroups.list", &params).await?;
        let mut groups = groups.usergroups.into_iter();
        let group = groups.find(|group| group.handle.eq_ignore_ascii_case(handle));
        group
            .map(|group| group.users)
            .ok_or_else(|| SlackError::Api {
                method: "usergroups.list",
                code: "no_such_subteam".to_owned(),
                needed: None,
            })
    }
}
