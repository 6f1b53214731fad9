//! The announcements channel: finds and joins it, and records when it is unavailable.

use crate::app::{AnnouncementsChannel, App};
use crate::domain::ChannelId;
use crate::slack::SlackError;
use crate::slack::client::{ChannelInfo, SlackResult};
use crate::worker::error_help::error_help;

/// Error codes that mean that the announcements channel is unavailable for all incidents.
pub(crate) const CHANNEL_CLOSED_CODES: [&str; 4] = [
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "is_inactive",
];

/// Handles an announcement that can no longer be changed: if it is in the current announcements channel, the
/// channel is looked up again, and its announcements are enqueued when it is available.
pub(crate) fn handle_closed_channel(app: &App, channel: &ChannelId, error: &SlackError) {
    tracing::info!("An announcement can no longer be changed: {error}");
    if app.state.announcements_channel() == AnnouncementsChannel::Ready(channel.clone()) {
        app.state.request_channel_lookup();
    }
}

/// Returns the announcements channel if it is available. Looks it up and joins it if its state is unknown.
///
/// A missing channel is recorded and is not an error.
pub(crate) async fn find_announcements_channel(app: &App) -> SlackResult<Option<ChannelId>> {
    let Some(name) = &app.config.incidents_channel else {
        return Ok(None);
    };
    match app.state.announcements_channel() {
        AnnouncementsChannel::Ready(channel) => return Ok(Some(channel)),
        AnnouncementsChannel::Missing(_) => return Ok(None),
        AnnouncementsChannel::Unknown => {}
    }
    resolve_channel(app, name).await
}

/// Looks up the announcements channel again, regardless of the cached state.
pub(crate) async fn refresh_announcements_channel(app: &App) -> SlackResult<Option<ChannelId>> {
    match &app.config.incidents_channel {
        Some(name) => resolve_channel(app, name).await,
        None => Ok(None),
    }
}

async fn resolve_channel(app: &App, name: &str) -> SlackResult<Option<ChannelId>> {
    let result = match find_configured_channel(app, name).await {
        Ok(channel) => channel,
        Err(error) => return handle_lookup_error(app, error).map(|()| None),
    };
    let Some(channel) = result else {
        set_missing(
            app,
            format!("There is no channel #{name}: create it, or set INCIDENTS_CHANNEL to another."),
        );
        return Ok(None);
    };
    if channel.is_archived {
        let archived = &channel.name;
        set_missing(
            app,
            format!(
                "#{archived} is archived: bring it back, or set INCIDENTS_CHANNEL to another channel."
            ),
        );
        return Ok(None);
    }
    if !channel.is_member {
        match app.slack.join_channel(&channel.id).await {
            Ok(()) => {}
            Err(error) => return handle_lookup_error(app, error).map(|()| None),
        }
    }
    if app
        .state
        .set_announcements_channel(AnnouncementsChannel::Ready(channel.id.clone()))
    {
        tracing::info!("Announcing incidents in #{}", channel.name);
        save_channel(app, name, &channel.id).await;
    }
    Ok(Some(channel.id))
}

/// Finds the channel for `INCIDENTS_CHANNEL`: the one that the variable meant before, even if it was
/// renamed; if that one is gone or archived, the channel with that name.
async fn find_configured_channel(app: &App, name: &str) -> SlackResult<Option<ChannelInfo>> {
    let before = match app.store.announcements_channel(name.to_owned()).await {
        Ok(Some(before)) => match app.slack.channel_info(&before).await {
            Ok(channel) if !channel.is_archived => return Ok(Some(channel)),
            Ok(archived) => Some(archived),
            Err(error) if error.has_code(&["channel_not_found"]) => None,
            Err(error) => return Err(error),
        },
        Ok(None) => None,
        Err(error) => {
            tracing::error!("The ID of the announcements channel could not be read: {error}");
            None
        }
    };
    Ok(app.slack.find_channel_by_name(name).await?.or(before))
}

/// Stores which channel the variable means. If that fails, only a later rename of the channel is missed.
async fn save_channel(app: &App, name: &str, channel: &ChannelId) {
    let saved = app
        .store
        .save_announcements_channel(name.to_owned(), channel.clone());
    if let Err(error) = saved.await {
        tracing::error!("The ID of the announcements channel could not be stored: {error}");
    }
}

/// Records that the announcements channel is unavailable. Temporary errors and an invalid token do not
/// count.
fn handle_lookup_error(app: &App, error: SlackError) -> SlackResult<()> {
    match error {
        SlackError::Api { .. } if !error.is_token_error() => {
            set_missing(app, unavailable_reason(&error));
            Ok(())
        }
        other => Err(other),
    }
}

pub(crate) fn unavailable_reason(error: &SlackError) -> String {
    format!(
        "The global channel cannot be written to. {} Invite the app there, or set INCIDENTS_CHANNEL \
         to another channel.",
        error_help(error)
    )
}

/// Records that the announcements channel is missing. The warning is logged once.
pub(crate) fn set_missing(app: &App, reason: String) {
    if app
        .state
        .set_announcements_channel(AnnouncementsChannel::Missing(reason.clone()))
    {
        tracing::warn!("Incidents are not announced. {reason}");
    }
}
