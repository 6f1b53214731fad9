//! The HTTP server: Slack's signed webhooks, health checks and metrics.

mod body_reader;
mod health;
mod routes;
mod server;
mod signature;
mod slack_webhooks;

pub use routes::{HttpState, router};
pub use server::serve;
