//! `users.*` and `usergroups.*`.

use serde_json::{Value, json};

use super::arguments::Arguments;
use super::{Method, MethodResult};
use crate::rate_limits::Tier;
use crate::web_api::pagination;
use crate::web_api::pagination::Page;
use crate::workspace::Workspace;
use crate::workspace::users::{AccountKind, User, UserGroup};

/// The Web API methods of this module.
pub(super) const METHODS: &[Method] = &[
    Method::form("users.info", Tier::Four, &["users:read"], info),
    Method::form("users.list", Tier::Two, &["users:read"], list),
    Method::form(
        "users.lookupByEmail",
        Tier::Three,
        &["users:read.email"],
        lookup_by_email,
    ),
    Method::form(
        "usergroups.list",
        Tier::Two,
        &["usergroups:read"],
        list_groups,
    ),
    Method::form(
        "usergroups.users.list",
        Tier::Two,
        &["usergroups:read"],
        list_group_users,
    ),
];

fn info(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let user = workspace
        .users
        .get(arguments.required("user")?)
        .ok_or("user_not_found")?;
    Ok(json!({"user": workspace.user_json(user)}))
}

fn list(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let users: Vec<&User> = workspace.users.values().collect();
    let page = Page::parse(arguments, 1000, 1000)?;
    let (users, next) = page.slice(&users);
    let members: Vec<Value> = users.iter().map(|user| workspace.user_json(user)).collect();
    Ok(json!({
        "members": members, "cache_ts": workspace.now().timestamp(),
        "response_metadata": pagination::next_cursor(&next),
    }))
}

fn lookup_by_email(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let email = arguments.required("email")?;
    let user = workspace
        .users
        .values()
        .filter(|user| user.kind != AccountKind::Deactivated)
        .find(|user| workspace.user_json(user)["profile"]["email"] == email)
        .ok_or("users_not_found")?;
    Ok(json!({"user": workspace.user_json(user)}))
}

fn list_groups(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let has_users = arguments.flag("include_users")? == Some(true);
    let groups = workspace.user_groups.values().map(|group| {
        let mut json = group_json(group);
        if has_users {
            json["users"] = json!(group.users);
        }
        json
    });
    Ok(json!({"usergroups": groups.collect::<Vec<Value>>()}))
}

fn list_group_users(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let group = workspace.user_groups.get(arguments.required("usergroup")?);
    let group = group.ok_or("no_such_subteam")?;
    Ok(json!({"users": group.users}))
}

fn group_json(group: &UserGroup) -> Value {
    json!({
        "id": group.id, "handle": group.handle, "name": group.handle, "is_usergroup": true,
        "user_count": group.users.len(), "date_delete": 0,
    })
}
