//! Muster.

pub mod bot;
pub mod clock;
pub mod config;
pub mod domain;
pub mod error;
pub mod http;
pub mod metrics;
pub mod secret;
pub mod slack;
pub mod store;
pub mod worker;
