//! Runs `repair`: compares the channel and messages of an incident with Slack.

use muster_commands::{ChannelId, MessageTs};

use crate::app::App;
use crate::domain::{
    BookmarkStep, ChannelLookup, ChannelState, DeliveryOutput, Incident, MessageLookup,
    RepairReport,
};
use crate::slack::SlackError;
use crate::slack::client::SlackResult;
use crate::store::Attempt;
use crate::worker::jobs::create_channel::bot_identity;
use crate::worker::jobs::rename_channel::expected_name;

/// Looks up the incident's channel, header, announcement and bookmarks. Missing ones are part of the result.
///
/// Nothing is changed in Slack, except that the bot joins the channel if it is not a member.
pub async fn inspect_incident(app: &App, attempt: &Attempt) -> SlackResult<DeliveryOutput> {
    let incident = &attempt.incident;
    let channel = look_up_channel(app, incident).await?;
    let mut found = RepairReport {
        channel,
        expected_name: expected_name(attempt),
        header: MessageLookup::Present,
        announcement: MessageLookup::Present,
        bookmarks: MessageLookup::Present,
    };
    if let (Some(channel), ChannelLookup::InUse(_)) = (&incident.channel, &found.channel) {
        if let Some(ts) = &incident.header {
            found.header = look_up_message(app, &channel.id, ts).await?;
        }
        found.bookmarks = look_up_bookmarks(app, incident, &channel.id).await?;
    }
    if let Some(card) = &incident.announcement {
        found.announcement = look_up_message(app, &card.channel, &card.ts).await?;
    }
    Ok(DeliveryOutput::RepairReport(found))
}

async fn look_up_channel(app: &App, incident: &Incident) -> SlackResult<ChannelLookup> {
    let Some(channel) = incident
        .channel
        .as_ref()
        .filter(|_| incident.channel_state != ChannelState::Pending)
    else {
        return Ok(ChannelLookup::Missing);
    };
    match app.slack.channel_info(&channel.id).await {
        Ok(there) if there.is_archived => Ok(ChannelLookup::Archived),
        Ok(there) => {
            if !there.is_member {
                app.slack.join_channel(&channel.id).await?;
            }
            Ok(ChannelLookup::InUse(there.name))
        }
        Err(trouble) if trouble.has_code(&["channel_not_found"]) => Ok(ChannelLookup::Missing),
        Err(trouble) => Err(trouble),
    }
}

async fn look_up_message(
    app: &App,
    channel: &ChannelId,
    ts: &MessageTs,
) -> SlackResult<MessageLookup> {
    match app.slack.message_exists(channel, ts).await {
        Ok(true) => Ok(MessageLookup::Present),
        Ok(false) => Ok(MessageLookup::Missing),
        Err(trouble) if trouble.has_code(&["channel_not_found"]) => Ok(MessageLookup::Missing),
        // Without membership the message cannot be read. The health probe watches the announcements channel.
        Err(SlackError::Api { code, .. }) if code == "not_in_channel" => Ok(MessageLookup::Present),
        Err(trouble) => Err(trouble),
    }
}

async fn look_up_bookmarks(
    app: &App,
    incident: &Incident,
    channel: &ChannelId,
) -> SlackResult<MessageLookup> {
    let us = bot_identity(app).await?.user_id;
    let standing = app.slack.list_bookmarks(channel, &us).await?;
    Ok(
        match BookmarkStep::plan(&incident.bookmarks(), &standing).is_empty() {
            true => MessageLookup::Present,
            false => MessageLookup::Missing,
        },
    )
}
