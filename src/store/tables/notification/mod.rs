//! The tables of notifications: one file per table.

pub(crate) mod notification_drafts;
pub(crate) mod notifications;
