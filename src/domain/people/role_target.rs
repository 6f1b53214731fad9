//! Role targets: the commander, a configured role, or responder.

use serde::{Deserialize, Serialize};

use crate::people::role;
use crate::{AssignRoles, ConfiguredRole, Incident, UserDiff, UserId};

/// The object of an assignment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "target", rename_all = "snake_case")]
pub enum RoleTarget {
    /// The incident commander.
    Commander,
    /// A configured role.
    Role {
        /// The role.
        role: ConfiguredRole,
    },
    /// A responder without another role.
    Responder,
}

impl RoleTarget {
    /// Returns the name of the role.
    pub fn name(&self) -> &str {
        match self {
            Self::Commander => role::COMMANDER,
            Self::Role { role } => &role.name,
            Self::Responder => role::RESPONDER,
        }
    }

    /// Returns the request that assigns the role to some users and unassigns it from others.
    pub fn assignment(&self, added: Vec<UserId>, removed: Vec<UserId>) -> AssignRoles {
        let mut request = AssignRoles::default();
        match self {
            Self::Commander => request.commander = added.into_iter().next(),
            Self::Role { role } => request
                .roles
                .push((role.clone(), UserDiff { added, removed })),
            Self::Responder => request.responders = UserDiff { added, removed },
        }
        request
    }

    /// Returns whether a user has the role.
    pub fn is_assigned_to(&self, user: &UserId, incident: &Incident) -> bool {
        match self {
            Self::Commander => incident.is_commander(user),
            Self::Role { role } => incident
                .role_holders(&role.name)
                .any(|holder| holder == user),
            Self::Responder => incident.responder_ids().any(|known| known == user),
        }
    }
}
