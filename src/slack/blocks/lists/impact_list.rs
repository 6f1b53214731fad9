//! Messages about impacts to one user: which one to remove, and whether a start is correct.

use chrono::Duration;
use muster_commands::impact_buttons::ImpactButton;
use slack_morphism::prelude::*;

use crate::domain::text::{QUOTE_PREVIEW, RichText, Span, bold, format_duration, text, truncate};
use crate::domain::{Impact, Incident, Timestamp, UserNames};
use crate::slack::blocks::{rich_text, text_message};
use crate::slack::client::Message;

/// Maximum number of impacts in the list. Slack: a message has at most 50 blocks, and each impact takes two.
const MAX_IMPACTS: usize = 20;

/// Returns the impacts of an incident, the latest first, each with **Remove**.
pub(crate) fn removal_list(incident: &Incident) -> Message {
    let names = UserNames::default();
    let mut paragraphs = vec![vec![
        text("Which impact of "),
        bold(incident.id.to_string()),
        text(" should be removed?"),
    ]];
    let mut blocks = vec![rich_text::rich_text_block(&paragraphs, &names)];
    for impact in incident.impacts.iter().rev().take(MAX_IMPACTS) {
        let paragraph = impact_text(impact);
        blocks.push(rich_text::rich_text_block(
            std::slice::from_ref(&paragraph),
            &names,
        ));
        paragraphs.push(paragraph);
        let button = ImpactButton {
            incident: incident.id,
            number: impact.number,
        };
        blocks.push(SlackActionsBlock::new(vec![button.remove_button().into()]).into());
    }
    Message {
        text: rich_text::fallback_text(&paragraphs, &names),
        blocks,
    }
}

/// Returns the question whether an impact that starts long before the declaration is added, with its buttons.
pub(crate) fn start_question(
    incident: &Incident,
    started_at: Timestamp,
    buttons: [SlackBlockButtonElement; 2],
) -> Message {
    let mut message = text_message(vec![
        Span::Time(started_at),
        text(format!(
            " is {}. Nothing was added yet.",
            start_distance(incident, started_at)
        )),
    ]);
    let buttons = buttons.map(Into::into).to_vec();
    message.blocks.push(SlackActionsBlock::new(buttons).into());
    message
}

/// Describes a doubtful start: `3 weeks before IR-7 was declared`.
pub(crate) fn start_distance(incident: &Incident, started_at: Timestamp) -> String {
    let before = incident.declared_at.duration_since(started_at);
    // Rounded, so that three weeks and a moment are three weeks.
    let days = format_duration(Duration::days((before.num_hours() + 12) / 24));
    format!("{days} before {} was declared", incident.id)
}

fn impact_text(impact: &Impact) -> RichText {
    let mut spans = vec![
        bold(impact.number.to_string()),
        text(" "),
        Span::Time(impact.started_at),
    ];
    match impact.ended_at {
        Some(ended_at) => spans.extend([text(" to "), Span::Time(ended_at)]),
        None => spans.push(text(", ongoing")),
    }
    if !impact.description.is_empty() {
        let description = truncate(&impact.description, QUOTE_PREVIEW);
        spans.push(text(format!(": {description}")));
    }
    spans
}
