//! People, and who asks for something when.

use std::collections::HashMap;

use muster_commands::PersonId;

use super::{Declarers, Moment, Refusal, Settings};

/// How long what Slack said of a person is good for.
pub const KNOWN_FOR: chrono::Duration = chrono::Duration::days(1);

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
    /// Their handle, as they are mentioned by it; empty if we do not know it.
    pub handle: String,
    /// Their time zone (`Europe/Paris`); empty when Slack does not say.
    pub time_zone: String,
    /// Whether they can still act in the workspace.
    pub standing: PersonStanding,
}

/// Whether guests of the workspace may take part in incidents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guests {
    /// They may, as everybody.
    Welcome,
    /// They may not.
    Refused,
}

impl Settings {
    /// Says whether guests take part in incidents, as those who declare them do.
    pub fn guests(&self) -> Guests {
        match self.who_declares {
            Declarers::Everybody => Guests::Welcome,
            Declarers::NoGuests => Guests::Refused,
        }
    }
}

impl Person {
    /// Says whether it is a person who still has an account.
    pub fn is_here(&self) -> bool {
        match self.standing {
            PersonStanding::Member | PersonStanding::Guest => true,
            PersonStanding::Bot | PersonStanding::Deactivated => false,
        }
    }

    /// Sees that the person can be given something to do in an incident.
    ///
    /// # Errors
    /// Why they cannot.
    pub fn can_take_part(&self, guests: Guests) -> Result<(), Refusal> {
        let name = &self.name;
        let why = match (self.standing, guests) {
            (PersonStanding::Member, _) | (PersonStanding::Guest, Guests::Welcome) => return Ok(()),
            (PersonStanding::Guest, Guests::Refused) => {
                format!(
                    "{name} is a guest, and guests do not take part in incidents here. Choose a member."
                )
            }
            (PersonStanding::Bot, _) => format!("{name} is an app. Choose a person."),
            (PersonStanding::Deactivated, _) => {
                format!("The account of {name} is deactivated. Choose somebody who is here.")
            }
        };
        Err(Refusal(why))
    }
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
