//! Responders: the participants of an incident.

use crate::{Timestamp, UserId};

/// A participant of an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Responder {
    /// The responder's user ID.
    pub user: UserId,
    /// When the user became a responder.
    pub joined_at: Timestamp,
    /// When the user last changed the incident or its timeline; `None` if the user has not done so yet.
    pub last_active_at: Option<Timestamp>,
}
