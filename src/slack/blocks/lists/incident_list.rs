//! Incidents in lists: a line with the title and the button **Open**, and a small line with the details.

use muster_commands::list::ListFilter;
use muster_commands::list_buttons::ListPage;
use muster_commands::payload::button_click;
use slack_morphism::prelude::*;

use crate::domain::text::{
    NO_COMMANDER, TITLE_PREVIEW, bold, format_age, format_duration, text, truncate,
};
use crate::domain::{ChannelState, SeverityScale, Timestamp, UserId, UserNames, Visibility};
use crate::slack::blocks::announcement::channel_url;
use crate::slack::blocks::{context_block, mrkdwn, rich_text};
use crate::slack::client::Message;
use crate::store::{IncidentSummary, Page};

/// How incidents are shown in a list.
pub(crate) struct ListStyle {
    /// The severities that the team uses.
    pub(crate) scale: SeverityScale,
    /// The ID of the workspace, for the URLs of channels; `None` if it is not known yet.
    pub(crate) team: Option<String>,
    /// The current time, for ages; `None` in a view whose content must not depend on it.
    pub(crate) now: Option<Timestamp>,
}

/// Returns a page of a list, with the buttons that show its other pages.
pub(crate) fn list(
    filter: &ListFilter,
    page: &Page<IncidentSummary>,
    style: &ListStyle,
) -> Message {
    let names = UserNames::default();
    let heading = [vec![
        bold(filter_title(filter)),
        text(format!(" ({})", page.item_count)),
    ]];
    let mut blocks = vec![rich_text::rich_text_block(&heading, &names)];
    let mut lines = vec![rich_text::fallback_text(&heading, &names)];
    for incident in &page.items {
        let (title, details) = (incident_title(incident, style), details(incident, style));
        lines.push(format!("{} · {details}", mrkdwn::escape(&title)));
        blocks.extend(incident_blocks(incident, style));
    }
    blocks.extend(pager(filter, page));
    Message {
        text: lines.join("\n"),
        blocks,
    }
}

fn filter_title(filter: &ListFilter) -> String {
    match filter {
        ListFilter::Open => "Open incidents".to_owned(),
        ListFilter::Resolved => "Resolved incidents".to_owned(),
        ListFilter::AnyStatus => "All incidents".to_owned(),
        ListFilter::Mine => "My open incidents".to_owned(),
        ListFilter::Words(words) => format!("Incidents matching “{words}”"),
    }
}

/// Returns the number of the page and the paging buttons, if there is more than one page.
fn pager(filter: &ListFilter, page: &Page<IncidentSummary>) -> Vec<SlackBlock> {
    if page.page_count < 2 {
        return Vec::new();
    }
    let to = |page| ListPage {
        filter: filter.clone(),
        page,
    };
    let mut buttons: Vec<SlackActionBlockElement> = Vec::new();
    if page.number > 0 {
        buttons.push(to(page.number - 1).previous_button().into());
    }
    if page.number + 1 < page.page_count {
        buttons.push(to(page.number + 1).next_button().into());
    }
    vec![
        context_block(&format!("Page {} of {}", page.number + 1, page.page_count)),
        SlackActionsBlock::new(buttons).into(),
    ]
}

/// Returns the two lines of an incident.
pub(crate) fn incident_blocks(incident: &IncidentSummary, style: &ListStyle) -> [SlackBlock; 2] {
    // Plain text: a title formats nothing and mentions no one.
    let title = SlackBlockPlainText::new(incident_title(incident, style)).with_emoji(false);
    let title = SlackSectionBlock::new().with_text(title.into());
    let title = match open_channel_button(incident, style.team.as_deref()) {
        Some(button) => title.with_accessory(button.into()),
        None => title,
    };
    [title.into(), context_block(&details(incident, style))]
}

/// Returns the button that opens the incident's channel; `None` without a channel.
fn open_channel_button(
    incident: &IncidentSummary,
    team: Option<&str>,
) -> Option<SlackBlockButtonElement> {
    let channel = incident.channel.as_ref();
    let channel = channel.filter(|_| incident.channel_state != ChannelState::Deleted)?;
    Some(button_click::open_channel_button(&channel_url(
        team, channel,
    )))
}

/// Returns the colour of the severity, the number and the title.
pub(crate) fn incident_title(incident: &IncidentSummary, style: &ListStyle) -> String {
    format!(
        "{} {} {}",
        style.scale.severity_emoji(incident.severity),
        incident.id,
        truncate(&incident.display_title(), TITLE_PREVIEW)
    )
}

fn commander_text(commander: Option<&UserId>) -> String {
    let none = || format!("Commander: {NO_COMMANDER}");
    commander.map_or_else(none, mrkdwn::user_mention)
}

/// Returns status, severity, commander, time and anything unusual, as mrkdwn.
pub(crate) fn details(incident: &IncidentSummary, style: &ListStyle) -> String {
    let mut parts = vec![
        incident.status.marked_label(),
        mrkdwn::escape(&style.scale.severity_name(incident.severity)),
        // Neither an ephemeral message nor a view notifies anyone, so a mention is harmless.
        commander_text(incident.commander.as_ref()),
        time_text(incident, style.now),
    ];
    if incident.visibility == Visibility::Private {
        parts.push("Private".to_owned());
    }
    let channel = match (&incident.channel, incident.channel_state) {
        (Some(_), ChannelState::Pending | ChannelState::Open | ChannelState::Failed) => None,
        (_, ChannelState::Archived) => Some("channel archived"),
        (_, ChannelState::Deleted) => Some("channel deleted"),
        (None, ChannelState::Failed) => Some("no channel"),
        (None, ChannelState::Pending | ChannelState::Open) => Some("creating the channel…"),
    };
    parts.extend(channel.map(str::to_owned));
    parts.join(" · ")
}

/// Returns when the incident was declared, or resolved and after how long.
fn time_text(incident: &IncidentSummary, now: Option<Timestamp>) -> String {
    let at = |at| match now {
        Some(now) => format_age(at, now),
        None => mrkdwn::time(at),
    };
    match incident.resolved_at {
        Some(resolved_at) => {
            let duration = resolved_at.duration_since(incident.declared_at);
            format!("{}, after {}", at(resolved_at), format_duration(duration))
        }
        None => at(incident.declared_at),
    }
}
