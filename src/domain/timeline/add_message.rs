//! The request to add a Slack message to the timeline.

use serde::{Deserialize, Serialize};

use crate::{ChannelId, MessageTs, UserId};

/// A message to add to a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddMessage {
    /// The channel of the message.
    pub channel: ChannelId,
    /// The message's ID within the channel, and the time at which it was written.
    pub ts: MessageTs,
    /// The parent message; `None` if the message is not a reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_ts: Option<MessageTs>,
    /// The author.
    pub author: MessageAuthor,
    /// The text, as plain text. Mentions stay encoded, such as `<@U0BOB000001>`.
    pub text: String,
    /// The permalink; `None` if Slack did not send one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permalink: Option<String>,
    /// The time of the last edit by Slack's clock; `None` if the message was never edited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_ts: Option<MessageTs>,
    /// The names of the attached files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
}

/// The author of a message: a user, an app, or an app that posts in a user's name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageAuthor {
    /// The ID of the user or of the app's bot user; `None` for an integration without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<UserId>,
    /// The name that a bot posted under; `None` for users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}
