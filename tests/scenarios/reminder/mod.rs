//! Reminders, the next update, and channel archiving.

pub(crate) mod archiving;
pub(crate) mod next_update;
pub(crate) mod reminder;
pub(crate) mod reminder_settings;
