//! Slack: the API client, both transports' requests and their handlers, and Block Kit messages.

mod ack_timeout;
pub mod blocks;
mod buttons;
mod channel_membership;
pub mod client;
mod commands;
pub(crate) mod dispatch;
mod error_reply;
mod events;
pub(crate) mod menu_limit;
mod notify;
mod offline_reply;
mod open_modal;
mod pending_message;
mod reply;
pub(crate) mod request;
mod request_context;
pub(crate) mod slack_health;
pub mod socket_mode;
pub(crate) mod users;

pub use crate::slack::client::error::SlackError;
