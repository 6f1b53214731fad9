//! Slack users: cache, resolution of mentions, unresolved users, time zones.

pub(crate) mod admin_rights;
pub(crate) mod resolve_user;
pub(crate) mod unresolved_users;
pub(crate) mod user_cache;
pub(crate) mod user_lookups;
pub(crate) mod user_timezone;
