//! Users, responders, roles and access.

pub(crate) mod access;
pub(crate) mod match_user;
pub(crate) mod member_joined;
pub(crate) mod responders;
pub mod role;
pub(crate) mod role_target;
pub(crate) mod source;
mod take_command;
pub(crate) mod unresolved_user;
pub(crate) mod user;
pub(crate) mod user_diff;
