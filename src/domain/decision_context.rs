//! The inputs of a decision besides the incident and the request.

use muster_commands::UserId;

use super::{Settings, Timestamp, User};

/// What a decision may depend on, read in the transaction that commits the decision. So nothing that
/// it depends on can change before the commit.
pub struct DecisionContext<'a> {
    /// The time of the decision.
    pub now: Timestamp,
    /// The team's settings.
    pub settings: &'a Settings,
    /// The user cache.
    pub users: &'a dyn UserLookup,
    /// When the commander last changed. `None` if never, or if the decision does not need it.
    pub commander_since: Option<Timestamp>,
}

/// Read access to the user cache.
pub trait UserLookup {
    /// Returns the user as last fetched from Slack, and when that was. `None` if the user is unresolved.
    fn find(&self, id: &UserId) -> Option<(User, Timestamp)>;
}
