//! Slack: what it tells us, what we tell it.

pub mod client;
pub mod listener;
mod trouble;

pub use trouble::Trouble;
