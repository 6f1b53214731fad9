//! People, and who asks for something when.

use std::collections::HashMap;

use muster_commands::PersonId;

use super::Moment;

/// Who asks for a change, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// The person who asks.
    pub person: PersonId,
    /// When they asked.
    pub at: Moment,
}

impl By {
    /// Gives who asks and when.
    pub fn new(person: PersonId, at: Moment) -> Self {
        Self { person, at }
    }
}

/// What people are called, as far as we know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(HashMap<PersonId, String>);

impl Names {
    /// Gives what a person is called; `None` if we do not know.
    pub fn of(&self, person: &PersonId) -> Option<&str> {
        self.0.get(person).map(String::as_str)
    }
}

impl FromIterator<(PersonId, String)> for Names {
    fn from_iter<T: IntoIterator<Item = (PersonId, String)>>(names: T) -> Self {
        Self(names.into_iter().collect())
    }
}

/// What the workspace told us of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their id in Slack.
    pub id: PersonId,
    /// The name people call them by.
    pub name: String,
    /// Their time zone (`Europe/Paris`); empty when Slack does not say.
    pub time_zone: String,
    /// Whether they can still act in the workspace.
    pub standing: PersonStanding,
}

/// Whether a person can act in the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonStanding {
    /// A person with an account.
    Member,
    /// A guest, who sees only some channels.
    Guest,
    /// An app.
    Bot,
    /// Somebody whose account was switched off.
    Deactivated,
}

impl PersonStanding {
    /// Every standing.
    pub const ALL: [Self; 4] = [Self::Member, Self::Guest, Self::Bot, Self::Deactivated];

    /// Gives the word that the store keeps.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Guest => "guest",
            Self::Bot => "bot",
            Self::Deactivated => "deactivated",
        }
    }
}
