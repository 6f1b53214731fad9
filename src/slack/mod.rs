//! Slack: the API client, both transports' requests and their handlers, and Block Kit messages.

mod ack_timeout;
pub mod blocks;
pub mod buttons;
pub mod commands;
pub mod dispatch;
mod error_reply;
mod offline_reply;
mod open_modal;
mod pending_message;
mod request_context;
pub mod slack_health;
pub mod socket_mode;
pub mod text;
pub mod users;

pub mod client;

mod events;

pub use crate::slack::client::error::SlackError;
