//! The HTTP server: Slack's signed webhooks, health checks and metrics.

mod slack_webhooks;

mod health;
mod routes;
mod server;
mod signature;

pub use routes::{HttpState, router};
pub use server::serve;
