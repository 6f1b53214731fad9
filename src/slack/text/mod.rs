//! Sentences that report events.

pub mod activity;
pub(crate) mod impact;
pub(crate) mod role;
pub(crate) mod task;
