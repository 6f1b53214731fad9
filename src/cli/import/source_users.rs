//! The users of Datadog: known users by their mail address, new ones as users without Slack.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::import::wire::Resource;
use crate::domain::{User, UserId};
use crate::error::Result;
use crate::store::ApiTransaction;

/// A user of Datadog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SourceUser {
    /// The name; may be empty.
    pub(super) name: String,
    /// The mail address; may be empty.
    pub(super) email: String,
}

impl SourceUser {
    pub(super) fn from_resource(resource: &Resource) -> Self {
        let text = |name: &str| resource.text(name).unwrap_or_default().to_owned();
        let email = match resource.text("email") {
            Some(email) => email.to_owned(),
            None => text("handle"),
        };
        Self {
            name: text("name"),
            email,
        }
    }

    /// Returns the user in a note.
    pub(super) fn label(&self) -> &str {
        match self.name.is_empty() {
            true => &self.email,
            false => &self.name,
        }
    }
}

/// The users of Datadog by their IDs.
pub(super) type SourceUsers = BTreeMap<String, SourceUser>;

/// The users of Muster, in a transaction.
pub(super) struct Directory<'a> {
    tx: &'a ApiTransaction<'a>,
    users: Vec<User>,
    /// The addresses of the users that this import has added.
    added: &'a mut BTreeSet<String>,
}

impl<'a> Directory<'a> {
    pub(super) fn load(
        tx: &'a ApiTransaction<'a>,
        added: &'a mut BTreeSet<String>,
    ) -> Result<Self> {
        Ok(Self {
            users: tx.users()?,
            tx,
            added,
        })
    }

    /// Returns the user with the mail address of a user of Datadog. An unknown one is added; `None` if there is no
    /// address.
    pub(super) fn user(&mut self, source_user: &SourceUser) -> Result<Option<UserId>> {
        let Ok(email) = source_user
            .email
            .parse::<crate::domain::notification::MailAddress>()
        else {
            return Ok(None);
        };
        let is_same = |user: &&User| {
            let known = user.email.as_ref();
            known.is_some_and(|it| it.as_str().eq_ignore_ascii_case(email.as_str()))
        };
        if let Some(user) = self.users.iter().find(is_same) {
            return Ok(Some(user.id.clone()));
        }
        self.added.insert(email.as_str().to_lowercase());
        let user = self.tx.add_user(source_user.label().to_owned(), email)?;
        let id = user.id.clone();
        self.users.push(user);
        Ok(Some(id))
    }
}
