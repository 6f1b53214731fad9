//! User accounts: creation, account kinds, deactivation, time zones. Sends `team_join` and
//! `user_change` events if the app subscribed to them.

use serde_json::{Value, json};

use crate::Sandbox;
use crate::ids::UserId;
use crate::workspace::Workspace;
use crate::workspace::users::{AccountKind, NewAccount};

impl Sandbox {
    /// Adds a user to the workspace.
    pub fn add_user(&self, name: &str, real_name: &str, tz: &str, kind: AccountKind) -> UserId {
        let id = self.shared.change(|workspace| {
            let id = workspace.add_user(&NewAccount {
                name,
                real_name,
                tz,
                kind,
            });
            workspace.push_user_event("team_join", &id);
            id
        });
        self.shared.send_pending_events();
        id
    }

    /// Adds a user group. Returns its ID.
    pub fn add_user_group(&self, handle: &str, members: &[&str]) -> String {
        self.shared
            .change(|workspace| workspace.add_user_group(handle, members))
    }

    /// Changes the account kind of a user, for example to admin or guest.
    pub fn set_account_kind(&self, name: &str, kind: AccountKind) {
        self.shared.change(|workspace| {
            let id = workspace.find_user(name).map(|user| user.id.clone());
            let Some(user) = id.and_then(|id| workspace.users.get_mut(&id)) else {
                return;
            };
            user.kind = kind;
            let id = user.id.clone();
            workspace.push_user_event("user_change", &id);
        });
        self.shared.send_pending_events();
    }

    /// Deactivates an account. The user's messages stay.
    pub fn deactivate_account(&self, name: &str) {
        self.set_account_kind(name, AccountKind::Deactivated);
    }

    /// Sets the time zone of a user to an IANA name such as `Asia/Tokyo`.
    pub fn set_time_zone(&self, name: &str, tz: &str) {
        self.shared.change(|workspace| {
            let id = workspace.find_user(name).map(|user| user.id.clone());
            let Some(user) = id.and_then(|id| workspace.users.get_mut(&id)) else {
                return;
            };
            tz.clone_into(&mut user.tz);
            let id = user.id.clone();
            workspace.push_user_event("user_change", &id);
        });
        self.shared.send_pending_events();
    }

    /// Removes all display names, so that users appear under their full names.
    pub fn clear_display_names(&self) {
        self.shared.change(|workspace| {
            for user in workspace.users.values_mut() {
                user.display_name.clear();
            }
        });
    }

    /// Returns the handles of all accounts, including bots and deactivated users.
    #[must_use]
    pub fn user_names(&self) -> Vec<String> {
        self.shared.with(|workspace| {
            let users = workspace.users.values();
            users.map(|user| user.name.clone()).collect()
        })
    }

    /// Returns the user object of `users.info`.
    #[must_use]
    pub fn user_info(&self, who: &str) -> Option<Value> {
        self.shared.with(|workspace| {
            let user = workspace.find_user(who)?;
            Some(workspace.user_json(user))
        })
    }
}

impl Workspace {
    /// Queues an account event: `team_join` or `user_change`.
    fn push_user_event(&mut self, happening: &str, who: &UserId) {
        let now = self.now().timestamp();
        let Some(user) = self.users.get_mut(who) else {
            return;
        };
        user.updated = now;
        let user = user.clone();
        let event = json!({
            "type": happening, "user": self.user_json(&user), "cache_ts": now,
        });
        self.push_event(happening, event);
    }
}
