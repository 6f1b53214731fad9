//! Kills the bot at the kill points of a delivery.

use std::fmt;
use std::panic::panic_any;

use muster::domain::DeliveryKind;
use muster_sandbox::{HeldCall, HoldPoint, Sandbox};
use serde_json::Value;

use crate::expected_state::CHANNEL;
use crate::harness::{WAIT_TIMEOUT, World, wait_for};
use crate::matrix::KillPointMissed;

/// A kill point of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KillPoint {
    /// The attempt is counted, and Slack has not executed the call.
    BeforeCall,
    /// Slack has executed the call, and its response does not arrive.
    BeforeResponse,
    /// The response arrived, and its result is not stored.
    BeforeCommit,
}

impl KillPoint {
    /// All kill points.
    pub const ALL: [Self; 3] = [Self::BeforeCall, Self::BeforeResponse, Self::BeforeCommit];

    /// Returns the point at which the call must be held.
    pub fn hold_point(self) -> HoldPoint {
        match self {
            Self::BeforeCall => HoldPoint::Before,
            Self::BeforeResponse | Self::BeforeCommit => HoldPoint::After,
        }
    }
}

impl fmt::Display for KillPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BeforeCall => "killed before the call",
            Self::BeforeResponse => "killed before the answer",
            Self::BeforeCommit => "killed before it is stored",
        })
    }
}

/// Whether a message is posted for the first time or edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendMode {
    /// The message does not exist yet.
    Create,
    /// The message exists and is edited.
    Edit,
}

/// Holds the next call of a delivery.
pub fn hold_call(
    slack: &Sandbox,
    kind: DeliveryKind,
    mode: SendMode,
    hold_point: HoldPoint,
) -> HeldCall {
    let global = slack.channel("incidents").unwrap();
    let old_channel = slack.channel(CHANNEL).map(|channel| channel.to_string());
    slack.hold_call_where(api_method(kind, mode), hold_point, move |arguments| {
        let is_titled = arguments["blocks"][0]["type"] == "header";
        let is_announced = arguments["channel"].as_str() == Some(&*global);
        // Direct messages are posted to the user's ID.
        let is_direct = arguments["channel"]
            .as_str()
            .is_some_and(|channel| channel.starts_with('U'));
        match kind {
            DeliveryKind::UpsertHeader => is_titled && !is_announced,
            DeliveryKind::UpsertAnnouncement => is_titled && is_announced,
            DeliveryKind::PostAnnouncementReply => arguments["thread_ts"].is_string(),
            DeliveryKind::PostOldChannelNotice => {
                arguments["channel"].as_str() == old_channel.as_deref()
            }
            DeliveryKind::PostActivity => {
                !is_titled && !is_direct && arguments["thread_ts"] == Value::Null
            }
            DeliveryKind::SendDirectMessage => is_direct,
            _ => true,
        }
    })
}

/// Returns the method of a delivery.
fn api_method(kind: DeliveryKind, mode: SendMode) -> &'static str {
    match (kind, mode) {
        (DeliveryKind::CreateChannel, _) => "conversations.create",
        (DeliveryKind::InviteUser, _) => "conversations.invite",
        (DeliveryKind::KickUser, _) => "conversations.kick",
        (DeliveryKind::UpsertHeader | DeliveryKind::UpsertAnnouncement, SendMode::Create)
        | (
            DeliveryKind::PostActivity
            | DeliveryKind::PostAnnouncementReply
            | DeliveryKind::PostReminder
            | DeliveryKind::SendDirectMessage,
            _,
        ) => "chat.postMessage",
        (DeliveryKind::UpsertHeader | DeliveryKind::UpsertAnnouncement, SendMode::Edit) => {
            "chat.update"
        }
        (DeliveryKind::PinHeader, _) => "pins.add",
        (DeliveryKind::SendPrivateReply, _) => "response_url",
        (DeliveryKind::ListOldMembers, _) => "conversations.members",
        (DeliveryKind::DeleteAnnouncement, _) => "chat.delete",
        (DeliveryKind::PostOldChannelNotice, _) => "chat.postMessage",
        (DeliveryKind::ArchiveOldChannel, _) => "conversations.archive",
        (DeliveryKind::SendBriefing, _) => "chat.postEphemeral",
        (DeliveryKind::AddPushpin, _) => "reactions.add",
        (DeliveryKind::RemovePushpin, _) => "reactions.remove",
        (DeliveryKind::FetchMessage, _) => "reactions.get",
        (DeliveryKind::SetTopic, _) => "conversations.setTopic",
        (DeliveryKind::RenameChannel, _) => "conversations.rename",
        (DeliveryKind::SetPurpose, _) => "conversations.setPurpose",
        (DeliveryKind::SyncBookmarks, _) => "bookmarks.add",
        (DeliveryKind::SuggestCall, _) => "chat.postEphemeral",
        (DeliveryKind::FetchPermalink, _) => "chat.getPermalink",
        (DeliveryKind::ArchiveChannel, _) => "conversations.archive",
        (DeliveryKind::Repair, _) => "conversations.info",
        (DeliveryKind::FetchUser | DeliveryKind::ResolveUser, _) => "users.info",
        (DeliveryKind::SendDeferredReply, _) => "response_url",
    }
}

/// Runs an action that enqueues a delivery, and kills the bot at the kill point.
pub async fn kill_at(
    world: &mut World,
    (kind, mode, kill_point): (DeliveryKind, SendMode, KillPoint),
    act: impl AsyncFnOnce(&World),
) {
    let call = hold_call(&world.slack, kind, mode, kill_point.hold_point());
    act(world).await;
    wait_for_call(&call, kind).await;
    kill_during_call(world, call, (kind, kill_point)).await;
}

/// Waits until the held call has reached its hold point.
pub async fn wait_for_call(call: &HeldCall, kind: DeliveryKind) {
    let result = tokio::time::timeout(WAIT_TIMEOUT, call.wait_for_call()).await;
    assert!(result.is_ok(), "no call for {}", kind.as_str());
}

/// Kills the bot while a call is held.
pub async fn kill_during_call(
    world: &mut World,
    call: HeldCall,
    (kind, kill_point): (DeliveryKind, KillPoint),
) {
    match kill_point {
        KillPoint::BeforeCall | KillPoint::BeforeResponse => world.kill_app().await,
        KillPoint::BeforeCommit => kill_before_commit(world, &call, kind).await,
    }
    // A dead process sends no calls: a call that has not been executed is discarded.
    call.drop_connection();
    let waiting = world.database.pending_deliveries(kind.as_str());
    assert!(waiting > 0, "{} was stored before the kill", kind.as_str());
}

/// Releases the response while the store is locked, and kills the bot once it has received it.
async fn kill_before_commit(world: &mut World, call: &HeldCall, kind: DeliveryKind) {
    let kind = kind.as_str();
    // Waits for the other deliveries of this kind, so that the attempt counted below is the held one.
    let alone = async || world.database.pending_deliveries(kind) == 1;
    wait_for("single pending delivery", alone).await;
    let database = world.database.clone();
    let lock = tokio::task::spawn_blocking(move || database.lock())
        .await
        .unwrap();
    let made = world.delivery_attempts(kind, "done").await;
    call.release();
    let is_over = async || {
        let is_answered = world.delivery_attempts(kind, "done").await > made;
        let is_missed = !is_answered && world.delivery_attempts(kind, "retried").await > 0;
        if is_missed {
            // The machine is so busy that the request timed out, after 10 s.
            panic_any(KillPointMissed);
        }
        is_answered
    };
    wait_for("response", is_over).await;
    world.kill_app().await;
    lock.release();
}
