//! Messages about alerts. Everything that a sender wrote is text: it formats nothing and mentions no one.

pub(crate) mod group;
pub(crate) mod incident_buttons;
pub(crate) mod storm;
