//! Handlers of buttons that do not belong to a command.

pub(crate) mod reminder;
pub(crate) mod retry;
pub(crate) mod subscribe;
