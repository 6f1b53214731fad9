//! Sends `send_direct_message`: one idempotent message for all queued deliveries to a user.

use muster_commands::{ChannelId, UserId};

use crate::app::App;
use crate::domain::{AccountKind, Delivery, DeliveryOutput, DirectMessage, Viewer};
use crate::slack::SlackError;
use crate::slack::blocks::direct_message;
use crate::slack::client::SlackResult;
use crate::store::{Attempt, CompletedDeliveries, Uncertainty};
use crate::worker::idempotent_post::{PostTarget, post_idempotent};

/// Maximum number of deliveries in one message.
const MAX_BATCH_SIZE: usize = 10;

/// Sends direct messages to a user. An uncertain attempt is looked up in the direct messages first.
///
/// Apps and deactivated accounts are rejected without a call.
pub async fn send_direct_message(
    app: &App,
    attempt: &Attempt,
    user: &UserId,
) -> SlackResult<CompletedDeliveries> {
    // The incident may have become private since, and the message contains its title.
    if !attempt.incident.is_visible_to(&Viewer::user(user)) {
        return Ok(CompletedDeliveries::with_coalesced(
            attempt,
            DeliveryOutput::Nothing,
        ));
    }
    if let Some(code) = undeliverable_code(app, user).await {
        return Err(SlackError::Api {
            method: "chat.postMessage",
            code: code.to_owned(),
            needed: None,
        });
    }
    let delivery = &attempt.delivery;
    let mut notes: Vec<&DirectMessage> = direct_message_of(&delivery.payload).into_iter().collect();
    let mut along = Vec::new();
    for behind in attempt.coalesced.iter().take(MAX_BATCH_SIZE - 1) {
        notes.extend(direct_message_of(&behind.payload));
        along.push(behind.id);
    }
    let now = app.clock.now();
    notes.retain(|note| note.is_relevant(user, &attempt.incident, now));
    if notes.is_empty() {
        let receipt = DeliveryOutput::Nothing;
        return Ok(CompletedDeliveries {
            output: receipt,
            coalesced: along,
        });
    }
    // Slack: a message to a user ID goes to the user's direct messages with the app. Reading them requires
    // the ID of their channel.
    let channel = match delivery.uncertain_since {
        Uncertainty::None => ChannelId(user.to_string()),
        Uncertainty::Since(_) => app.slack.open_dm_channel(user).await?,
    };
    let message = direct_message::direct_message(&notes, &attempt.incident, &attempt.names);
    let posted = post_idempotent(
        app,
        delivery,
        &along,
        &PostTarget::top_level(&channel),
        &message,
    )
    .await?;
    Ok(CompletedDeliveries::from_post(
        delivery,
        posted,
        DeliveryOutput::Nothing,
    ))
}

fn direct_message_of(effect: &Delivery) -> Option<&DirectMessage> {
    match effect {
        Delivery::SendDirectMessage { message: note, .. } => Some(note),
        _ => None,
    }
}

/// Returns Slack's error code if the cached account cannot receive messages.
async fn undeliverable_code(app: &App, user: &UserId) -> Option<&'static str> {
    // If the store cannot be read, storing the output fails as well.
    let known = app.store.user(user.clone()).await.ok().flatten();
    match known.map(|(user, _)| user.account_kind) {
        Some(AccountKind::Deactivated) => Some("user_disabled"),
        Some(AccountKind::Bot) => Some("cannot_dm_bot"),
        Some(AccountKind::Member | AccountKind::Guest) | None => None,
    }
}
