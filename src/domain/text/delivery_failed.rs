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
        let subject = user.map_or_else(|| Span::from("A person"), Span::from);
        rich![subject, format!("{effect} {reason}")]
    } else {
        rich![format!("{effect} {reason}")]
    }
}

#[expect(clippy::too_many_lines, reason = "one line for each delivery kind")]
fn failed_effect(kind: DeliveryKind) -> &'static str {
    match kind {
        DeliveryKind::CreateChannel => "Couldn't create the incident's channel.",
        DeliveryKind::InviteUser => " couldn't be added to the channel.",
        DeliveryKind::InviteGroup => "Couldn't add a user group to the channel.",
        DeliveryKind::KickUser => {
            " couldn't be removed from the channel and can still read it. Remove them by hand."
        }
        DeliveryKind::UpsertHeader => "Couldn't update the header.",
        DeliveryKind::PinHeader => "Couldn't pin the header.",
        DeliveryKind::PostActivity => "Couldn't send a post.",
        DeliveryKind::PostClosingSummary => "Couldn't post the closing summary.",
        DeliveryKind::SendPrivateReply => "Couldn't send the link to the channel.",
        DeliveryKind::UpsertAnnouncement => "Couldn't announce the incident.",
        DeliveryKind::PostAnnouncementReply => "Couldn't post in the announcement's thread.",
        DeliveryKind::PrepareNotification => "Couldn't prepare a notification.",
        DeliveryKind::ExpandUserGroup => "Couldn't notify a user group.",
        DeliveryKind::PostNotification => "Couldn't post a notification.",
        DeliveryKind::SendWebhook => "Couldn't send a notification to a webhook.",
        DeliveryKind::PagePagerduty => "Couldn't page with PagerDuty.",
        DeliveryKind::SendMail => "Couldn't send a mail.",
        DeliveryKind::SendDirectMessage => " couldn't be sent a direct message.",
        DeliveryKind::AddPushpin => "Couldn't add a reaction to a message.",
        DeliveryKind::RemovePushpin => "Couldn't remove the reaction from a message.",
        DeliveryKind::FetchMessage => "Couldn't read a pinned message.",
        DeliveryKind::SetTopic => "Couldn't set the channel's topic.",
        DeliveryKind::SetPurpose => "Couldn't set the channel's description.",
        DeliveryKind::RenameChannel => "Couldn't rename the channel.",
        DeliveryKind::SyncBookmarks => "Couldn't bookmark a link.",
        DeliveryKind::ExportPostmortem => "Couldn't export the postmortem.",
        DeliveryKind::SuggestCall => "Couldn't suggest a video call.",
        DeliveryKind::FetchPermalink => "Couldn't get the link to a message.",
        DeliveryKind::PostReminder => "Couldn't post a reminder.",
        DeliveryKind::EditReminder => "Couldn't update an answered reminder.",
        DeliveryKind::EditActivityPost => "Couldn't update a corrected post.",
        DeliveryKind::ArchiveChannel => "Couldn't archive the channel.",
        DeliveryKind::ListOldMembers => {
            "Couldn't add the other members of the old channel to the new one."
        }
        DeliveryKind::DeleteAnnouncement => "Couldn't delete the announcement.",
        DeliveryKind::PostOldChannelNotice => {
            "Couldn't post in the old channel that the incident has moved."
        }
        DeliveryKind::ArchiveOldChannel => "Couldn't archive the old channel.",
        DeliveryKind::SendBriefing => "Couldn't send the briefing to a new member.",
        DeliveryKind::Repair => "Couldn't check what's missing in Slack.",
        DeliveryKind::FetchUser => "Couldn't get a person's name.",
        DeliveryKind::ResolveUser => "Couldn't identify a person.",
        DeliveryKind::SendDeferredReply => "Couldn't send a reply.",
    }
}
