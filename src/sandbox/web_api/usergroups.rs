//! `usergroups.*`.

use serde_json::{Value, json};

use super::arguments::Arguments;
use super::{Method, MethodResult};
use crate::rate_limits::Tier;
use crate::workspace::Workspace;
use crate::workspace::user_groups::UserGroup;

const READ: &[&str] = &["usergroups:read"];

/// The Web API methods of this module.
pub(super) const METHODS: &[Method] = &[
    Method::form("usergroups.list", Tier::Two, READ, list),
    Method::form("usergroups.users.list", Tier::Two, READ, list_users),
];

fn list(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let with_users = arguments.flag("include_users")? == Some(true);
    let groups = workspace.user_groups.values();
    let groups: Vec<Value> = groups.map(|group| group_json(group, with_users)).collect();
    Ok(json!({"usergroups": groups}))
}

fn list_users(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let group = workspace.user_groups.get(arguments.required("usergroup")?);
    let group = group.ok_or("no_such_subteam")?;
    Ok(json!({"users": group.users}))
}

fn group_json(group: &UserGroup, with_users: bool) -> Value {
    let mut json = json!({
        "id": group.id, "handle": group.handle, "name": group.handle, "is_usergroup": true,
        "user_count": group.users.len(), "date_delete": 0,
    });
    if with_users {
        json["users"] = json!(group.users);
    }
    json
}
