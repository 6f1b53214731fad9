//! `/datadog incident list`: the open incidents, grouped by status and sorted by severity.

use muster_commands::modal::block_kit_limits::truncate;
use muster_commands::{SeverityScale, Status, list};
use slack_morphism::prelude::*;

use crate::app::App;
use crate::domain::{ChannelState, Timestamp, UserNames, Visibility};
use crate::error::Result;
use crate::slack::blocks::announcement;
use crate::slack::client::Message;
use crate::slack::dispatch::Reply;
use crate::slack::request_context::SlashCommand;
use crate::slack::text::activity;
use crate::slack::text::activity::{RichText, Span, bold, text};
use crate::store::IncidentSummary;

/// Maximum number of incidents; a longer list would not be read.
const MAX_INCIDENTS: i64 = 30;

/// Maximum length of a title.
const TITLE_PREVIEW: usize = 120;

/// Lists the open incidents visible to the user, in an ephemeral message.
pub async fn handle(app: &App, typed: &SlashCommand) -> Result<Reply> {
    let (incidents, open) = app
        .store
        .open_incidents(typed.viewer(), MAX_INCIDENTS)
        .await?;
    let scale = app.store.settings().await?.severity_scale();
    Ok(Reply::Ephemeral(list_message(
        &incidents, open, &scale, app,
    )))
}

fn list_message(
    incidents: &[IncidentSummary],
    open: i64,
    scale: &SeverityScale,
    app: &App,
) -> Message {
    if incidents.is_empty() {
        return announcement::text_message(vec![text(format!(
            "No incident is open. {} incident declares one.",
            app.config.command
        ))]);
    }
    let now = app.clock.now();
    let names = UserNames::default();
    let mut blocks = Vec::new();
    let mut texts = Vec::new();
    for status in list::GROUPS {
        let group: Vec<_> = incidents.iter().filter(|it| it.status == status).collect();
        if group.is_empty() {
            continue;
        }
        let since = |it: &IncidentSummary| text(age(it.declared_at, now));
        let lines = group.iter().map(|it| incident_text(it, scale, since(it)));
        let lines: Vec<RichText> = lines.collect();
        blocks.push(heading(status));
        blocks.push(activity::rich_text_block(&lines, &names));
        texts.push(format!(
            "{}\n{}",
            status.label(),
            activity::mrkdwn(&lines, &names)
        ));
    }
    let more = open.saturating_sub(i64::try_from(incidents.len()).unwrap_or(open));
    if more > 0 {
        let told = format!("and {more} more that are open");
        texts.push(told.clone());
        blocks.push(activity::rich_text_block(&[vec![text(told)]], &names));
    }
    Message {
        text: texts.join("\n"),
        blocks,
    }
}

fn heading(status: Status) -> SlackBlock {
    let text = SlackBlockPlainText::new(status.label().to_owned());
    SlackHeaderBlock::new(text.into()).into()
}

/// Returns an incident with severity, commander, age and channel.
pub(crate) fn incident_text(
    incident: &IncidentSummary,
    scale: &SeverityScale,
    since: Span,
) -> RichText {
    let mut sentence = vec![
        bold(incident.id.to_string()),
        text(format!(
            " {} · {}{} · ",
            truncate(&incident.display_title(), TITLE_PREVIEW),
            scale.severity_name(incident.severity),
            match incident.visibility {
                Visibility::Public => "",
                Visibility::Private => " · Private",
            }
        )),
        // An ephemeral message notifies no one, so a mention is harmless.
        Span::Mention(incident.commander.clone()),
        text(" · "),
        since,
        text(" · "),
    ];
    sentence.extend(channel_text(incident));
    sentence
}

/// Returns a reference to the incident's channel, or its state.
fn channel_text(incident: &IncidentSummary) -> RichText {
    let channel = incident.channel.clone().map(Span::Channel);
    match (channel, incident.channel_state) {
        (_, ChannelState::Deleted) => vec![text("its channel was deleted")],
        (Some(channel), ChannelState::Archived) => vec![channel, text(" is archived")],
        (Some(channel), ChannelState::Pending | ChannelState::Open | ChannelState::Failed) => {
            vec![channel]
        }
        (None, ChannelState::Failed) => vec![text("it has no channel")],
        (None, ChannelState::Pending | ChannelState::Open | ChannelState::Archived) => {
            vec![text("its channel is on its way")]
        }
    }
}

/// Returns the age: `3 hours ago`.
fn age(declared: Timestamp, now: Timestamp) -> String {
    timeago::Formatter::new().convert_chrono(declared.to_datetime(), now.to_datetime())
}
