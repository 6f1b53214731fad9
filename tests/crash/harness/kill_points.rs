//! Kills the bot at the kill points of a delivery.

use std::fmt;
use std::panic::panic_any;

use muster_domain::DeliveryKind;
use muster_sandbox::{HeldCall, HoldPoint, Sandbox};
use serde_json::Value;

use crate::deliveries::declare_and_prepare;
use crate::expected_state::CHANNEL;
use crate::harness::{WAIT_TIMEOUT, World, no_preparation, wait_for};
use crate::matrix::{KillPointMissed, run_delivery_matrix};

/// A kill point of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KillPoint {
    /// The attempt is counted, and Slack has not executed the call.
    BeforeCall,
    /// Slack has executed the call, and its response does not arrive.
    AfterCall,
    /// The response arrived, and its result is not stored.
    BeforeCommit,
}

impl KillPoint {
    /// All kill points.
    pub const ALL: [Self; 3] = [Self::BeforeCall, Self::AfterCall, Self::BeforeCommit];

    /// Returns the point at which the call must be held.
    pub fn hold_point(self) -> HoldPoint {
        match self {
            Self::BeforeCall => HoldPoint::Before,
            Self::AfterCall | Self::BeforeCommit => HoldPoint::After,
        }
    }
}

impl fmt::Display for KillPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BeforeCall => "killed before the call",
            Self::AfterCall => "killed before the answer",
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

/// A delivery to kill, in a scenario.
#[derive(Clone, Copy, Debug)]
pub struct DeliveryCase {
    pub kind: DeliveryKind,
    pub mode: SendMode,
    /// The cause of the delivery, for the report of a failed case.
    pub scenario: &'static str,
}

impl DeliveryCase {
    /// Returns a delivery that edits no message.
    pub fn create(kind: DeliveryKind, scenario: &'static str) -> Self {
        Self {
            kind,
            mode: SendMode::Create,
            scenario,
        }
    }

    /// Returns a delivery that edits the message, if it has one.
    pub fn edit(kind: DeliveryKind, scenario: &'static str) -> Self {
        Self {
            mode: SendMode::Edit,
            ..Self::create(kind, scenario)
        }
    }
}

impl fmt::Display for DeliveryCase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.kind.as_str(), self.scenario)
    }
}

/// Declares the incident, kills the bot at each kill point of a delivery, restarts it, and checks the result. The output of `prepare` is passed to the action that enqueues the delivery.
pub async fn kill_during<Prepared>(
    case: DeliveryCase,
    prepare: impl AsyncFn(&World) -> Prepared,
    act: impl AsyncFn(&World, &Prepared),
    check: impl Fn(&World, &Prepared),
) {
    let name = case.to_string();
    run_delivery_matrix(
        &name,
        case.kind as usize,
        &KillPoint::ALL,
        async |mut world: World, kill_point| {
            let prepared = declare_and_prepare(&world, &prepare).await;
            let act = async |world: &World| act(world, &prepared).await;
            kill_at(&mut world, case, kill_point, act).await;
            world.start_app().await;
            world.deliver_all().await;
            check(&world, &prepared);
        },
    )
    .await;
}

/// Kills the bot like `kill_during`, without a preparation.
pub async fn kill_during_action(
    case: DeliveryCase,
    act: impl AsyncFn(&World),
    check: impl Fn(&World),
) {
    let act = async |world: &World, (): &()| act(world).await;
    kill_during(case, no_preparation, act, |world, ()| check(world)).await;
}

/// Selects the call of a delivery among the calls of the same method.
#[derive(Clone, Copy, Debug)]
enum CallFilter {
    None,
    Header,
    Announcement,
    ThreadReply,
    OldChannel,
    Activity,
    ClosingSummary,
    DirectMessage,
    /// A notification: a subject and a body in Markdown.
    Notification,
    /// A reminder that was answered, postponed or stopped.
    Reminder,
}

impl CallFilter {
    fn matches(self, arguments: &Value, announcements: &str, old_channel: Option<&str>) -> bool {
        let has_title = arguments["blocks"][0]["type"] == "header";
        let channel = arguments["channel"].as_str();
        let is_announced = channel == Some(announcements);
        // Direct messages are posted to the user's ID.
        let is_direct = channel.is_some_and(|channel| channel.starts_with('U'));
        match self {
            Self::None => true,
            Self::Header => has_title && !is_announced,
            Self::Announcement => has_title && is_announced,
            Self::ThreadReply => !is_direct && arguments["thread_ts"].is_string(),
            Self::OldChannel => channel == old_channel,
            Self::Activity => !has_title && !is_direct && arguments["thread_ts"] == Value::Null,
            Self::ClosingSummary => {
                let text = arguments["text"].as_str().unwrap_or_default();
                text.starts_with(":white_check_mark:")
            }
            Self::DirectMessage => is_direct,
            Self::Notification => arguments["blocks"][1]["type"] == "markdown",
            Self::Reminder => arguments["blocks"][0]["type"] == "context",
        }
    }
}

/// Holds the next call of a delivery.
pub fn hold_call(
    slack: &Sandbox,
    kind: DeliveryKind,
    mode: SendMode,
    hold_point: HoldPoint,
) -> HeldCall {
    let announcements = slack.channel("incidents").unwrap();
    let old_channel = slack.channel(CHANNEL).map(|channel| channel.to_string());
    let (method, filter) = api_method(kind, mode);
    slack.hold_call_where(method, hold_point, move |arguments| {
        filter.matches(arguments, &announcements, old_channel.as_deref())
    })
}

/// Returns the method of a delivery, and the filter for its calls.
#[expect(clippy::too_many_lines, reason = "one line for each delivery kind")]
fn api_method(kind: DeliveryKind, mode: SendMode) -> (&'static str, CallFilter) {
    let upsert = match mode {
        SendMode::Create => "chat.postMessage",
        SendMode::Edit => "chat.update",
    };
    let method = match kind {
        DeliveryKind::UpsertHeader => return (upsert, CallFilter::Header),
        DeliveryKind::UpsertAnnouncement => return (upsert, CallFilter::Announcement),
        DeliveryKind::PostAnnouncementReply => {
            return ("chat.postMessage", CallFilter::ThreadReply);
        }
        DeliveryKind::PostOldChannelNotice => return ("chat.postMessage", CallFilter::OldChannel),
        DeliveryKind::PostActivity => return ("chat.postMessage", CallFilter::Activity),
        DeliveryKind::SendDirectMessage => return ("chat.postMessage", CallFilter::DirectMessage),
        DeliveryKind::PostClosingSummary => {
            return ("chat.postMessage", CallFilter::ClosingSummary);
        }
        DeliveryKind::PostReminder => "chat.postMessage",
        // The preparation makes no call; the call that follows it is held.
        DeliveryKind::PostNotification | DeliveryKind::PrepareNotification => {
            return ("chat.postMessage", CallFilter::Notification);
        }
        DeliveryKind::CreateChannel => "conversations.create",
        DeliveryKind::InviteUser => "conversations.invite",
        DeliveryKind::InviteGroup | DeliveryKind::ExpandUserGroup => "usergroups.list",
        // Their receivers hold the requests.
        DeliveryKind::SendWebhook | DeliveryKind::PagePagerduty => "webhook",
        DeliveryKind::SendMail => "smtp.dot",
        DeliveryKind::KickUser => "conversations.kick",
        DeliveryKind::PinHeader => "pins.add",
        DeliveryKind::SendPrivateReply | DeliveryKind::SendDeferredReply => "response_url",
        DeliveryKind::ListOldMembers => "conversations.members",
        DeliveryKind::DeleteAnnouncement => "chat.delete",
        DeliveryKind::ArchiveOldChannel | DeliveryKind::ArchiveChannel => "conversations.archive",
        DeliveryKind::SendBriefing | DeliveryKind::SuggestCall => "chat.postEphemeral",
        DeliveryKind::AddPushpin => "reactions.add",
        DeliveryKind::RemovePushpin => "reactions.remove",
        DeliveryKind::EditActivityPost => "chat.update",
        DeliveryKind::EditReminder => return ("chat.update", CallFilter::Reminder),
        DeliveryKind::FetchMessage => "reactions.get",
        DeliveryKind::SetTopic => "conversations.setTopic",
        DeliveryKind::RenameChannel => "conversations.rename",
        DeliveryKind::SetPurpose => "conversations.setPurpose",
        DeliveryKind::SyncBookmarks => "bookmarks.add",
        DeliveryKind::FetchPermalink => "chat.getPermalink",
        DeliveryKind::ExportPostmortem => match mode {
            SendMode::Create => "conversations.canvases.create",
            SendMode::Edit => "canvases.edit",
        },
        DeliveryKind::Repair => "conversations.info",
        DeliveryKind::FetchUser | DeliveryKind::ResolveUser => "users.info",
    };
    (method, CallFilter::None)
}

/// Runs an action that enqueues a delivery, and kills the bot at the kill point.
pub async fn kill_at(
    world: &mut World,
    case: DeliveryCase,
    kill_point: KillPoint,
    act: impl AsyncFnOnce(&World),
) {
    let hold_point = kill_point.hold_point();
    let call = hold_call(&world.slack, case.kind, case.mode, hold_point);
    act(world).await;
    wait_for_call(&call, case.kind).await;
    kill_during_call(world, call, case.kind, kill_point).await;
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
    kind: DeliveryKind,
    kill_point: KillPoint,
) {
    match kill_point {
        KillPoint::BeforeCall | KillPoint::AfterCall => world.kill_app().await,
        KillPoint::BeforeCommit => kill_before_commit(world, kind, || call.release()).await,
    }
    // A dead process sends no calls: a call that has not been executed is discarded.
    call.drop_connection();
    let waiting = world.database.pending_deliveries(kind.as_str());
    assert!(waiting > 0, "{} was stored before the kill", kind.as_str());
}

/// Releases the response while the store is locked, and kills the bot once it has received it.
pub async fn kill_before_commit(world: &mut World, kind: DeliveryKind, release: impl Fn()) {
    let kind = kind.as_str();
    // Waits for the other deliveries of this kind, so that the attempt counted below is the held one.
    let alone = async || world.database.pending_deliveries(kind) == 1;
    wait_for("single pending delivery", alone).await;
    let lock = world.lock_store().await;
    let made = world.delivery_attempts(kind, "done").await;
    release();
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
