//! Data that a delivery fetched from Slack and that its change stores outside the incident.

use crate::delivery::fetch_message::FetchedMessage;
use crate::{ActivityPost, ChannelId, DirectMessageThread, IncidentId, MessageTs, User, UserId};

/// Data that a delivery fetched from Slack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// A user, for the user cache.
    User(User),
    /// The permalink of a message, for the entries that quote it.
    Permalink {
        /// The channel.
        channel: ChannelId,
        /// The message's timestamp.
        ts: MessageTs,
        /// The permalink.
        url: String,
    },
    /// A message, for the entries that quote it.
    Message {
        /// The channel.
        channel: ChannelId,
        /// The message's timestamp.
        ts: MessageTs,
        /// The message.
        message: FetchedMessage,
    },
    /// A post, for the entries that it reports.
    Post(ActivityPost),
    /// The thread of the direct messages to a user.
    DirectMessageThread(DirectMessageThread),
    /// The thread of the direct messages to a user does not exist any more.
    DirectMessageThreadGone {
        /// The incident.
        incident: IncidentId,
        /// The user.
        user: UserId,
    },
}
