//! Block Kit messages and views.

pub mod announcement;
pub mod briefing;
pub mod direct_message;
pub mod header;
pub(crate) mod link_list;
pub(crate) mod mrkdwn;
pub(crate) mod task_list;

#[cfg(test)]
mod snapshot_tests;
