//! Sends `create_channel` (`conversations.create`), and helpers for calls in an incident's channel.

use muster_commands::ChannelId;

use crate::app::App;
use crate::domain::{
    ChannelEvent, ChannelName, ChannelState, Delivery, DeliveryOutput, Incident, Visibility,
};
use crate::slack::SlackError;
use crate::slack::client::{BotIdentity, ChannelInfo, SlackResult};
use crate::store::{Attempt, Uncertainty};

/// Maximum difference between Slack's clock and ours when we look up earlier results. It exceeds the
/// difference that request signatures allow.
pub const MAX_CLOCK_SKEW: chrono::Duration = chrono::Duration::minutes(10);

/// The channel to create.
#[derive(Clone, Copy, Debug)]
pub struct ChannelSpec<'a> {
    /// The preferred name.
    pub name: &'a ChannelName,
    /// The last alternative name that is known to be taken; those before it are taken as well.
    pub after: Option<&'a ChannelName>,
    /// Whether the channel is public.
    pub visibility: Visibility,
}

/// Creates the incident's channel under the first free name. Returns `name_taken` if all names are taken.
///
/// A failed attempt stores its progress, and the next one continues there. Slack's limit per minute is so
/// low that an attempt that starts again each time might never get past the taken names.
pub async fn create_channel(
    app: &App,
    attempt: &Attempt,
    wanted: ChannelSpec<'_>,
) -> SlackResult<DeliveryOutput> {
    let mut came_to = wanted.after.cloned();
    let answer = create_first_free(app, attempt, wanted, &mut came_to).await;
    if answer.is_err() && came_to.as_ref() != wanted.after {
        save_progress(app, attempt, came_to).await;
    }
    answer
}

/// Tries one name after the other; `came_to` becomes the last one that is taken by another channel.
///
/// If an earlier attempt is uncertain, the first taken name may be our own channel, which is then looked up.
/// Not before: a free name shows that no attempt arrived, and large workspaces have long channel lists.
async fn create_first_free(
    app: &App,
    attempt: &Attempt,
    wanted: ChannelSpec<'_>,
    came_to: &mut Option<ChannelName>,
) -> SlackResult<DeliveryOutput> {
    let ChannelSpec {
        name,
        after,
        visibility,
    } = wanted;
    let mut in_doubt = attempt.delivery.uncertain_since != Uncertainty::None;
    for tried in name.candidates(after) {
        match app.slack.create_channel(tried.as_str(), visibility).await {
            Ok(created) => return Ok(created_channel(created)),
            Err(trouble) if trouble.has_code(&["name_taken"]) => {}
            Err(trouble) => return Err(trouble),
        }
        if std::mem::take(&mut in_doubt)
            && let Some(ours) = find_own_channel(app, &attempt.incident, name, visibility).await?
        {
            return Ok(created_channel(ours));
        }
        *came_to = Some(tried);
    }
    // All names are taken. The operator may free any of them, so that the next attempt starts again.
    *came_to = None;
    Err(name_taken_error("conversations.create"))
}

/// Returns Slack's error for a taken name, for all names that were tried.
pub fn name_taken_error(method: &'static str) -> SlackError {
    SlackError::Api {
        method,
        code: "name_taken".to_owned(),
        needed: None,
    }
}

/// Stores the name after which the next attempt continues. If that fails, it tries some names again.
pub async fn save_progress(app: &App, attempt: &Attempt, came_to: Option<ChannelName>) {
    let mut effect = attempt.delivery.payload.clone();
    if let Delivery::CreateChannel {
        last_tried: after, ..
    }
    | Delivery::RenameChannel {
        last_tried: after, ..
    } = &mut effect
    {
        *after = came_to;
    }
    if let Err(error) = app.store.update_payload(attempt.delivery.id, effect).await {
        tracing::warn!("The progress of a delivery could not be stored: {error}");
    }
}

/// Finds the channel that an uncertain attempt created for this incident: it has one of its names, was
/// created by the bot since the declaration, and does not belong to any incident, not even as an old
/// channel.
async fn find_own_channel(
    app: &App,
    incident: &Incident,
    name: &ChannelName,
    visibility: Visibility,
) -> SlackResult<Option<ChannelInfo>> {
    let us = bot_identity(app).await?;
    let found = app
        .slack
        .find_channels(visibility, |candidate| name.has_candidate(candidate))
        .await?;
    let earliest = incident.declared_at.plus(-MAX_CLOCK_SKEW).epoch_seconds();
    for channel in found {
        let is_ours = channel.creator == us.user_id.as_str()
            && channel.created >= earliest
            && !channel.is_archived;
        // If the store cannot be read, storing the output fails as well.
        let is_free = matches!(
            app.store
                .channel_belongs_to_incident(channel.id.clone())
                .await,
            Ok(false)
        );
        if is_ours && is_free {
            return Ok(Some(channel));
        }
    }
    Ok(None)
}

/// Returns the bot's identity. It is fetched once (`auth.test`).
pub async fn bot_identity(app: &App) -> SlackResult<BotIdentity> {
    if let Some(known) = app.state.identity() {
        return Ok(known);
    }
    let us = app.slack.bot_identity().await?;
    app.state.set_identity(us.clone());
    Ok(us)
}

/// Returns the incident's channel if the bot can post in it.
pub fn writable_channel(incident: &Incident) -> Option<&ChannelId> {
    match incident.channel_state {
        ChannelState::Open => incident.channel.as_ref().map(|channel| &channel.id),
        ChannelState::Pending
        | ChannelState::Failed
        | ChannelState::Archived
        | ChannelState::Deleted => None,
    }
}

/// Turns the result of a call in the incident's channel into an output. An archived or deleted channel is an
/// output, not an error.
pub fn channel_result(channel: &ChannelId, answer: SlackResult<()>) -> SlackResult<DeliveryOutput> {
    let gone = |news| DeliveryOutput::ChannelUnavailable {
        channel: channel.clone(),
        event: news,
    };
    match answer {
        Ok(()) => Ok(DeliveryOutput::Nothing),
        Err(trouble) if trouble.has_code(&["is_archived", "is_inactive"]) => {
            Ok(gone(ChannelEvent::Archived))
        }
        Err(trouble) if trouble.has_code(&["channel_not_found"]) => {
            Ok(gone(ChannelEvent::Inaccessible))
        }
        Err(trouble) => Err(trouble),
    }
}

fn created_channel(channel: ChannelInfo) -> DeliveryOutput {
    DeliveryOutput::ChannelCreated {
        id: channel.id,
        name: channel.name,
    }
}
