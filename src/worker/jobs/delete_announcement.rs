//! Sends `delete_announcement` (`conversations.replies`, `chat.delete`).

use crate::app::App;
use crate::domain::DeliveryOutput;
use crate::slack::client::SlackResult;
use crate::store::{Attempt, CompletedDeliveries};

use crate::worker::announcements_channel::CHANNEL_CLOSED_CODES;

/// Deletes the bot's replies in the announcement's thread, then the announcement. Replies of users remain.
///
/// A repeated attempt is harmless, because messages that are already deleted count as success.
pub async fn delete_announcement(app: &App, attempt: &Attempt) -> SlackResult<CompletedDeliveries> {
    let incident = &attempt.incident;
    let nothing = || {
        Ok(CompletedDeliveries::with_coalesced(
            attempt,
            DeliveryOutput::Nothing,
        ))
    };
    let card = match &incident.announcement {
        Some(card) if !incident.is_announced() => card,
        Some(_) | None => return nothing(),
    };
    let ours = app
        .slack
        .own_thread_replies(&card.channel, &card.ts, app.store.store_id())
        .await;
    let replies = match ours {
        // If the thread cannot be read, the announcement itself is still deleted.
        Err(trouble) if trouble.has_code(&CHANNEL_CLOSED_CODES) => Vec::new(),
        other => other?,
    };
    for reply in &replies {
        app.slack.delete_message(&card.channel, reply).await?;
    }
    match app.slack.delete_message(&card.channel, &card.ts).await {
        Err(trouble) if trouble.has_code(&["channel_not_found"]) => {}
        other => other?,
    }
    let receipt = DeliveryOutput::AnnouncementDeleted(card.ts.clone());
    Ok(CompletedDeliveries::with_coalesced(attempt, receipt))
}
