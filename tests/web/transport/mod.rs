//! The log of the bot, as in the scenarios.

#[path = "../../scenarios/transport/log.rs"]
pub mod log;
