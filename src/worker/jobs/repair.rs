//! Sends `Repair`: compares the channel and messages of an incident with Slack.

use crate::domain::delivery::Repair;
use crate::domain::{
    BookmarkStep, ChannelId, ChannelLookup, ChannelState, MessageLookup, MessageTs, RepairReport,
};
use crate::slack::SlackError;
use crate::slack::blocks::postmortem::postmortem_page_url;
use crate::slack::client::SlackResult;
use crate::store::ReadyDelivery;
use crate::worker::bot_identity::bot_identity;
use crate::worker::job::{Job, JobContext, Outcome};
use crate::worker::jobs::rename_channel::expected_name;
use crate::worker::rate_limits::RateLimitKey;

impl Job for Repair {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("conversations.info");

    fn rate_limits(&self, _ready: &ReadyDelivery) -> Vec<RateLimitKey> {
        [
            "conversations.info",
            "conversations.history",
            "bookmarks.list",
        ]
        .map(RateLimitKey::Method)
        .to_vec()
    }

    /// Looks up the channel, header, announcement and bookmarks. Missing ones are part of the report.
    ///
    /// Nothing is changed in Slack, except that the bot joins the channel if it is not a member.
    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<RepairReport>> {
        let incident = job.incident;
        let mut report = RepairReport {
            channel: look_up_channel(job).await?,
            expected_name: expected_name(job.attempt),
            header: MessageLookup::Present,
            announcement: MessageLookup::Present,
            bookmarks: MessageLookup::Present,
        };
        if let (Some(channel), ChannelLookup::InUse(_)) = (&incident.channel, &report.channel) {
            if let Some(ts) = &incident.header {
                report.header = look_up_message(job, &channel.id, ts).await?;
            }
            report.bookmarks = look_up_bookmarks(job, &channel.id).await?;
        }
        if let Some(announcement) = &incident.announcement {
            let (channel, ts) = (&announcement.channel, &announcement.ts);
            report.announcement = look_up_message(job, channel, ts).await?;
        }
        Ok(Outcome::Done(report))
    }
}

async fn look_up_channel(job: &JobContext<'_>) -> SlackResult<ChannelLookup> {
    let is_pending = job.incident.channel_state == ChannelState::Pending;
    let Some(channel) = job.incident.channel.as_ref().filter(|_| !is_pending) else {
        return Ok(ChannelLookup::Missing);
    };
    match job.slack.channel_info(&channel.id).await {
        Ok(info) if info.is_archived => Ok(ChannelLookup::Archived),
        Ok(info) => {
            if !info.is_member {
                job.slack.join_channel(&channel.id).await?;
            }
            Ok(ChannelLookup::InUse(info.name))
        }
        Err(error) if error.has_code(&["channel_not_found"]) => Ok(ChannelLookup::Missing),
        Err(error) => Err(error),
    }
}

async fn look_up_message(
    job: &JobContext<'_>,
    channel: &ChannelId,
    ts: &MessageTs,
) -> SlackResult<MessageLookup> {
    match job.slack.message_exists(channel, ts).await {
        Ok(true) => Ok(MessageLookup::Present),
        Ok(false) => Ok(MessageLookup::Missing),
        Err(error) if error.has_code(&["channel_not_found"]) => Ok(MessageLookup::Missing),
        // Without membership the message cannot be read. The health probe watches the announcements channel.
        Err(SlackError::Api { code, .. }) if code == "not_in_channel" => Ok(MessageLookup::Present),
        Err(error) => Err(error),
    }
}

async fn look_up_bookmarks(
    job: &JobContext<'_>,
    channel: &ChannelId,
) -> SlackResult<MessageLookup> {
    let bot = bot_identity(job.app).await?.user_id;
    let existing = job.slack.list_bookmarks(channel, &bot).await?;
    let page = postmortem_page_url(job.incident.id, &job.app.config);
    let expected = job.incident.bookmarks(page.as_deref());
    let steps = BookmarkStep::plan(&expected, &existing);
    Ok(match steps.is_empty() {
        true => MessageLookup::Present,
        false => MessageLookup::Missing,
    })
}
