//! The announcements channel: finds and joins it, and sends `upsert_announcement` to it.

use muster_commands::ChannelId;

use crate::app::{AnnouncementsChannel, App};
use crate::domain::DeliveryOutput;
use crate::slack::SlackError;
use crate::slack::blocks::announcement;
use crate::slack::client::{ChannelInfo, DeliveryMetadata, SlackResult};
use crate::store::{Attempt, CompletedDeliveries, Uncertainty};
use crate::worker::idempotent_post::{PostTarget, coalesced_ids, ignore_deleted, post_idempotent};
use crate::worker::jobs::create_channel::{MAX_CLOCK_SKEW, bot_identity};

/// Error codes that mean that the announcements channel is unavailable for all incidents.
pub(crate) const CHANNEL_CLOSED_CODES: [&str; 4] = [
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "is_inactive",
];

/// Posts the announcement of an incident, or edits it to show the current state.
///
/// Without an available announcements channel the incident continues unannounced. A warning informs the
/// operator, and the announcement is enqueued again when the channel is available.
pub async fn upsert_announcement(app: &App, attempt: &Attempt) -> SlackResult<CompletedDeliveries> {
    let incident = &attempt.incident;
    if !incident.is_announced() {
        return find_posted_announcement(app, attempt).await;
    }
    let scale = attempt.settings.severity_scale();
    let team = bot_identity(app).await?.team_id;
    let message = announcement::announcement(incident, &attempt.names, &scale, &team);
    let receipt = match &incident.announcement {
        Some(card) => {
            let edited = app
                .slack
                .update_message(&card.channel, &card.ts, &message)
                .await;
            match ignore_deleted(edited) {
                Err(trouble) if trouble.has_code(&CHANNEL_CLOSED_CODES) => {
                    handle_closed_channel(app, &card.channel, &trouble)
                }
                other => other?,
            }
            DeliveryOutput::Nothing
        }
        None => match find_announcements_channel(app).await? {
            Some(channel) => {
                let (delivery, along) = (&attempt.delivery, coalesced_ids(attempt));
                match post_idempotent(
                    app,
                    delivery,
                    &along,
                    &PostTarget::top_level(&channel),
                    &message,
                )
                .await
                {
                    Ok(posted) => {
                        return Ok(CompletedDeliveries::with_message(
                            delivery, &channel, posted,
                        ));
                    }
                    Err(trouble) if trouble.has_code(&CHANNEL_CLOSED_CODES) => {
                        set_missing(app, unavailable_reason(&trouble));
                        DeliveryOutput::Nothing
                    }
                    Err(trouble) => return Err(trouble),
                }
            }
            None => DeliveryOutput::Nothing,
        },
    };
    Ok(CompletedDeliveries::with_coalesced(attempt, receipt))
}

/// Posts nothing, because the incident is not announced. Looks up an announcement that an uncertain attempt
/// may have posted before the incident became private, so that it can be deleted.
async fn find_posted_announcement(
    app: &App,
    attempt: &Attempt,
) -> SlackResult<CompletedDeliveries> {
    let nothing = CompletedDeliveries::with_coalesced(attempt, DeliveryOutput::Nothing);
    let Uncertainty::Since(timestamp) = attempt.delivery.uncertain_since else {
        return Ok(nothing);
    };
    let (None, Some(channel)) = (
        &attempt.incident.announcement,
        find_announcements_channel(app).await?,
    ) else {
        return Ok(nothing);
    };
    let mark = DeliveryMetadata {
        store_id: app.store.store_id().to_owned(),
        deliveries: vec![attempt.delivery.id],
    };
    let since = timestamp.plus(-MAX_CLOCK_SKEW);
    match app.slack.find_message(&channel, None, &mark, since).await? {
        Some(posted) => Ok(CompletedDeliveries::with_message(
            &attempt.delivery,
            &channel,
            posted,
        )),
        None => Ok(nothing),
    }
}

/// Handles an announcement that can no longer be changed: if it is in the current announcements channel, the
/// channel is looked up again, and its announcements are enqueued when it is available.
pub fn handle_closed_channel(app: &App, channel: &ChannelId, trouble: &SlackError) {
    tracing::info!("An announcement can no longer be changed: {trouble}");
    if app.state.announcements_channel() == AnnouncementsChannel::Ready(channel.clone()) {
        app.state.request_channel_lookup();
    }
}

/// Returns the announcements channel if it is available. Looks it up and joins it if its state is unknown.
///
/// A missing channel is recorded and is not an error.
pub async fn find_announcements_channel(app: &App) -> SlackResult<Option<ChannelId>> {
    let Some(wanted) = &app.config.incidents_channel else {
        return Ok(None);
    };
    match app.state.announcements_channel() {
        AnnouncementsChannel::Ready(channel) => return Ok(Some(channel)),
        AnnouncementsChannel::Missing(_) => return Ok(None),
        AnnouncementsChannel::Unknown => {}
    }
    resolve_channel(app, wanted).await
}

/// Looks up the announcements channel again, regardless of the cached state.
pub async fn refresh_announcements_channel(app: &App) -> SlackResult<Option<ChannelId>> {
    match &app.config.incidents_channel {
        Some(wanted) => resolve_channel(app, wanted).await,
        None => Ok(None),
    }
}

async fn resolve_channel(app: &App, wanted: &str) -> SlackResult<Option<ChannelId>> {
    let found = match find_configured_channel(app, wanted).await {
        Ok(found) => found,
        Err(trouble) => return handle_lookup_error(app, trouble).map(|()| None),
    };
    let Some(channel) = found else {
        set_missing(
            app,
            format!(
                "There is no channel #{wanted}: create it, or set INCIDENTS_CHANNEL to another."
            ),
        );
        return Ok(None);
    };
    if channel.is_archived {
        let name = &channel.name;
        set_missing(
            app,
            format!(
                "#{name} is archived: bring it back, or set INCIDENTS_CHANNEL to another channel."
            ),
        );
        return Ok(None);
    }
    if !channel.is_member {
        match app.slack.join_channel(&channel.id).await {
            Ok(()) => {}
            Err(trouble) => return handle_lookup_error(app, trouble).map(|()| None),
        }
    }
    if app
        .state
        .set_announcements_channel(AnnouncementsChannel::Ready(channel.id.clone()))
    {
        tracing::info!("Announcing incidents in #{}", channel.name);
        save_channel(app, wanted, &channel.id).await;
    }
    Ok(Some(channel.id))
}

/// Finds the channel for `INCIDENTS_CHANNEL`: the one that the variable meant before, even if it was
/// renamed; if that one is gone or archived, the channel with that name.
async fn find_configured_channel(app: &App, wanted: &str) -> SlackResult<Option<ChannelInfo>> {
    let before = match app.store.announcements_channel(wanted.to_owned()).await {
        Ok(Some(before)) => match app.slack.channel_info(&before).await {
            Ok(channel) if !channel.is_archived => return Ok(Some(channel)),
            Ok(archived) => Some(archived),
            Err(trouble) if trouble.has_code(&["channel_not_found"]) => None,
            Err(trouble) => return Err(trouble),
        },
        Ok(None) => None,
        Err(error) => {
            tracing::error!("The ID of the announcements channel could not be read: {error}");
            None
        }
    };
    Ok(app.slack.find_channel_by_name(wanted).await?.or(before))
}

/// Stores which channel the variable means. If that fails, only a later rename of the channel is missed.
async fn save_channel(app: &App, wanted: &str, channel: &ChannelId) {
    let (name, id) = (wanted.to_owned(), channel.clone());
    if let Err(error) = app.store.save_announcements_channel(name, id).await {
        tracing::error!("The ID of the announcements channel could not be stored: {error}");
    }
}

/// Records that the announcements channel is unavailable. Temporary errors and an invalid token do not
/// count.
fn handle_lookup_error(app: &App, trouble: SlackError) -> SlackResult<()> {
    match trouble {
        SlackError::Api { .. } if !trouble.is_token_error() => {
            set_missing(app, unavailable_reason(&trouble));
            Ok(())
        }
        other => Err(other),
    }
}

fn unavailable_reason(trouble: &SlackError) -> String {
    format!(
        "The global channel cannot be written to. {} Invite the app there, or set INCIDENTS_CHANNEL \
         to another channel.",
        crate::worker::error_help::error_help(trouble)
    )
}

/// Records that the announcements channel is missing. The warning is logged once.
fn set_missing(app: &App, why: String) {
    if app
        .state
        .set_announcements_channel(AnnouncementsChannel::Missing(why.clone()))
    {
        tracing::warn!("Incidents are not announced. {why}");
    }
}
