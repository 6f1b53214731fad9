//! The old channel of an incident whose visibility changed: sends `list_old_members`,
//! `post_old_channel_notice` and `archive_old_channel`.

use muster_commands::ChannelId;

use crate::app::App;
use crate::domain::DeliveryOutput;
use crate::slack::blocks::old_channel_notice;
use crate::slack::client::SlackResult;
use crate::store::{Attempt, CompletedDeliveries};
use crate::worker::idempotent_post::{PostTarget, coalesced_ids, post_idempotent};
use crate::worker::jobs::create_channel::bot_identity;

/// Error codes that mean that the old channel is archived, deleted or inaccessible.
const OLD_CHANNEL_CLOSED_CODES: [&str; 4] = [
    "is_archived",
    "is_inactive",
    "channel_not_found",
    "not_in_channel",
];

/// Lists the members of the channel without the bot (`conversations.members`). A missing channel has none.
pub async fn list_members(app: &App, channel: &ChannelId) -> SlackResult<DeliveryOutput> {
    let us = bot_identity(app).await?.user_id;
    match app.slack.channel_members(channel).await {
        Ok(mut users) => {
            users.retain(|user| *user != us);
            Ok(DeliveryOutput::ChannelMembers(users))
        }
        Err(trouble) if trouble.has_code(&OLD_CHANNEL_CLOSED_CODES) => Ok(DeliveryOutput::Nothing),
        Err(trouble) => Err(trouble),
    }
}

/// Posts a notice that the incident continues in another channel. A closed channel is skipped.
pub async fn post_old_channel_notice(
    app: &App,
    attempt: &Attempt,
    channel: &ChannelId,
) -> SlackResult<CompletedDeliveries> {
    let message = old_channel_notice::old_channel_notice(&attempt.incident);
    let (delivery, along) = (&attempt.delivery, coalesced_ids(attempt));
    match post_idempotent(
        app,
        delivery,
        &along,
        &PostTarget::top_level(channel),
        &message,
    )
    .await
    {
        Err(trouble) if !trouble.has_code(&OLD_CHANNEL_CLOSED_CODES) => Err(trouble),
        Ok(_) | Err(_) => Ok(CompletedDeliveries::with_coalesced(
            attempt,
            DeliveryOutput::Nothing,
        )),
    }
}

/// Archives the old channel (`conversations.archive`). A closed channel counts as success.
pub async fn archive_old_channel(
    app: &App,
    attempt: &Attempt,
    channel: &ChannelId,
) -> SlackResult<CompletedDeliveries> {
    match app.slack.archive_channel(channel).await {
        Err(trouble) if !trouble.has_code(&OLD_CHANNEL_CLOSED_CODES) => Err(trouble),
        Ok(()) | Err(_) => Ok(CompletedDeliveries::with_coalesced(
            attempt,
            DeliveryOutput::Nothing,
        )),
    }
}
