//! The HTTP server: Slack's signed webhooks, pages, health checks and metrics.

mod body_reader;
mod health;
mod operations;
pub(crate) mod probe;
mod routes;
mod server;
mod signature;
mod slack_webhooks;

pub use routes::{HttpState, router, separate_routers};
pub use server::serve;
