//! User groups: a handle and its members.

use crate::Sandbox;
use crate::ids::{self, UserId};
use crate::workspace::Workspace;

/// A user group.
#[derive(Clone, Debug)]
pub(crate) struct UserGroup {
    pub(crate) id: String,
    /// The name in mentions, without `@`.
    pub(crate) handle: String,
    pub(crate) users: Vec<UserId>,
}

impl Workspace {
    /// Adds a user group with these members. Names without a user are left out.
    pub(crate) fn add_user_group(&mut self, handle: &str, members: &[&str]) -> String {
        let id = ids::from_name('S', handle);
        let users = members.iter().filter_map(|name| self.find_user(name));
        let group = UserGroup {
            id: id.clone(),
            handle: handle.to_owned(),
            users: users.map(|user| user.id.clone()).collect(),
        };
        self.user_groups.insert(id.clone(), group);
        id
    }
}

impl Sandbox {
    /// Adds a user group. Returns its ID.
    pub fn add_user_group(&self, handle: &str, members: &[&str]) -> String {
        self.shared
            .change(|workspace| workspace.add_user_group(handle, members))
    }
}
