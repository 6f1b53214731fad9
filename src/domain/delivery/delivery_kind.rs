//! The kinds of deliveries, and their priority in the outbox.

use serde::{Deserialize, Serialize};

/// The kind of a delivery, used in the outbox, in metrics and in logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryKind {
    /// Creates the incident's channel: `conversations.create`.
    CreateChannel,
    /// Invites a user to the channel: `conversations.invite`.
    InviteUser,
    /// Removes a user from the channel: `conversations.kick`.
    KickUser,
    /// Posts or updates the header of the channel.
    UpsertHeader,
    /// Pins the header: `pins.add`.
    PinHeader,
    /// Posts an activity in the channel.
    PostActivity,
    /// Sends the private reply that links to the channel.
    SendPrivateReply,
    /// Posts or updates the announcement in the announcements channel.
    UpsertAnnouncement,
    /// Posts an announcement reply.
    PostAnnouncementReply,
    /// Sends a direct message.
    SendDirectMessage,
    /// Adds the pushpin reaction to a message: `reactions.add`.
    AddPushpin,
    /// Removes the pushpin reaction from a message: `reactions.remove`.
    RemovePushpin,
    /// Fetches the text of a message.
    FetchMessage,
    /// Sets the channel's topic: `conversations.setTopic`.
    SetTopic,
    /// Sets the channel's purpose: `conversations.setPurpose`.
    SetPurpose,
    /// Renames the channel: `conversations.rename`.
    RenameChannel,
    /// Synchronises the channel's bookmarks.
    SyncBookmarks,
    /// Asks in the channel whether a URL is the incident's call.
    SuggestCall,
    /// Fetches the permalink of a message: `chat.getPermalink`.
    FetchPermalink,
    /// Posts a reminder in the channel.
    PostReminder,
    /// Archives the channel: `conversations.archive`.
    ArchiveChannel,
    /// Lists the members of the old channel: `conversations.members`.
    ListOldMembers,
    /// Deletes the announcement: `chat.delete`.
    DeleteAnnouncement,
    /// Posts the notice in the old channel.
    PostOldChannelNotice,
    /// Archives the old channel.
    ArchiveOldChannel,
    /// Sends the briefing to a user who joined the channel.
    SendBriefing,
    /// Compares the incident with Slack.
    Repair,
    /// Fetches a user: `users.info`.
    FetchUser,
    /// Fetches an unresolved user, then completes the deferred request.
    ResolveUser,
    /// Sends the reply to a deferred request.
    SendDeferredReply,
}

impl DeliveryKind {
    /// All kinds, the highest priority first: the channel and its members, then what users read, then the
    /// announcement, then the rest.
    pub const BY_PRIORITY: [Self; 30] = [
        Self::DeleteAnnouncement,
        Self::ListOldMembers,
        Self::CreateChannel,
        Self::KickUser,
        Self::InviteUser,
        Self::UpsertHeader,
        Self::ResolveUser,
        Self::SendDeferredReply,
        Self::SendPrivateReply,
        Self::PostActivity,
        Self::SendDirectMessage,
        Self::UpsertAnnouncement,
        Self::PostAnnouncementReply,
        Self::PostReminder,
        Self::SuggestCall,
        Self::AddPushpin,
        Self::FetchMessage,
        Self::RemovePushpin,
        Self::SetTopic,
        Self::RenameChannel,
        Self::PinHeader,
        Self::PostOldChannelNotice,
        Self::ArchiveOldChannel,
        Self::SendBriefing,
        Self::SyncBookmarks,
        Self::SetPurpose,
        Self::FetchPermalink,
        Self::FetchUser,
        Self::ArchiveChannel,
        Self::Repair,
    ];

    /// Returns the name that the outbox and the metrics use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CreateChannel => "create_channel",
            Self::InviteUser => "invite_user",
            Self::KickUser => "kick_user",
            Self::UpsertHeader => "upsert_header",
            Self::PinHeader => "pin_header",
            Self::PostActivity => "post_activity",
            Self::SendPrivateReply => "send_private_reply",
            Self::UpsertAnnouncement => "upsert_announcement",
            Self::PostAnnouncementReply => "post_announcement_reply",
            Self::SendDirectMessage => "send_direct_message",
            Self::AddPushpin => "add_pushpin",
            Self::RemovePushpin => "remove_pushpin",
            Self::FetchMessage => "fetch_message",
            Self::SetTopic => "set_topic",
            Self::SetPurpose => "set_purpose",
            Self::RenameChannel => "rename_channel",
            Self::SyncBookmarks => "sync_bookmarks",
            Self::SuggestCall => "suggest_call",
            Self::FetchPermalink => "fetch_permalink",
            Self::PostReminder => "post_reminder",
            Self::ArchiveChannel => "archive_channel",
            Self::ListOldMembers => "list_old_members",
            Self::DeleteAnnouncement => "delete_announcement",
            Self::PostOldChannelNotice => "post_old_channel_notice",
            Self::ArchiveOldChannel => "archive_old_channel",
            Self::SendBriefing => "send_briefing",
            Self::Repair => "repair",
            Self::FetchUser => "fetch_user",
            Self::ResolveUser => "resolve_user",
            Self::SendDeferredReply => "send_deferred_reply",
        }
    }
}
