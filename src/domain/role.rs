//! The roles that people can have in an incident.

/// What whoever leads is called.
pub const COMMANDER: &str = "Incident Commander";

/// What the commander is about, as they are told.
pub const COMMANDER_IS: &str = "You lead the response: decide what is done next, hand out roles, and keep severity and status true.";
