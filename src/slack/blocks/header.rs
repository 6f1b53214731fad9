//! The header: the pinned message of an incident channel.

use muster_commands::action_menu;
use muster_commands::payload::button_click;
use slack_morphism::prelude::*;

use crate::domain::alert::group::GroupCounts;
use crate::domain::text::{QUOTE_PREVIEW, bold, role_holders_text, text, truncate};
use crate::domain::{Incident, SeverityScale, Signal, Timestamp, UserNames, Visibility};
use crate::slack::blocks::announcement::{
    overview_section, summary_text, times_text, title_blocks,
};
use crate::slack::blocks::lists::link_list;
use crate::slack::blocks::{context_block, mrkdwn, postmortem, rich_text, status_update};
use crate::slack::client::Message;

/// The longest summary and root cause in the header. Users cannot enter longer ones, but programs can.
const LONGEST_DESCRIPTION: usize = 2_400;

/// The parts of the header that are not stored with the incident.
#[derive(Clone, Copy, Debug, Default)]
pub struct HeaderContext<'a> {
    /// The incident type; `None` if all incidents have the same type.
    pub incident_type: Option<&'a str>,
    /// When the next update is due.
    pub next_update: Option<Timestamp>,
    /// The permalink of the message from which the incident was declared.
    pub first_message: Option<&'a str>,
    /// The numbers of its alerts, if it has any.
    pub alerts: Option<GroupCounts>,
    /// The URL at which the postmortem can be read.
    pub postmortem_url: Option<&'a str>,
}

/// Returns the header. It mentions the commander; Slack notifies them when the header is posted, but not when it
/// is edited.
pub fn header(
    incident: &Incident,
    names: &UserNames,
    scale: &SeverityScale,
    context: HeaderContext<'_>,
) -> Message {
    let commander = mrkdwn::commander_mention(incident.commander.as_ref(), names);
    let mut blocks = title_blocks(incident);
    blocks.push(overview_section(incident, &commander, scale));
    if let Some(update) = &incident.last_update {
        blocks.push(status_update::header_block(update, names));
    }
    if !incident.roles.is_empty() {
        blocks.push(rich_text::rich_text_block(
            &role_holders_text(incident),
            names,
        ));
    }
    blocks.extend(services_block(incident, names));
    blocks.extend(description_blocks(incident, names));
    if !incident.signals.is_empty() {
        blocks.push(signals_block(incident));
    }
    blocks.extend(postmortem::header_line(
        incident,
        context.postmortem_url,
        names,
    ));
    blocks.extend(link_list::header_links(incident));
    if incident.visibility == Visibility::Private {
        blocks.push(context_block("Private: visible to responders only."));
    }
    blocks.extend(context.context_blocks());
    let first_message = context.first_message;
    blocks.push(context_block(&times_text(incident, names, first_message)));
    blocks.extend(take_command_row(incident));
    blocks.push(action_menu::header_buttons(incident.id, incident.status));
    blocks.extend(link_list::add_link_buttons(incident));
    Message {
        text: summary_text(incident),
        blocks,
    }
}

impl HeaderContext<'_> {
    /// Returns the incident type, when the next update is due, and the numbers of alerts.
    fn context_blocks(&self) -> impl Iterator<Item = SlackBlock> {
        let incident_type = self.incident_type.map(mrkdwn::escape);
        let incident_type = incident_type.map(|name| format!("*Incident type* {name}"));
        let due = self.next_update.map(mrkdwn::time_and_age);
        let due = due.map(|due| format!("*Next update due* {due}"));
        let texts = incident_type.into_iter().chain(due);
        let texts = texts.chain(self.alerts.map(alerts_text));
        texts.map(|text| context_block(&text))
    }
}

/// Returns the numbers of alerts.
fn alerts_text(alerts: GroupCounts) -> String {
    let firing = match alerts.firing {
        0 => "none firing".to_owned(),
        firing if firing == alerts.total => "firing".to_owned(),
        firing => format!("{firing} firing"),
    };
    match alerts.total {
        1 if alerts.firing == 0 => "*Alerts* 1, resolved".to_owned(),
        1 => "*Alerts* 1, firing".to_owned(),
        total => format!("*Alerts* {total}, {firing}"),
    }
}

/// Returns the button for an incident without a commander.
fn take_command_row(incident: &Incident) -> Option<SlackBlock> {
    let take_command = button_click::take_command_button(incident.id);
    action_menu::button_row(incident.commander.is_none().then_some(take_command))
}

fn description_blocks(incident: &Incident, names: &UserNames) -> Vec<SlackBlock> {
    let texts = [
        ("What happened", &incident.summary),
        ("Why it happened", &incident.root_cause),
    ];
    let texts = texts.into_iter().filter(|(_, text)| !text.is_empty());
    let lines = texts.map(|(label, value)| {
        let value = truncate(value, LONGEST_DESCRIPTION);
        [vec![bold(label)], vec![text(value)]]
    });
    lines
        .map(|lines| rich_text::rich_text_block(&lines, names))
        .collect()
}

/// Returns the line with Services and Teams; `None` if both are empty.
fn services_block(incident: &Incident, names: &UserNames) -> Option<SlackBlock> {
    let mut spans = Vec::new();
    for (label, value) in incident.services_and_teams() {
        if !spans.is_empty() {
            spans.push(text(" · "));
        }
        let value = truncate(&value, QUOTE_PREVIEW);
        spans.extend([bold(label), text(format!(" {value}"))]);
    }
    (!spans.is_empty()).then(|| rich_text::rich_text_block(&[spans], names))
}

fn signals_block(incident: &Incident) -> SlackBlock {
    let mut elements = vec![SlackRichTextText::new("Signals".to_owned()).bold().into()];
    let many = link_list::header_link_count(
        incident
            .signals
            .iter()
            .map(|it| it.name.len() + it.url.len()),
    );
    for signal in incident.signals.iter().take(many) {
        elements.push("\n".into());
        elements.push(signal_element(signal));
    }
    let more = incident.signals.len() - many;
    if more > 0 {
        elements.push(
            format!("\nand {more} more in the bookmarks")
                .as_str()
                .into(),
        );
    }
    SlackRichTextBlock::new(vec![SlackRichTextSection::new(elements).into()]).into()
}

fn signal_element(signal: &Signal) -> SlackRichTextInlineElement {
    let link = SlackRichTextLink::new(signal.url.as_str().into());
    SlackRichTextInlineElement::Link(match signal.name.as_str() {
        "" => link,
        name => link.with_text(name.into()),
    })
}
