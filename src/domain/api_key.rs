//! Keys of the HTTP API, without their secrets.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::string_enum::{ParseEnumError, impl_string_enum, parse_enum};
use crate::{Rejection, Timestamp, UserId, Viewer};

/// The longest name, in characters.
pub const LONGEST_KEY_NAME: usize = 60;

/// The maximum number of valid keys.
pub const MAX_API_KEYS: usize = 200;

/// The number of valid keys that act as a user from which on the user creates no more for themselves.
pub const MAX_OWN_KEYS: usize = 10;

/// The scopes of keys that members create for themselves.
pub const OWN_KEY_SCOPES: [Scope; 2] = [Scope::Read, Scope::Write];

/// A key of the HTTP API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its ID in the store.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The first half, which names the key. It is no secret.
    pub key_id: String,
    /// Its scopes.
    pub scopes: Scopes,
    /// On whose behalf it acts.
    pub identity: KeyIdentity,
    /// When it was created.
    pub created_at: Timestamp,
    /// The user who created it; `None` if the operator did.
    pub created_by: Option<UserId>,
    /// When it was used last; `None` before its first use. It is exact to a minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked; `None` while it is valid.
    pub revoked_at: Option<Timestamp>,
}

/// On whose behalf a key acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyIdentity {
    /// A user: the key sees what that user may see.
    User(UserId),
    /// Muster itself: the key sees public incidents only.
    Muster,
}

impl KeyIdentity {
    /// Returns the user; `None` for Muster.
    pub fn user(&self) -> Option<&UserId> {
        match self {
            Self::User(user) => Some(user),
            Self::Muster => None,
        }
    }

    /// Returns on whose behalf the key reads.
    pub fn viewer(&self) -> Viewer {
        match self {
            Self::User(user) => Viewer::user(user),
            Self::Muster => Viewer::Program,
        }
    }
}

/// A right of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Read incidents, users and settings.
    Read,
    /// Declare and change incidents.
    Write,
    /// Change settings.
    Settings,
}

impl Scope {
    /// All scopes.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Settings];

    /// Returns the name in the store, in forms and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Settings => "settings",
        }
    }

    /// Returns the displayed explanation.
    pub fn label(self) -> &'static str {
        match self {
            Self::Read => "Read incidents and users",
            Self::Write => "Declare and change incidents",
            Self::Settings => "Change settings",
        }
    }
}

impl_string_enum!(Scope);

impl FromStr for Scope {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_enum("scope", text, &Self::ALL, Self::as_str, |_| false)
    }
}

/// The scopes of a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// Returns whether a scope is among them.
    pub fn contains(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Returns them in their order.
    pub fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<T: IntoIterator<Item = Scope>>(scopes: T) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.iter().map(Scope::as_str).collect();
        f.write_str(&names.join(" "))
    }
}

impl FromStr for Scopes {
    type Err = ParseEnumError;

    /// Parses names that are separated by spaces.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split_whitespace().map(str::parse).collect()
    }
}

/// Returns a valid name of a key, trimmed.
///
/// # Errors
/// Returns a [`Rejection`] if the name is empty, too long, or has a line break.
pub fn checked_key_name(name: &str) -> Result<String, Rejection> {
    let name = name.trim();
    let why = match name.chars().count() {
        0 => "Enter a name, such as the program that uses the key.".to_owned(),
        1..=LONGEST_KEY_NAME if !name.contains(char::is_control) => return Ok(name.to_owned()),
        1..=LONGEST_KEY_NAME => "A name is one line of text.".to_owned(),
        _ => format!("A name has at most {LONGEST_KEY_NAME} characters."),
    };
    Err(Rejection(why))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_back_as_they_were_written() {
        let scopes = Scopes::from_iter([Scope::Settings, Scope::Read]);
        assert_eq!(scopes.to_string(), "read settings");
        assert_eq!("read settings".parse(), Ok(scopes));
        assert!("read all".parse::<Scopes>().is_err());
    }

    #[test]
    fn key_names_are_one_line() {
        assert_eq!(checked_key_name(" CI ").unwrap(), "CI");
        for name in ["", "  ", "a\nb", &"a".repeat(LONGEST_KEY_NAME + 1)] {
            assert!(checked_key_name(name).is_err(), "{name}");
        }
    }
}
