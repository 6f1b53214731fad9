//! Users and actors.

use std::collections::HashMap;
use std::str::FromStr;

use crate::notification::MailAddress;
use crate::string_enum::parse_enum;
use crate::{ParseEnumError, Rejection, Settings, Source, Timestamp, UserId, WhoDeclares};

/// How long a fetched user is used before it is fetched again.
pub const USER_TTL: chrono::Duration = chrono::Duration::days(1);

/// A user or Muster itself who makes a request, when and by which transport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The user; `None` if Muster itself acts, such as for an alert or for a key of the API without a user.
    pub user: Option<UserId>,
    /// When the request was made.
    pub at: Timestamp,
    /// The transport of the request.
    pub source: Source,
}

impl Actor {
    /// Creates an actor in Slack.
    pub fn new(user: UserId, at: Timestamp) -> Self {
        Self::with_source(user, at, Source::Slack)
    }

    /// Creates an actor whose request came by this transport.
    pub fn with_source(user: UserId, at: Timestamp, source: Source) -> Self {
        let user = Some(user);
        Self { user, at, source }
    }

    /// Creates the actor of a request that Muster itself makes.
    pub fn muster(at: Timestamp, source: Source) -> Self {
        let user = None;
        Self { user, at, source }
    }

    /// Returns the user of a request that only a person can make.
    ///
    /// # Errors
    /// Returns a [`Rejection`] if Muster itself makes the request.
    pub fn require_user(&self) -> Result<&UserId, Rejection> {
        let why = "Only a person can do this. Use an API key that acts as a user.";
        self.user.as_ref().ok_or_else(|| Rejection(why.to_owned()))
    }

    /// Returns whether the actor is this user.
    pub fn is(&self, user: &UserId) -> bool {
        self.user.as_ref() == Some(user)
    }
}

/// The display names of users in the user cache.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserNames(HashMap<UserId, String>);

impl UserNames {
    /// Returns the name of a user; `None` if the user has not been fetched.
    pub fn get(&self, user: &UserId) -> Option<&str> {
        self.0.get(user).map(String::as_str)
    }
}

impl FromIterator<(UserId, String)> for UserNames {
    fn from_iter<T: IntoIterator<Item = (UserId, String)>>(names: T) -> Self {
        Self(names.into_iter().collect())
    }
}

/// A Slack user as last fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The user's ID.
    pub id: UserId,
    /// The display name.
    pub name: String,
    /// The handle that mentions use; empty if unknown.
    pub handle: String,
    /// The time zone (`Europe/Paris`); empty if Slack returned none.
    pub time_zone: String,
    /// The mail address; `None` if Slack returned none.
    pub email: Option<MailAddress>,
    /// The kind of account.
    pub account_kind: AccountKind,
}

/// Whether guests of the workspace may participate in incidents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuestPolicy {
    /// Guests may participate.
    Allowed,
    /// Guests may not participate.
    Excluded,
}

impl Settings {
    /// Returns the guest policy: guests may participate if they may declare.
    pub fn guest_policy(&self) -> GuestPolicy {
        match self.who_declares {
            WhoDeclares::Everyone => GuestPolicy::Allowed,
            WhoDeclares::NoGuests => GuestPolicy::Excluded,
        }
    }
}

impl User {
    /// Returns whether the user is a human with an active account.
    pub fn is_active(&self) -> bool {
        match self.account_kind {
            AccountKind::Member | AccountKind::Guest => true,
            AccountKind::Bot | AccountKind::Deactivated => false,
        }
    }

    /// Checks that the user may participate in an incident.
    ///
    /// # Errors
    /// Returns a [`Rejection`] if the user is an app, is deactivated, or is a guest and guests are excluded.
    pub fn check_may_participate(&self, guests: GuestPolicy) -> Result<(), Rejection> {
        let name = &self.name;
        let why = match (self.account_kind, guests) {
            (AccountKind::Member, _) | (AccountKind::Guest, GuestPolicy::Allowed) => return Ok(()),
            (AccountKind::Guest, GuestPolicy::Excluded) => {
                format!("{name} is a guest, and guests can't be responders here. Pick a member.")
            }
            (AccountKind::Bot, _) => format!("{name} is an app. Pick a person."),
            (AccountKind::Deactivated, _) => {
                format!("{name}'s account is deactivated. Pick an active member.")
            }
        };
        Err(Rejection(why))
    }
}

/// The kind of a Slack account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountKind {
    /// A full member of the workspace.
    Member,
    /// A guest, who sees only some channels.
    Guest,
    /// An app.
    Bot,
    /// A deactivated account.
    Deactivated,
}

impl AccountKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Member, Self::Guest, Self::Bot, Self::Deactivated];

    /// Returns the value that the store uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Guest => "guest",
            Self::Bot => "bot",
            Self::Deactivated => "deactivated",
        }
    }
}

impl FromStr for AccountKind {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_enum("kind of account", text, &Self::ALL, Self::as_str, |_| false)
    }
}
