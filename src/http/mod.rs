//! The HTTP server: Slack's signed webhooks, health checks and metrics.

mod health;
mod routes;
mod server;
mod signature;
mod slack;

pub use routes::{HttpState, router};
pub use server::serve;
