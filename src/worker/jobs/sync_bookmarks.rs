//! Sends `sync_bookmarks` (`bookmarks.*`): updates the bookmarks of an incident's channel step by step.

use muster_commands::ChannelId;

use crate::app::App;
use crate::domain::{BookmarkStep, DeliveryOutput};
use crate::slack::client::SlackResult;
use crate::store::{Attempt, CompletedDeliveries};
use crate::worker::jobs::create_channel::{bot_identity, channel_result, writable_channel};

/// Lists the bookmarks and applies the next step. Returns whether steps remain.
///
/// A repeated attempt finds the result of the first one. A link that Slack rejects does not block the
/// others.
pub async fn sync_bookmarks(app: &App, attempt: &Attempt) -> SlackResult<CompletedDeliveries> {
    let Some(channel) = writable_channel(&attempt.incident) else {
        return Ok(CompletedDeliveries::with_coalesced(
            attempt,
            DeliveryOutput::Nothing,
        ));
    };
    let receipt = match run_steps(app, attempt, channel).await {
        Ok(receipt) => receipt,
        Err(trouble) => channel_result(channel, Err(trouble))?,
    };
    Ok(CompletedDeliveries::with_coalesced(attempt, receipt))
}

async fn run_steps(
    app: &App,
    attempt: &Attempt,
    channel: &ChannelId,
) -> SlackResult<DeliveryOutput> {
    let incident = &attempt.incident;
    let us = bot_identity(app).await?.user_id;
    let standing = app.slack.list_bookmarks(channel, &us).await?;
    let steps = BookmarkStep::plan(&incident.bookmarks(), &standing);
    let mut refused = None;
    for (number, run_steps) in (1..).zip(&steps) {
        match app.slack.apply_bookmark_step(channel, run_steps).await {
            Ok(()) if number == steps.len() && refused.is_none() => {
                return Ok(DeliveryOutput::Nothing);
            }
            Ok(()) => return Ok(DeliveryOutput::Unfinished),
            Err(trouble) if trouble.has_code(&["invalid_link"]) => refused = Some(trouble),
            Err(trouble) => return Err(trouble),
        }
    }
    refused.map_or(Ok(DeliveryOutput::Nothing), Err)
}
