//! The tables of request and reminder processing.

pub(crate) mod inbox;
pub(crate) mod reminders;
