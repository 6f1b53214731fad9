//! The list of open incidents, grouped by status and sorted by severity.

use muster_commands::list;

use crate::domain::text::{RichText, Span, TITLE_PREVIEW, bold, text, truncate};
use crate::domain::{ChannelState, SeverityScale, Timestamp, UserNames, Visibility};
use crate::slack::blocks::heading_block;
use crate::slack::blocks::rich_text;
use crate::slack::client::Message;
use crate::store::IncidentSummary;

/// Returns the list. `open` is the total number of open incidents.
pub(crate) fn list(
    incidents: &[IncidentSummary],
    open: i64,
    scale: &SeverityScale,
    now: Timestamp,
) -> Message {
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
        blocks.push(heading_block(status.label()));
        blocks.push(rich_text::rich_text_block(&lines, &names));
        texts.push(format!(
            "{}\n{}",
            status.label(),
            rich_text::fallback_text(&lines, &names)
        ));
    }
    let more = open.saturating_sub(i64::try_from(incidents.len()).unwrap_or(open));
    if more > 0 {
        let remainder = format!("and {more} more that are open");
        texts.push(remainder.clone());
        blocks.push(rich_text::rich_text_block(&[vec![text(remainder)]], &names));
    }
    Message {
        text: texts.join("\n"),
        blocks,
    }
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
