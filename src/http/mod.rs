//! The HTTP door: Slack's signed requests, and what an operator looks at.

mod health;
mod routes;
mod server;
mod signature;
mod slack;

pub use routes::{Front, router};
pub use server::serve;
