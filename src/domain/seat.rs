//! What somebody may be in an incident: the one who leads, one who has a role of the team, one who takes part.

use muster_commands::PersonId;
use muster_commands::responders::Moved;
use serde::{Deserialize, Serialize};

use super::{Assign, Incident, TeamRole, role};

/// What somebody may be in an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "seat", rename_all = "snake_case")]
pub enum Seat {
    /// The one who leads.
    Commander,
    /// A role of the team.
    Role {
        /// Which one.
        role: TeamRole,
    },
    /// Everybody else who takes part.
    Responder,
}

impl Seat {
    /// Gives what whoever has it is called.
    pub fn name(&self) -> &str {
        match self {
            Self::Commander => role::COMMANDER,
            Self::Role { role } => &role.name,
            Self::Responder => role::RESPONDER,
        }
    }

    /// Gives the request that gives it to some people, and takes it from others.
    pub fn goes(&self, added: Vec<PersonId>, removed: Vec<PersonId>) -> Assign {
        let mut request = Assign::default();
        match self {
            Self::Commander => request.commander = added.into_iter().next(),
            Self::Role { role } => request.roles.push((role.clone(), Moved { added, removed })),
            Self::Responder => request.responders = Moved { added, removed },
        }
        request
    }

    /// Says whether somebody has it.
    pub fn is_of(&self, person: &PersonId, incident: &Incident) -> bool {
        match self {
            Self::Commander => incident.commander == *person,
            Self::Role { role } => incident.holders(&role.name).any(|holder| holder == person),
            Self::Responder => incident.people().any(|known| known == person),
        }
    }
}
