//! Failed deliveries as text: what did not happen, and the remedy.

use super::{RichText, Span, rich};
use crate::{DeliveryKind, UserId};

/// Returns the text for a failed delivery. `reason` says what to do about it.
pub(super) fn delivery_failed_text(
    kind: DeliveryKind,
    user: Option<&UserId>,
    reason: &str,
) -> RichText {
    let effect = failed_effect(kind);
    // These sentences begin with the user of the delivery.
    if effect.starts_with(' ') {
        let subject = user.map_or_else(|| Span::from("Somebody"), Span::from);
        rich![subject, format!("{effect} {reason}")]
    } else {
        rich![format!("{effect} {reason}")]
    }
}

#[expect(clippy::too_many_lines, reason = "one line for each delivery kind")]
fn failed_effect(kind: DeliveryKind) -> &'static str {
    match kind {
        DeliveryKind::CreateChannel => "The incident’s channel could not be created.",
        DeliveryKind::InviteUser => " could not be brought into the channel.",
        DeliveryKind::KickUser => {
            " could not be taken out of the channel, and reads along until somebody does it by hand."
        }
        DeliveryKind::UpsertHeader => "The header could not be shown.",
        DeliveryKind::PinHeader => "The header could not be pinned.",
        DeliveryKind::PostActivity => "A post could not be sent.",
        DeliveryKind::PostClosingSummary => "The closing summary could not be posted.",
        DeliveryKind::SendPrivateReply => "The pointer to the channel could not be shown.",
        DeliveryKind::UpsertAnnouncement => {
            "The incident could not be announced in the global channel."
        }
        DeliveryKind::PostAnnouncementReply => "A reply under the announcement could not be sent.",
        DeliveryKind::SendDirectMessage => " could not be told directly.",
        DeliveryKind::AddPushpin => "A message could not be marked with a reaction.",
        DeliveryKind::RemovePushpin => "The reaction on a message could not be taken off.",
        DeliveryKind::FetchMessage => "A pinned message could not be read.",
        DeliveryKind::SetTopic => "The channel’s topic could not be set.",
        DeliveryKind::SetPurpose => "The channel’s description could not be set.",
        DeliveryKind::RenameChannel => "The channel could not be renamed.",
        DeliveryKind::SyncBookmarks => "A link could not be bookmarked.",
        DeliveryKind::SuggestCall => "Nobody could be asked about a video call.",
        DeliveryKind::FetchPermalink => "A message’s link could not be found.",
        DeliveryKind::PostReminder => "A reminder could not be posted.",
        DeliveryKind::EditActivityPost => "A corrected post couldn’t be updated.",
        DeliveryKind::ArchiveChannel => "The channel could not be archived.",
        DeliveryKind::ListOldMembers => {
            "Those who only read along could not be brought into the new channel."
        }
        DeliveryKind::DeleteAnnouncement => "The announcement could not be taken back.",
        DeliveryKind::PostOldChannelNotice => {
            "The former channel could not be told that the incident went on elsewhere."
        }
        DeliveryKind::ArchiveOldChannel => "The former channel could not be archived.",
        DeliveryKind::SendBriefing => "A person who joined could not be shown how things stand.",
        DeliveryKind::Repair => "It could not be seen what is missing in Slack.",
        DeliveryKind::FetchUser => "A person’s name could not be found.",
        DeliveryKind::ResolveUser => "It could not be found out who somebody is.",
        DeliveryKind::SendDeferredReply => "Somebody could not be answered.",
    }
}
