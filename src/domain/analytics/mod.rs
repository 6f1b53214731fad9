//! Derived figures of an incident.

pub(crate) mod durations;
pub(crate) mod named_durations;
