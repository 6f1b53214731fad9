//! Sends `post_reminder` and `archive_channel`, if the current state still requires them.

use crate::app::App;
use crate::domain::{ARCHIVE_QUIET_PERIOD, ChannelEvent, DeliveryOutput, Reminder, Timestamp};
use crate::slack::blocks::reminder;
use crate::slack::client::SlackResult;
use crate::store::{Attempt, CompletedDeliveries, Uncertainty};
use crate::worker::idempotent_post::{PostTarget, coalesced_ids, post_idempotent};
use crate::worker::jobs::create_channel::{channel_result, writable_channel};

/// Posts a reminder in the incident's channel, in one message for all queued reminders of the kind.
pub async fn post_reminder(
    app: &App,
    attempt: &Attempt,
    of: Reminder,
    since: Timestamp,
) -> SlackResult<CompletedDeliveries> {
    let incident = &attempt.incident;
    let channel =
        writable_channel(incident).filter(|_| of.interval(incident, &attempt.settings).is_some());
    let Some(channel) = channel else {
        return Ok(CompletedDeliveries::with_coalesced(
            attempt,
            DeliveryOutput::Nothing,
        ));
    };
    let message = reminder::reminder(incident, of, app.clock.now().duration_since(since));
    let along = coalesced_ids(attempt);
    match post_idempotent(
        app,
        &attempt.delivery,
        &along,
        &PostTarget::top_level(channel),
        &message,
    )
    .await
    {
        Ok(posted) => Ok(CompletedDeliveries::from_post(
            &attempt.delivery,
            posted,
            DeliveryOutput::Nothing,
        )),
        Err(trouble) => Ok(CompletedDeliveries::with_coalesced(
            attempt,
            channel_result(channel, Err(trouble))?,
        )),
    }
}

/// Archives the incident's channel (`conversations.archive`), unless a user posted in it during the last
/// day. The last message is read directly before.
pub async fn archive_channel(app: &App, attempt: &Attempt) -> SlackResult<CompletedDeliveries> {
    let incident = &attempt.incident;
    let is_wanted = Reminder::Archive
        .interval(incident, &attempt.settings)
        .is_some();
    let Some(channel) = writable_channel(incident).filter(|_| is_wanted) else {
        return Ok(CompletedDeliveries::with_coalesced(
            attempt,
            DeliveryOutput::Nothing,
        ));
    };
    let archived = || DeliveryOutput::ChannelUnavailable {
        channel: channel.clone(),
        event: ChannelEvent::Archived,
    };
    // Archiving a channel removes the bot from it, so that its history can no longer be read.
    let in_doubt = attempt.delivery.uncertain_since != Uncertainty::None;
    if in_doubt && app.slack.channel_info(channel).await?.is_archived {
        return Ok(CompletedDeliveries::with_coalesced(attempt, archived()));
    }
    let receipt = match app.slack.last_human_message_at(channel).await {
        Ok(Some(last)) if last.plus(ARCHIVE_QUIET_PERIOD) > app.clock.now() => {
            DeliveryOutput::ChannelActive(last)
        }
        Ok(_) => match channel_result(channel, app.slack.archive_channel(channel).await)? {
            DeliveryOutput::Nothing => archived(),
            gone => gone,
        },
        Err(trouble) => channel_result(channel, Err(trouble))?,
    };
    Ok(CompletedDeliveries::with_coalesced(attempt, receipt))
}
