//! The Home view.

pub(crate) mod home;
pub(crate) mod home_tasks;
