//! The timeline of an incident.

pub(crate) mod activity;
pub(crate) mod add_message;
pub(crate) mod edit;
pub(crate) mod entry;
pub(crate) mod event;
pub(crate) mod field_change;
pub(crate) mod message;
pub(crate) mod post;
pub(crate) mod pushpin;
pub(crate) mod restore;
mod searchable_text;
