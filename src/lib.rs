//! Muster.

pub mod banner;
pub mod bot;
pub mod clock;
pub mod command_line;
pub mod config;
pub mod doctor;
pub mod domain;
pub mod error;
pub mod http;
pub mod logs;
pub mod metrics;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod secret;
pub mod serve;
pub mod slack;
pub mod store;
pub mod worker;
