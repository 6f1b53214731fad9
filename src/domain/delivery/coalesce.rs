//! Defines how queued deliveries with the same ordering key are coalesced.

use crate::domain::Delivery;

/// How a delivery coalesces with queued deliveries of its kind that have the same ordering key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coalesce {
    /// It sends the newest state, so one delivery replaces all of them.
    Latest,
    /// All of them are sent in one message.
    Batch,
    /// Each is sent separately.
    Never,
}

impl Delivery {
    /// Returns how this kind of delivery coalesces.
    pub fn coalesce(&self) -> Coalesce {
        match self {
            Self::UpsertHeader
            | Self::SetTopic
            | Self::SetPurpose
            | Self::RenameChannel { .. }
            | Self::UpsertAnnouncement
            | Self::PostReminder { .. }
            | Self::ArchiveChannel
            | Self::SyncBookmarks
            | Self::DeleteAnnouncement
            | Self::PostOldChannelNotice { .. }
            | Self::ArchiveOldChannel { .. }
            | Self::SendBriefing { .. } => Coalesce::Latest,
            Self::PostActivity { .. }
            | Self::PostAnnouncementReply { .. }
            | Self::SendDirectMessage { .. } => Coalesce::Batch,
            Self::ListOldMembers { .. }
            | Self::CreateChannel { .. }
            | Self::InviteUser { .. }
            | Self::KickUser { .. }
            | Self::PinHeader { .. }
            | Self::SendPrivateReply { .. }
            | Self::AddPushpin { .. }
            | Self::RemovePushpin { .. }
            | Self::FetchMessage { .. }
            | Self::SuggestCall { .. }
            | Self::FetchPermalink { .. }
            | Self::Repair { .. }
            | Self::ResolveUser { .. }
            | Self::SendDeferredReply { .. }
            | Self::FetchUser { .. } => Coalesce::Never,
        }
    }
}
