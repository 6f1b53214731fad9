//! How users are named in messages that leave Slack.

use std::collections::HashMap;

use crate::{UserId, UserNames};

/// How a user is named in a message. An unknown attribute is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserContact {
    /// The display name.
    pub name: String,
    /// The handle, without `@`.
    pub handle: String,
    /// The mail address.
    pub mail_address: String,
}

impl UserContact {
    /// Returns the name, or else the mail address, or else the handle; empty if all are unknown.
    pub fn label(&self) -> &str {
        let known = [&self.name, &self.mail_address, &self.handle];
        known
            .into_iter()
            .find(|it| !it.is_empty())
            .map_or("", String::as_str)
    }
}

/// Read access to the names and addresses of users.
pub trait ContactLookup {
    /// Returns how the user is named; `None` if the user has not been fetched.
    fn contact(&self, user: &UserId) -> Option<UserContact>;
}

impl ContactLookup for HashMap<UserId, UserContact> {
    fn contact(&self, user: &UserId) -> Option<UserContact> {
        self.get(user).cloned()
    }
}

impl ContactLookup for UserNames {
    fn contact(&self, user: &UserId) -> Option<UserContact> {
        let name = self.get(user)?.to_owned();
        Some(UserContact {
            name,
            ..UserContact::default()
        })
    }
}
