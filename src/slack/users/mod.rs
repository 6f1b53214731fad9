//! Slack users: cache, resolution of mentions, unresolved users, time zones.

pub mod resolve_user;
pub mod unresolved_users;
pub(crate) mod user_cache;
pub(crate) mod user_timezone;
