//! Runs the job of one delivery: sends its payload to Slack and returns the output.
//!
//! Delivery is at least once, because the process can die between Slack's response and the commit. A
//! repeated attempt is therefore idempotent, or looks for the earlier result before it sends again.

use muster_commands::{ChannelId, UserId};

use crate::app::App;
use crate::domain::{Delivery, DeliveryKind, DeliveryOutput, Incident, Visibility};
use crate::slack::SlackError;
use crate::slack::blocks::channel_topic;
use crate::slack::client::SlackResult;
use crate::store::{Attempt, CompletedDeliveries};
use crate::worker::jobs::create_channel::{
    ChannelSpec, channel_result, create_channel, writable_channel,
};
use crate::worker::jobs::{
    delete_announcement, old_channel, post_reminder, rename_channel, repair, resolve_user,
    send_briefing, send_direct_message, send_private_reply, suggest_call, sync_bookmarks,
};
use crate::worker::{announcements_channel, idempotent_post};

/// The reaction on messages that are on the timeline.
const PUSHPIN: &str = "pushpin";

/// Sends a delivery. Returns its output and the deliveries that are finished with it.
///
/// If the bot is not in the target channel, it joins the channel and retries once: a user may have
/// unarchived the channel or removed the bot from it.
pub async fn run_job(app: &App, attempt: &Attempt) -> SlackResult<CompletedDeliveries> {
    let answer = send(app, attempt).await;
    // The methods `bookmarks.*` report `permission_denied` instead of `not_in_channel`.
    let is_outside =
        |trouble: &SlackError| trouble.has_code(&["not_in_channel", "permission_denied"]);
    match target_channel(attempt) {
        Some(channel) if answer.as_ref().is_err_and(is_outside) => {
            match app.slack.join_channel(channel).await {
                Ok(()) => send(app, attempt).await,
                Err(still) => {
                    tracing::info!("The bot could not join an incident channel: {still}");
                    answer
                }
            }
        }
        Some(_) | None => answer,
    }
}

/// Returns the channel that the delivery is sent to, if the bot must be a member of it.
fn target_channel(attempt: &Attempt) -> Option<&ChannelId> {
    let incident = &attempt.incident;
    match attempt.delivery.payload.kind() {
        DeliveryKind::InviteUser
        | DeliveryKind::KickUser
        | DeliveryKind::UpsertHeader
        | DeliveryKind::PinHeader
        | DeliveryKind::PostActivity
        | DeliveryKind::SetTopic
        | DeliveryKind::SetPurpose
        | DeliveryKind::RenameChannel
        | DeliveryKind::PostReminder
        | DeliveryKind::ArchiveChannel
        | DeliveryKind::SendBriefing
        | DeliveryKind::SyncBookmarks
        | DeliveryKind::SuggestCall => writable_channel(incident),
        DeliveryKind::PostAnnouncementReply => {
            incident.announcement.as_ref().map(|card| &card.channel)
        }
        DeliveryKind::CreateChannel
        | DeliveryKind::ListOldMembers
        | DeliveryKind::DeleteAnnouncement
        | DeliveryKind::PostOldChannelNotice
        | DeliveryKind::ArchiveOldChannel
        | DeliveryKind::SendPrivateReply
        | DeliveryKind::SendDirectMessage
        | DeliveryKind::UpsertAnnouncement
        | DeliveryKind::AddPushpin
        | DeliveryKind::RemovePushpin
        | DeliveryKind::FetchMessage
        | DeliveryKind::FetchPermalink
        | DeliveryKind::Repair
        | DeliveryKind::FetchUser
        | DeliveryKind::ResolveUser
        | DeliveryKind::SendDeferredReply => None,
    }
}

async fn send(app: &App, attempt: &Attempt) -> SlackResult<CompletedDeliveries> {
    match &attempt.delivery.payload {
        Delivery::CreateChannel {
            name,
            last_tried: after,
            visibility,
            ..
        } => {
            let wanted = ChannelSpec {
                name,
                after: after.as_ref(),
                visibility: *visibility,
            };
            create_channel(app, attempt, wanted)
                .await
                .map(CompletedDeliveries::single)
        }
        Delivery::ListOldMembers { channel } => old_channel::list_members(app, channel)
            .await
            .map(CompletedDeliveries::single),
        Delivery::DeleteAnnouncement => {
            delete_announcement::delete_announcement(app, attempt).await
        }
        Delivery::PostOldChannelNotice { channel } => {
            old_channel::post_old_channel_notice(app, attempt, channel).await
        }
        Delivery::ArchiveOldChannel { channel } => {
            old_channel::archive_old_channel(app, attempt, channel).await
        }
        Delivery::UpsertHeader => idempotent_post::upsert_header(app, attempt).await,
        Delivery::PostActivity { .. } => idempotent_post::post_activity(app, attempt).await,
        Delivery::UpsertAnnouncement => {
            announcements_channel::upsert_announcement(app, attempt).await
        }
        Delivery::PostAnnouncementReply { .. } => {
            idempotent_post::post_announcement_reply(app, attempt).await
        }
        Delivery::SendPrivateReply { .. } => send_private_reply::send_private_reply(app, attempt)
            .await
            .map(CompletedDeliveries::single),
        Delivery::SendBriefing { user } => send_briefing::send_briefing(app, attempt, user).await,
        Delivery::SyncBookmarks => sync_bookmarks::sync_bookmarks(app, attempt).await,
        Delivery::SuggestCall { .. } => suggest_call::suggest_call(app, attempt)
            .await
            .map(CompletedDeliveries::single),
        Delivery::SendDirectMessage { user, .. } => {
            send_direct_message::send_direct_message(app, attempt, user).await
        }
        Delivery::InviteUser { .. }
        | Delivery::KickUser { .. }
        | Delivery::PinHeader { .. }
        | Delivery::SetTopic
        | Delivery::SetPurpose => update_channel(app, attempt).await,
        Delivery::RenameChannel {
            reason: naming,
            last_tried: after,
        } => rename_channel::rename_channel(app, attempt, *naming, after.as_ref()).await,
        // Where other users can read it, the reaction would reveal an incident that they may not see.
        Delivery::AddPushpin { channel, .. } if !attempt.incident.may_appear_in(channel) => {
            Ok(CompletedDeliveries::single(DeliveryOutput::Nothing))
        }
        Delivery::AddPushpin { channel, ts } => {
            let marked = app.slack.add_reaction(channel, ts, PUSHPIN).await;
            ignore_unavailable(marked.map(|()| DeliveryOutput::Nothing))
                .map(CompletedDeliveries::single)
        }
        Delivery::RemovePushpin { channel, ts } => {
            let unmarked = app.slack.remove_reaction(channel, ts, PUSHPIN).await;
            ignore_unavailable(unmarked.map(|()| DeliveryOutput::Nothing))
                .map(CompletedDeliveries::single)
        }
        Delivery::FetchMessage { channel, ts } => {
            let read = app.slack.fetch_message(channel, ts).await;
            let said = read.map(|message| DeliveryOutput::MessageFetched {
                text: message.text,
                permalink: message.permalink.unwrap_or_default(),
                edited_ts: message.edited_ts,
            });
            ignore_unavailable(said).map(CompletedDeliveries::single)
        }
        Delivery::FetchPermalink { channel, ts } => {
            let link = app.slack.permalink(channel, ts).await;
            ignore_unavailable(link.map(DeliveryOutput::Permalink)).map(CompletedDeliveries::single)
        }
        Delivery::PostReminder {
            reminder: of,
            since,
        } => post_reminder::post_reminder(app, attempt, *of, *since).await,
        Delivery::ArchiveChannel => post_reminder::archive_channel(app, attempt).await,
        Delivery::Repair { .. } => repair::inspect_incident(app, attempt)
            .await
            .map(CompletedDeliveries::single),
        Delivery::FetchUser { user } => resolve_user::fetch_user(app, user)
            .await
            .map(CompletedDeliveries::single),
        Delivery::ResolveUser {
            unresolved_user: stranger,
        } => resolve_user::resolve_user(app, attempt, stranger)
            .await
            .map(CompletedDeliveries::single),
        Delivery::SendDeferredReply {
            unresolved_user: stranger,
            resolution: became,
        } => resolve_user::send_deferred_reply(app, attempt, (stranger, became))
            .await
            .map(CompletedDeliveries::single),
    }
}

/// Sends a delivery that changes the members, pins, topic or purpose of the incident's channel.
async fn update_channel(app: &App, attempt: &Attempt) -> SlackResult<CompletedDeliveries> {
    let Attempt {
        delivery, incident, ..
    } = attempt;
    let Some(channel) = writable_channel(incident) else {
        return Ok(CompletedDeliveries::with_coalesced(
            attempt,
            DeliveryOutput::Nothing,
        ));
    };
    let slack = &app.slack;
    let answer = match &delivery.payload {
        Delivery::InviteUser { user } => slack.invite(channel, user).await,
        Delivery::KickUser { user } if may_stay(incident, user) => Ok(()),
        Delivery::KickUser { user } => slack.kick(channel, user).await,
        // The incident has another header by now, or moved to another channel: the old one is not pinned.
        Delivery::PinHeader { ts } if incident.header.as_ref() != Some(ts) => Ok(()),
        Delivery::PinHeader { ts } => slack.pin(channel, ts).await,
        Delivery::SetTopic => {
            slack
                .set_topic(
                    channel,
                    &channel_topic::topic(incident, &attempt.settings.severity_scale()),
                )
                .await
        }
        Delivery::SetPurpose => {
            slack
                .set_purpose(channel, &channel_topic::purpose(incident))
                .await
        }
        // The other kinds are not sent by this function.
        _ => Ok(()),
    };
    let receipt = channel_result(channel, answer)?;
    Ok(CompletedDeliveries::with_coalesced(attempt, receipt))
}

/// Returns whether the user may stay in the channel: it is public, or the user participates again.
fn may_stay(incident: &Incident, user: &UserId) -> bool {
    incident.visibility == Visibility::Public || incident.responder_ids().any(|known| known == user)
}

/// Error codes for a message, user or channel that is missing or inaccessible. They count as success.
///
/// Reactions, permalinks and user names are optional, and the message may be in a channel without the bot.
const UNAVAILABLE_CODES: [&str; 11] = [
    "not_in_channel",
    "channel_not_found",
    "message_not_found",
    "is_archived",
    "thread_locked",
    "not_reactable",
    "no_access",
    "too_many_emoji",
    "too_many_reactions",
    "user_not_found",
    "user_not_visible",
];

/// Returns the output of a call, or `Nothing` if its target is unavailable.
pub fn ignore_unavailable(answer: SlackResult<DeliveryOutput>) -> SlackResult<DeliveryOutput> {
    match answer {
        Err(SlackError::Api { code, .. }) if UNAVAILABLE_CODES.contains(&code.as_str()) => {
            Ok(DeliveryOutput::Nothing)
        }
        other => other,
    }
}
