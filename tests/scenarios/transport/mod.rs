//! HTTP endpoints, Socket Mode and logs.

pub(crate) mod http_endpoints;
pub(crate) mod log;
pub(crate) mod socket_mode;
