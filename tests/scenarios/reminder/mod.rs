//! Reminders, the next update, and channel archiving.

pub(crate) mod archiving;
pub(crate) mod next_update;
pub(crate) mod reminder;
mod reminder_post;
pub(crate) mod reminder_settings;
