//! The HTTP API: Datadog's Incidents API v2, for its unmodified clients.
//!
//! A request is authenticated by a key, which acts as a user or as Muster, and reads through the same `Viewer` as
//! Slack and the pages. Responses are JSON:API documents; errors have Datadog's two shapes.

mod auth;
mod body;
#[cfg(test)]
mod body_tests;
mod config;
mod error;
mod incidents;
mod members;
mod openapi;
mod operations;
mod parts;
mod query;
mod rate_limit;
mod request;
mod response;
mod routes;
mod schema;
mod users;
mod validate;

pub use openapi::document as openapi_document;
pub use operations::{OPERATIONS, Operation};
pub(crate) use routes::router;
