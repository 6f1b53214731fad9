//! Handlers of the buttons of messages and of the Home view.

pub(crate) mod alert;
pub(crate) mod duplicates;
pub(crate) mod home;
pub(crate) mod impact;
pub(crate) mod link;
pub(crate) mod reminder;
pub(crate) mod retry;
pub(crate) mod subscribe;
pub(crate) mod take_command;
pub(crate) mod task;
pub(crate) mod task_notice;
pub(crate) mod timeline;
