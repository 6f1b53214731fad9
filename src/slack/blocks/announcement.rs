//! The announcement of an incident.

use muster_commands::payload::button_click;
use slack_morphism::prelude::*;

use crate::domain::text::{format_duration, truncate};
use crate::domain::{ChannelId, ChannelState, Incident, SeverityScale, UserNames};
use crate::slack::blocks::mrkdwn::escape;
use crate::slack::blocks::{HEADER_LIMIT, context_block, mrkdwn};
use crate::slack::client::Message;

/// Slack: a field of a section has at most 2,000 characters.
const FIELD_LIMIT: usize = 2_000;

/// Returns the announcement: the incident's current state, for users outside its channel. It mentions no
/// one.
pub fn announcement(
    incident: &Incident,
    names: &UserNames,
    scale: &SeverityScale,
    team: &str,
) -> Message {
    let commander = mrkdwn::commander_name(incident.commander.as_ref(), names);
    let mut blocks = title_blocks(incident);
    blocks.extend([
        overview_section(incident, &commander, scale),
        context_block(&times_text(incident, names, None)),
    ]);
    let mut buttons = Vec::new();
    if let (Some(channel), ChannelState::Open) = (&incident.channel, incident.channel_state) {
        buttons.push(join_button(team, &channel.id));
    }
    if incident.commander.is_none() {
        buttons.push(button_click::take_command_button(incident.id).into());
    }
    buttons.push(button_click::subscribe_button(incident.id).into());
    blocks.push(SlackActionsBlock::new(buttons).into());
    match (&incident.channel, incident.channel_state) {
        (Some(_), ChannelState::Open) => {}
        (Some(_) | None, state) => blocks.push(context_block(no_channel_text(state))),
    }
    Message {
        text: summary_text(incident),
        blocks,
    }
}

/// Returns the incident in one line, for notifications.
pub(crate) fn summary_text(incident: &Incident) -> String {
    format!(
        "[{} · {}] {} {}",
        incident.severity,
        incident.status.label(),
        incident.id,
        escape(&incident.display_title())
    )
}

/// Returns a header block with ID and title, and a section with the full title if the header is cut.
pub(crate) fn title_blocks(incident: &Incident) -> Vec<SlackBlock> {
    let whole = format!("{} {}", incident.id, incident.display_title());
    let large = truncate(&whole, HEADER_LIMIT);
    let is_cut = large != whole;
    let plain = |text: String| SlackBlockPlainText::new(text).with_emoji(false);
    let mut blocks = vec![SlackHeaderBlock::new(plain(large).into()).into()];
    if is_cut {
        let text = plain(incident.title.clone()).into();
        blocks.push(SlackSectionBlock::new().with_text(text).into());
    }
    blocks
}

/// Returns a section with severity, status, commander and customer impact.
pub(crate) fn overview_section(
    incident: &Incident,
    commander: &str,
    scale: &SeverityScale,
) -> SlackBlock {
    let fields = [
        (
            "Severity",
            format!(
                "{} {}",
                scale.severity_emoji(incident.severity),
                escape(&scale.severity_name(incident.severity))
            ),
        ),
        ("Status", incident.status.marked_label()),
        ("Incident Commander", commander.to_owned()),
        ("Customer impact", impact_text(incident)),
    ];
    let fields = fields
        .into_iter()
        .map(|(label, value)| {
            SlackBlockMarkDownText::new(truncate(&format!("*{label}*\n{value}"), FIELD_LIMIT))
                .into()
        })
        .collect();
    SlackSectionBlock::new().with_fields(fields).into()
}

fn impact_text(incident: &Incident) -> String {
    let first = incident.first_impact_start();
    if let (Some(since), Some(_)) = (first, incident.open_impact()) {
        return format!("since {}", mrkdwn::time_and_age(since));
    }
    // The current time is irrelevant without an open impact.
    match incident.customer_impact_duration(incident.declared_at) {
        Some(lasted) => format!("ended after {}", format_duration(lasted)),
        None => incident.customer_impact.label().to_owned(),
    }
}

/// Returns who declared the incident and when, from which message, and when it was resolved.
pub(crate) fn times_text(
    incident: &Incident,
    names: &UserNames,
    first_message: Option<&str>,
) -> String {
    let origin = first_message.map(|url| format!("from {} ", mrkdwn::link("this message", url)));
    let declared = format!(
        "Declared by {} {}{}",
        mrkdwn::actor_name(incident.declared_by.as_ref(), names),
        origin.unwrap_or_default(),
        mrkdwn::time(incident.declared_at)
    );
    match incident.resolved_at {
        None => declared,
        Some(resolved) => format!(
            "{declared} · Resolved {} after {}",
            mrkdwn::time(resolved),
            format_duration(resolved.duration_since(incident.declared_at))
        ),
    }
}

pub(crate) fn no_channel_text(state: ChannelState) -> &'static str {
    match state {
        ChannelState::Pending | ChannelState::Open => "Its channel is being created.",
        ChannelState::Failed => "It has no channel.",
        ChannelState::Archived => "Its channel is archived.",
        ChannelState::Deleted => "Its channel was deleted.",
    }
}

/// Returns a link button that opens the channel.
fn join_button(team: &str, channel: &ChannelId) -> SlackActionBlockElement {
    button_click::join_channel_button(&channel_url(Some(team), channel)).into()
}

/// Returns the URL that opens a channel in any Slack client; without the workspace, in the one that was
/// used last, docs.slack.dev/interactivity/deep-linking.
pub(crate) fn channel_url(team: Option<&str>, channel: &ChannelId) -> String {
    let team = team.map(|team| format!("&team={team}"));
    let team = team.unwrap_or_default();
    format!("https://slack.com/app_redirect?channel={channel}{team}")
}
