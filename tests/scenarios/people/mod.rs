//! Responders, roles, subscribers and unresolved users.

pub(crate) mod briefing;
pub(crate) mod direct_message;
pub(crate) mod direct_thread;
pub(crate) mod responders;
pub(crate) mod role;
pub(crate) mod role_capacity;
pub(crate) mod subscribe;
pub(crate) mod unresolved_users;
pub(crate) mod user_lookups;
