//! The deliveries of an incident: the calls to Slack that are queued in the outbox.

pub(crate) mod coalesce;
pub(crate) mod delivery_kind;
pub(crate) mod output;
pub(crate) mod results;

use muster_commands::{ChannelId, MessageTs, UserId};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Activity, ChannelMove, ChannelName, DeliveryKind, DirectMessage, Reminder, RenameReason,
    Resolution, Timestamp, UnresolvedUser, Visibility,
};

/// A queued call to Slack. Stored as JSON in the column `outbox.payload`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Delivery {
    /// Creates the incident's channel.
    CreateChannel {
        /// The requested name. It is fixed when the delivery is enqueued: if the outcome of a creation is
        /// uncertain, the channel is looked up by this name, even if the incident has another title by
        /// then.
        name: ChannelName,
        /// The last candidate of `name` that is known to be taken, as are all candidates before it.
        /// Initially the name of the channel that the incident leaves; later the last one tried. Ignored if
        /// it is no candidate.
        #[serde(default)]
        last_tried: Option<ChannelName>,
        /// Where the incident was declared, for the private reply that follows.
        declared_in: Option<Origin>,
        /// Whether the channel is public or private. If Slack rejects a private channel, none is created.
        #[serde(default)]
        visibility: Visibility,
        /// The channel that it replaces; `None` if it is the first.
        #[serde(default)]
        channel_move: Option<ChannelMove>,
    },
    /// Invites a user to the incident's channel.
    InviteUser {
        /// The user's ID.
        user: UserId,
    },
    /// Posts the header of the incident's channel, or edits it to show the current state.
    UpsertHeader,
    /// Pins the header.
    PinHeader {
        /// The header's timestamp.
        ts: MessageTs,
    },
    /// Sets the channel's topic to the current state.
    SetTopic,
    /// Sets the channel's purpose.
    SetPurpose,
    /// Fetches the channel's name, and changes it to the name that the incident requires. A channel that a
    /// user renamed keeps its name.
    RenameChannel {
        /// Why the name is checked.
        reason: RenameReason,
        /// The last candidate that is known to be taken, as in `CreateChannel`.
        #[serde(default)]
        last_tried: Option<ChannelName>,
    },
    /// Removes a user who is no longer a responder from the incident's private channel.
    KickUser {
        /// The user's ID.
        user: UserId,
    },
    /// Posts an activity in the incident's channel.
    PostActivity {
        /// The activity.
        activity: Activity,
    },
    /// Posts the incident's announcement, or edits it to show the current state.
    UpsertAnnouncement,
    /// Posts an activity in the thread of the announcement.
    PostAnnouncementReply {
        /// The activity.
        activity: Activity,
    },
    /// Shows the user who declared, in the place where they declared, a link to the incident's channel. If
    /// the incident was declared from a message, it is posted in the message's thread.
    SendPrivateReply {
        /// The user who receives it.
        user: UserId,
        /// Where the user made the request.
        origin: Origin,
        /// The failure to report instead, if there is no channel to link to.
        failure: Option<Activity>,
    },
    /// Sends a direct message to a user.
    SendDirectMessage {
        /// The user's ID.
        user: UserId,
        /// The message.
        message: DirectMessage,
    },
    /// Adds the 📌 reaction to a message that is on the timeline.
    AddPushpin {
        /// The channel's ID.
        channel: ChannelId,
        /// The message's timestamp.
        ts: MessageTs,
    },
    /// Removes the bot's 📌 reaction from a message that is no longer on the timeline.
    RemovePushpin {
        /// The channel's ID.
        channel: ChannelId,
        /// The message's timestamp.
        ts: MessageTs,
    },
    /// Fetches the text of a message that is on the timeline.
    FetchMessage {
        /// The channel's ID.
        channel: ChannelId,
        /// The message's timestamp.
        ts: MessageTs,
    },
    /// Synchronizes the channel's bookmarks with the incident's links. Each run makes one change.
    SyncBookmarks,
    /// Asks a user whether a URL that they posted is the incident's video call.
    SuggestCall {
        /// The user who posted it.
        user: UserId,
        /// The URL.
        url: String,
    },
    /// Fetches the permalink of a message that is on the timeline.
    FetchPermalink {
        /// The channel's ID.
        channel: ChannelId,
        /// The message's timestamp.
        ts: MessageTs,
    },
    /// Posts a reminder in the incident's channel, unless it no longer applies.
    PostReminder {
        /// The reminder.
        reminder: Reminder,
        /// The start of the interval after which the reminder became due.
        since: Timestamp,
    },
    /// Archives the incident's channel, unless it had a message within `ARCHIVE_QUIET_PERIOD`.
    ArchiveChannel,
    /// Lists the members of the channel that the incident leaves, so that they are invited to the new one.
    ListOldMembers {
        /// The channel's ID.
        channel: ChannelId,
    },
    /// Deletes the incident's announcement and the bot's replies to it.
    DeleteAnnouncement,
    /// Posts in the channel that the incident left that the incident continues in another one. The notice
    /// contains nothing else about the incident.
    PostOldChannelNotice {
        /// The channel's ID.
        channel: ChannelId,
    },
    /// Archives the channel that the incident left.
    ArchiveOldChannel {
        /// The channel's ID.
        channel: ChannelId,
    },
    /// Shows the current state to a user who joined the incident's channel, in an ephemeral message.
    SendBriefing {
        /// The user's ID.
        user: UserId,
    },
    /// Fetches the incident's channel, header and announcement from Slack, so that missing ones are
    /// recreated.
    Repair {
        /// The user who requested the repair and receives the result.
        user: UserId,
    },
    /// Fetches a user into the user cache.
    FetchUser {
        /// The user's ID.
        user: UserId,
    },
    /// Fetches a user named in a request, so that the deferred request can be carried out.
    ResolveUser {
        /// The user, and the deferred request.
        unresolved_user: UnresolvedUser,
    },
    /// Informs a requester of the result of their deferred request.
    SendDeferredReply {
        /// The deferred request.
        unresolved_user: UnresolvedUser,
        /// The result.
        resolution: Resolution,
    },
}

/// Where a user made a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The channel; `None` if the request has none, as with a global shortcut.
    pub channel: Option<ChannelId>,
    /// Where a reply can be sent even if the bot is not in that channel. Slack: valid for 30 minutes and 5
    /// responses, docs.slack.dev/interactivity/handling-user-interaction.
    pub response_url: Option<String>,
    /// The thread of the message that the request refers to, if it refers to one.
    #[serde(default)]
    pub thread_ts: Option<MessageTs>,
}

impl Delivery {
    /// Creates a check of the channel's name that starts with the first candidate.
    pub fn rename_channel(naming: RenameReason) -> Self {
        Self::RenameChannel {
            reason: naming,
            last_tried: None,
        }
    }

    /// Returns the kind of the delivery.
    pub fn kind(&self) -> DeliveryKind {
        match self {
            Self::CreateChannel { .. } => DeliveryKind::CreateChannel,
            Self::InviteUser { .. } => DeliveryKind::InviteUser,
            Self::KickUser { .. } => DeliveryKind::KickUser,
            Self::UpsertHeader => DeliveryKind::UpsertHeader,
            Self::PinHeader { .. } => DeliveryKind::PinHeader,
            Self::SetTopic => DeliveryKind::SetTopic,
            Self::SetPurpose => DeliveryKind::SetPurpose,
            Self::RenameChannel { .. } => DeliveryKind::RenameChannel,
            Self::PostActivity { .. } => DeliveryKind::PostActivity,
            Self::UpsertAnnouncement => DeliveryKind::UpsertAnnouncement,
            Self::PostAnnouncementReply { .. } => DeliveryKind::PostAnnouncementReply,
            Self::SendPrivateReply { .. } => DeliveryKind::SendPrivateReply,
            Self::SendDirectMessage { .. } => DeliveryKind::SendDirectMessage,
            Self::AddPushpin { .. } => DeliveryKind::AddPushpin,
            Self::RemovePushpin { .. } => DeliveryKind::RemovePushpin,
            Self::FetchMessage { .. } => DeliveryKind::FetchMessage,
            Self::SyncBookmarks => DeliveryKind::SyncBookmarks,
            Self::SuggestCall { .. } => DeliveryKind::SuggestCall,
            Self::FetchPermalink { .. } => DeliveryKind::FetchPermalink,
            Self::PostReminder { .. } => DeliveryKind::PostReminder,
            Self::ArchiveChannel => DeliveryKind::ArchiveChannel,
            Self::ListOldMembers { .. } => DeliveryKind::ListOldMembers,
            Self::DeleteAnnouncement => DeliveryKind::DeleteAnnouncement,
            Self::PostOldChannelNotice { .. } => DeliveryKind::PostOldChannelNotice,
            Self::ArchiveOldChannel { .. } => DeliveryKind::ArchiveOldChannel,
            Self::SendBriefing { .. } => DeliveryKind::SendBriefing,
            Self::Repair { .. } => DeliveryKind::Repair,
            Self::FetchUser { .. } => DeliveryKind::FetchUser,
            Self::ResolveUser { .. } => DeliveryKind::ResolveUser,
            Self::SendDeferredReply { .. } => DeliveryKind::SendDeferredReply,
        }
    }

    /// Returns the ordering key. Deliveries of an incident with the same key are sent in order.
    ///
    /// The creation of the channel and the posts share a key, so that posts wait until the channel exists.
    pub fn ordering_key(&self) -> String {
        match self {
            Self::ListOldMembers { .. }
            | Self::CreateChannel { .. }
            | Self::PostActivity { .. } => "posts".to_owned(),
            // In order, because a user may be removed and invited again within a short time.
            Self::InviteUser { user } | Self::KickUser { user } => format!("member {user}"),
            Self::UpsertHeader => "header".to_owned(),
            Self::PinHeader { .. } => "pin".to_owned(),
            Self::SetTopic => "topic".to_owned(),
            Self::SetPurpose => "purpose".to_owned(),
            Self::RenameChannel { .. } => "name".to_owned(),
            Self::UpsertAnnouncement
            | Self::PostAnnouncementReply { .. }
            | Self::DeleteAnnouncement => "announcement".to_owned(),
            Self::PostOldChannelNotice { channel } | Self::ArchiveOldChannel { channel } => {
                format!("old_channel {channel}")
            }
            Self::SendPrivateReply { .. } => "private_reply".to_owned(),
            Self::SendDirectMessage { user, .. } => format!("direct_message {user}"),
            // In order, because a message may be added and removed again within a short time.
            Self::AddPushpin { channel, ts } | Self::RemovePushpin { channel, ts } => {
                format!("pushpin {channel} {ts}")
            }
            Self::FetchMessage { channel, ts } => format!("message {channel} {ts}"),
            Self::SyncBookmarks => "bookmarks".to_owned(),
            Self::SuggestCall { user, .. } => format!("suggest_call {user}"),
            Self::FetchPermalink { channel, ts } => format!("permalink {channel} {ts}"),
            Self::PostReminder { reminder: of, .. } => of.ordering_key(),
            Self::ArchiveChannel => "archive".to_owned(),
            Self::SendBriefing { user } => format!("briefing {user}"),
            Self::Repair { .. } => "repair".to_owned(),
            Self::FetchUser { user } => format!("user {user}"),
            Self::ResolveUser {
                unresolved_user: stranger,
            } => format!("resolve_user {}", stranger.user),
            Self::SendDeferredReply {
                unresolved_user: stranger,
                ..
            } => format!("deferred_reply {}", stranger.actor),
        }
    }
}
