//! Sends `send_briefing` (`chat.postEphemeral`): the summary for a user who joined an incident's channel.

use muster_commands::UserId;

use crate::app::App;
use crate::domain::DeliveryOutput;
use crate::slack::blocks::briefing::briefing;
use crate::slack::client::SlackResult;
use crate::store::{Attempt, CompletedDeliveries};
use crate::worker::jobs::create_channel::{bot_identity, channel_result, writable_channel};

/// Sends the briefing to a user. A user who has left the channel again is skipped.
///
/// Delivered at least once: an ephemeral message cannot be looked up, so an uncertain attempt is repeated.
pub async fn send_briefing(
    app: &App,
    attempt: &Attempt,
    user: &UserId,
) -> SlackResult<CompletedDeliveries> {
    let nothing = CompletedDeliveries::with_coalesced(attempt, DeliveryOutput::Nothing);
    let Some(channel) = writable_channel(&attempt.incident) else {
        return Ok(nothing);
    };
    if bot_identity(app).await?.user_id == *user {
        return Ok(nothing);
    }
    let scale = attempt.settings.severity_scale();
    let lately = (attempt.recent_entries.as_slice(), attempt.next_update_at);
    let message = briefing(&attempt.incident, lately, &attempt.names, &scale);
    let shown = app.slack.post_ephemeral(channel, user, &message).await;
    match shown {
        Err(trouble) if trouble.has_code(&["user_not_in_channel", "user_not_found"]) => Ok(nothing),
        other => Ok(CompletedDeliveries::with_coalesced(
            attempt,
            channel_result(channel, other)?,
        )),
    }
}
