//! Rate-limit keys of each delivery. A delivery is started only while all of them are open.

use muster_commands::ChannelId;

use crate::app::AnnouncementsChannel;
use crate::domain::{Delivery, RenameReason};
use crate::store::{MessageState, ReadyDelivery, Uncertainty};
use crate::worker::rate_limits::RateLimitKey;

/// Returns the rate-limit keys of a delivery, including its lookup if an earlier attempt is uncertain.
pub fn rate_limits(ready: &ReadyDelivery, global: &AnnouncementsChannel) -> Vec<RateLimitKey> {
    let (looking, doing) = match &ready.delivery.payload {
        Delivery::CreateChannel { .. } => {
            ("conversations.list", method_keys("conversations.create"))
        }
        Delivery::UpsertHeader if ready.header == MessageState::Posted => {
            return method_keys("chat.update");
        }
        Delivery::UpsertHeader | Delivery::PostActivity { .. } | Delivery::PostReminder { .. } => {
            ("conversations.history", post_keys(ready.channel.as_ref()))
        }
        Delivery::UpsertAnnouncement if ready.announcement == MessageState::Posted => {
            return method_keys("chat.update");
        }
        Delivery::UpsertAnnouncement => ("conversations.history", post_keys(ready_channel(global))),
        Delivery::PostOldChannelNotice { channel } => {
            ("conversations.history", post_keys(Some(channel)))
        }
        Delivery::ListOldMembers { .. } => return method_keys("conversations.members"),
        Delivery::DeleteAnnouncement => {
            return [
                method_keys("conversations.replies"),
                method_keys("chat.delete"),
            ]
            .concat();
        }
        Delivery::ArchiveOldChannel { .. } => return method_keys("conversations.archive"),
        Delivery::PostAnnouncementReply { .. } => {
            ("conversations.replies", post_keys(ready_channel(global)))
        }
        Delivery::SendDirectMessage { user, .. } => {
            // Slack: a message to a user ID goes to one channel, which has its own posting limit.
            let direct = ChannelId(user.to_string());
            ("conversations.history", post_keys(Some(&direct)))
        }
        Delivery::SyncBookmarks => return BOOKMARK_METHODS.map(RateLimitKey::Method).to_vec(),
        Delivery::SuggestCall { .. } => return method_keys("chat.postEphemeral"),
        Delivery::InviteUser { .. } => return method_keys("conversations.invite"),
        Delivery::KickUser { .. } => return method_keys("conversations.kick"),
        Delivery::SendPrivateReply { origin: place, .. } if place.thread_ts.is_some() => {
            ("conversations.replies", post_keys(place.channel.as_ref()))
        }
        Delivery::SendPrivateReply { .. } | Delivery::SendBriefing { .. } => {
            return method_keys("chat.postEphemeral");
        }
        Delivery::PinHeader { .. } => return method_keys("pins.add"),
        Delivery::SetTopic => return method_keys("conversations.setTopic"),
        Delivery::SetPurpose => return method_keys("conversations.setPurpose"),
        Delivery::RenameChannel { reason: naming, .. } => return rename_keys(*naming, ready),
        Delivery::AddPushpin { .. } => return method_keys("reactions.add"),
        Delivery::RemovePushpin { .. } => return method_keys("reactions.remove"),
        Delivery::FetchMessage { .. } => return method_keys("reactions.get"),
        Delivery::FetchPermalink { .. } => return method_keys("chat.getPermalink"),
        Delivery::ArchiveChannel => (
            "conversations.info",
            [
                method_keys("conversations.history"),
                method_keys("conversations.archive"),
            ]
            .concat(),
        ),
        Delivery::Repair { .. } => {
            let all = [
                "conversations.info",
                "conversations.history",
                "bookmarks.list",
            ];
            return all.map(RateLimitKey::Method).to_vec();
        }
        Delivery::FetchUser { .. } | Delivery::ResolveUser { .. } => {
            return method_keys("users.info");
        }
        // It uses the response URL first. Slack accepts five messages there, regardless of other limits.
        Delivery::SendDeferredReply { .. } => return Vec::new(),
    };
    match ready.delivery.uncertain_since {
        Uncertainty::None => doing,
        Uncertainty::Since(_) => [method_keys(looking), doing].concat(),
    }
}

/// Returns the keys for reading a channel's name. A rename that follows a change of the incident also waits
/// until the channel may be renamed again, so that several changes lead to one rename.
fn rename_keys(naming: RenameReason, ready: &ReadyDelivery) -> Vec<RateLimitKey> {
    let mut calls = method_keys("conversations.info");
    match naming {
        RenameReason::IncidentChanged => {
            calls.extend(ready.channel.clone().map(RateLimitKey::Renames))
        }
        RenameReason::NameReserved => calls.extend(method_keys("conversations.rename")),
        RenameReason::NameReported => {}
    }
    calls
}

/// Methods of one bookmark step: it lists the bookmarks, then calls one of the other three.
const BOOKMARK_METHODS: [&str; 4] = [
    "bookmarks.list",
    "bookmarks.add",
    "bookmarks.edit",
    "bookmarks.remove",
];

fn method_keys(name: &'static str) -> Vec<RateLimitKey> {
    vec![RateLimitKey::Method(name)]
}

/// Returns the key that a rate-limit response closes: a channel for posts, the method for other calls.
pub fn limited_key(method: &'static str, calls: &[RateLimitKey]) -> RateLimitKey {
    let posts = calls
        .iter()
        .find(|counted| matches!(counted, RateLimitKey::Posts(_)));
    match posts {
        Some(posts) if method == "chat.postMessage" => posts.clone(),
        Some(_) | None => RateLimitKey::Method(method),
    }
}

fn post_keys(channel: Option<&ChannelId>) -> Vec<RateLimitKey> {
    let mut calls = vec![RateLimitKey::Method("chat.postMessage")];
    calls.extend(channel.cloned().map(RateLimitKey::Posts));
    calls
}

fn ready_channel(global: &AnnouncementsChannel) -> Option<&ChannelId> {
    match global {
        AnnouncementsChannel::Ready(channel) => Some(channel),
        AnnouncementsChannel::Unknown | AnnouncementsChannel::Missing(_) => None,
    }
}
