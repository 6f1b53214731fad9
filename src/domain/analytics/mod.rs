//! Derived figures of an incident.

pub(crate) mod durations;
