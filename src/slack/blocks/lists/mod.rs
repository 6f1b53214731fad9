//! Lists that a user reads in an ephemeral message, with their buttons.

pub(crate) mod impact_list;
pub(crate) mod incident_list;
pub(crate) mod link_list;
pub(crate) mod task_list;
pub(crate) mod timeline_list;
