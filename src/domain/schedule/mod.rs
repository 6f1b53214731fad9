//! Schedule: reminders, channel archiving, overdue notices.

pub(crate) mod overdue_notice;
pub(crate) mod reminder;
pub(crate) mod reschedule;
