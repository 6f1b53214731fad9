//! Tasks and follow-ups.

pub(crate) mod overdue_notice;
pub(crate) mod task;
pub(crate) mod task_due;
pub(crate) mod task_list;
pub(crate) mod task_notice;
pub(crate) mod task_removal;
