//! The Slack Web API client. All calls to Slack are made in this module.
//!
//! Responses are read into small types that ignore other fields: a posted message must not become an
//! error because an unrelated field of the response cannot be parsed.

mod auth_test;
mod bookmarks;
mod canvases;
mod channels;
pub(crate) mod error;
mod messages;
mod reactions;
mod response_url;
mod transport;
mod user_groups;
mod users;
mod views;

pub use auth_test::AuthTest;
pub(crate) use auth_test::operator_help;
pub(crate) use canvases::{CanvasContent, ChannelCanvases};
pub use channels::ChannelInfo;
use error::SlackError;
pub use messages::{DeliveryMetadata, Message, PostedMessage};
use transport::{OkResponse, accept_codes};
pub use transport::{SlackApi, SlackResult};
pub use users::BotIdentity;
