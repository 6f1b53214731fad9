//! Errors, limits and outages of Slack and of the store.

pub(crate) mod api_errors;
pub(crate) mod api_timeout;
pub(crate) mod channel_creation_errors;
pub(crate) mod lost_responses;
pub(crate) mod max_sizes;
pub(crate) mod outage;
pub(crate) mod outage_many_users;
pub(crate) mod rate_limits;
pub(crate) mod repair;
pub(crate) mod slow_store;
pub(crate) mod store_errors;
