//! Payloads that Slack sends: interactions, button clicks, events.

pub mod button_click;
pub mod events;
pub mod interaction;
pub(crate) mod message_event;
pub(crate) mod message_text;
pub(crate) mod payload_error;
pub mod pushpin_reaction;
