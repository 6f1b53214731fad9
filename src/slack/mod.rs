//! Slack: what it tells us, what we tell it.

pub mod cards;
pub mod client;
pub mod listener;
mod markup;
mod trouble;
pub mod words;

pub use trouble::Trouble;
