//! Who takes part in an incident.

use muster_commands::PersonId;

use super::Moment;

/// Somebody who takes part in an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Responder {
    /// Who it is.
    pub person: PersonId,
    /// When they first took part.
    pub joined_at: Moment,
    /// When they last changed the incident or wrote to its timeline; `None` if others named them
    /// and they did nothing yet.
    pub acted_at: Option<Moment>,
}
