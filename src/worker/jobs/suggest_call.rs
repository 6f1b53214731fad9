//! Sends `suggest_call` (`chat.postEphemeral`): asks whether a pasted URL is the incident's video call.

use crate::app::App;
use crate::domain::{Delivery, DeliveryOutput};
use crate::slack::SlackError;
use crate::slack::blocks::call_suggestion;
use crate::slack::client::SlackResult;
use crate::store::Attempt;
use crate::worker::jobs::create_channel::writable_channel;

/// Asks the user in the incident's channel, unless the incident has a call URL by now.
///
/// Delivered at least once: an ephemeral message cannot be looked up, so the user may be asked twice. If
/// Slack rejects it, nothing is lost: the URL is in the channel.
pub async fn suggest_call(app: &App, attempt: &Attempt) -> SlackResult<DeliveryOutput> {
    let (incident, effect) = (&attempt.incident, &attempt.delivery.payload);
    let (Delivery::SuggestCall { user, url }, None) = (effect, &incident.call_url) else {
        return Ok(DeliveryOutput::Nothing);
    };
    let Some(channel) = writable_channel(incident) else {
        return Ok(DeliveryOutput::Nothing);
    };
    match app
        .slack
        .post_ephemeral(channel, user, &call_suggestion::call_suggestion(url))
        .await
    {
        Err(trouble @ SlackError::Api { .. }) if !trouble.is_token_error() => {
            tracing::info!(incident.id = %incident.id, "The call suggestion was not delivered: {trouble}");
            Ok(DeliveryOutput::Nothing)
        }
        answer => answer.map(|()| DeliveryOutput::Nothing),
    }
}
