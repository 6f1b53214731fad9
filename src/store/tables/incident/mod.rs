//! The tables of an incident: one file per table.

pub(crate) mod direct_message_threads;
pub(crate) mod documents;
pub(crate) mod field_values;
pub(crate) mod impacts;
pub(crate) mod incidents;
pub(crate) mod integrations;
pub(crate) mod last_activity;
pub(crate) mod old_channels;
pub(crate) mod posts;
pub(crate) mod responders;
pub(crate) mod role_assignments;
pub(crate) mod signals;
pub(crate) mod task_handles;
pub(crate) mod tasks;
pub(crate) mod timeline;
