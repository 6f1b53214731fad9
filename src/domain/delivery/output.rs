//! The results of deliveries.

use muster_commands::{ChannelId, MessageTs, UserId};

use crate::domain::{ChannelEvent, ChannelNameFound, RepairReport, Timestamp, User};

/// The result of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryOutput {
    /// The channel was created.
    ChannelCreated {
        /// The channel's ID.
        id: ChannelId,
        /// The channel's name, as accepted by Slack.
        name: String,
    },
    /// The message was posted.
    MessagePosted {
        /// The channel of the message.
        channel: ChannelId,
        /// The message's `ts`.
        ts: MessageTs,
    },
    /// The permalink of a message.
    Permalink(String),
    /// A message was fetched.
    MessageFetched {
        /// The text, as plain text.
        text: String,
        /// The permalink; empty if Slack returned none.
        permalink: String,
        /// The `ts` of the last edit; `None` if the message was never edited.
        edited_ts: Option<MessageTs>,
    },
    /// The current name of the incident's channel.
    ChannelNameFound(ChannelNameFound),
    /// The incident's channel was renamed to the requested name.
    ChannelRenamed {
        /// The channel's ID.
        channel: ChannelId,
        /// The channel's name, as accepted by Slack.
        name: String,
    },
    /// A user wrote in the channel recently; the time of the last message.
    ChannelActive(Timestamp),
    /// The state of the incident in Slack.
    RepairReport(RepairReport),
    /// One step is done; the delivery is not complete.
    Unfinished,
    /// The target channel cannot be written to any more.
    ChannelUnavailable {
        /// The channel's ID.
        channel: ChannelId,
        /// The event that made the channel unavailable.
        event: ChannelEvent,
    },
    /// The user was fetched.
    UserFetched(User),
    /// An unresolved user was fetched.
    UserResolved {
        /// The user; `None` if Slack does not return them.
        user: Option<User>,
        /// Why the user may not participate; `None` if they may.
        rejection: Option<String>,
    },
    /// The members of a channel.
    ChannelMembers(Vec<UserId>),
    /// The announcement was deleted.
    AnnouncementDeleted(MessageTs),
    /// Done, without a result to store.
    Nothing,
}
