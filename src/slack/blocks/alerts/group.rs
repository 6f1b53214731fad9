//! The card of a group of alerts.

use muster_commands::alert_buttons;
use slack_morphism::prelude::*;

use crate::domain::alert::group::GroupStage;
use crate::domain::text::{RichText, Span, bold, format_duration, link, text, truncate};
use crate::slack::blocks::rich_text;
use crate::slack::client::Message;
use crate::store::GroupMessage;

/// The longest title, value and name on a card, in characters.
const LONGEST_TITLE: usize = 250;
const LONGEST_VALUE: usize = 80;

/// The longest description on a card, in characters.
const LONGEST_DESCRIPTION: usize = 300;

/// The most labels on a card.
const MAX_LABELS: usize = 10;

/// Returns the card in its current state: with buttons while an incident can be declared from it.
pub(crate) fn group_message(content: &GroupMessage) -> Message {
    let mut paragraphs = vec![
        vec![bold(truncate(&content.group.title, LONGEST_TITLE))],
        severity_text(content),
    ];
    paragraphs.extend(description_text(content));
    paragraphs.extend(labels_text(content));
    paragraphs.extend(titles_text(content));
    paragraphs.push(counts_text(content));
    paragraphs.extend(links_text(content));
    paragraphs.extend(remark_texts(content));
    let names = &content.names;
    let mut blocks = vec![rich_text::rich_text_block(&paragraphs, names)];
    if has_buttons(content) {
        let buttons = alert_buttons::group_buttons(content.group.id, content.candidate);
        let buttons = buttons.into_iter().map(Into::into).collect();
        blocks.push(SlackActionsBlock::new(buttons).into());
    }
    Message {
        text: rich_text::fallback_text(&paragraphs[..2], names),
        blocks,
    }
}

fn has_buttons(content: &GroupMessage) -> bool {
    let is_over = content.counts.are_all_resolved();
    match content.group.stage {
        GroupStage::Attached | GroupStage::Ignored => false,
        GroupStage::Waiting | GroupStage::Suggested | GroupStage::InStorm | GroupStage::Listed => {
            !is_over
        }
    }
}

/// Returns the sender's severity and the suggested one.
fn severity_text(content: &GroupMessage) -> RichText {
    let suggested = bold(content.scale.severity_name(content.suggested));
    match content.severity.as_str() {
        "" => vec![text("Suggested severity: "), suggested],
        severity => vec![
            text(truncate(severity, LONGEST_VALUE)),
            text(" · suggested severity: "),
            suggested,
        ],
    }
}

/// Returns the beginning of the description, unless it repeats the title.
fn description_text(content: &GroupMessage) -> Option<RichText> {
    let description: Vec<_> = content.description.split_whitespace().collect();
    let description = description.join(" ");
    let is_new = !description.is_empty() && description != content.group.title;
    is_new.then(|| vec![text(truncate(&description, LONGEST_DESCRIPTION))])
}

/// Returns the labels that all alerts have in common.
fn labels_text(content: &GroupMessage) -> Option<RichText> {
    let labels = content.displayed_labels();
    let spans: RichText = labels
        .take(MAX_LABELS)
        .enumerate()
        .flat_map(|(index, (name, value))| {
            let separator = match index {
                0 => "",
                _ => " · ",
            };
            [
                text(separator),
                bold(truncate(name, LONGEST_VALUE)),
                text(format!(" {}", truncate(value, LONGEST_VALUE))),
            ]
        })
        .filter(|span| *span != text(""))
        .collect();
    (!spans.is_empty()).then_some(spans)
}

/// Returns the titles, if there are several or the rule made another one.
fn titles_text(content: &GroupMessage) -> Vec<RichText> {
    if let [only] = content.titles.as_slice()
        && only.title == content.group.title
    {
        return Vec::new();
    }
    let titles = content.titles.iter();
    titles
        .map(|it| {
            let title = truncate(&it.title, LONGEST_TITLE);
            let count = match it.count {
                1 => String::new(),
                count => format!(" ({count})"),
            };
            vec![text(format!("• {title}{count}"))]
        })
        .collect()
}

/// Returns the numbers of alerts, since when they fire, and the sources.
fn counts_text(content: &GroupMessage) -> RichText {
    let counts = content.counts;
    let mut parts = match counts.total {
        1 => "1 alert".to_owned(),
        total if counts.firing == total => format!("{total} alerts"),
        total => format!("{total} alerts, {} firing", counts.firing),
    };
    parts.push_str(&content.omitted_text());
    if content.reports > u64::from(counts.total) {
        parts.push_str(&format!(", reported {} times", content.reports));
    }
    vec![
        text(format!("{parts} since ")),
        Span::Time(content.started_at),
        text(format!(" from {}", content.sources.join(", "))),
    ]
}

fn links_text(content: &GroupMessage) -> Option<RichText> {
    let links = content.links.iter().enumerate();
    let spans: RichText = links
        .flat_map(|(index, it)| {
            let separator = match index {
                0 => None,
                _ => Some(text(" · ")),
            };
            let name = match it.name.as_str() {
                "" => it.url.as_str(),
                name => name,
            };
            separator
                .into_iter()
                .chain([link(truncate(name, LONGEST_VALUE), &it.url)])
        })
        .collect();
    (!spans.is_empty()).then_some(spans)
}

/// Returns the remarks: acknowledged, flapping and stale alerts, a wrong clock, and the outcome of the group.
fn remark_texts(content: &GroupMessage) -> Vec<RichText> {
    let acknowledged = content
        .is_acknowledged
        .then(|| vec![text("Acknowledged in its source.")]);
    let clock = content.is_clock_off.then(|| {
        vec![text(
            "The clock of its source is off: the time is that of the receipt.",
        )]
    });
    let flapping = content
        .is_flapping
        .then(|| vec![text("Flapping: it fires and resolves again and again.")]);
    let stale = content.stale_since.map(|since| {
        vec![
            text("Stale: not reported since "),
            Span::Time(since),
            text("."),
        ]
    });
    let remarks = [
        acknowledged,
        clock,
        flapping,
        stale,
        outcome_text(content),
        resolved_text(content),
    ];
    remarks.into_iter().flatten().collect()
}

/// Returns the outcome of the group: its incident, or that it is ignored.
fn outcome_text(content: &GroupMessage) -> Option<RichText> {
    let user = content.group.handled_by.as_ref();
    let actor = match user {
        Some(user) => vec![text(" by "), Span::User(user.clone()), text(".")],
        None => vec![text(" by Muster.")],
    };
    if let Some(incident) = &content.incident {
        let sentence = match (incident.id, content.group.is_added) {
            (Some(id), false) => vec![bold(id.to_string()), text(" declared")],
            (Some(id), true) => vec![text("Added to "), bold(id.to_string())],
            (None, false) => vec![text("An incident was declared")],
            (None, true) => vec![text("Added to an incident")],
        };
        return Some(sentence.into_iter().chain(actor).collect());
    }
    let until = content.group.ignored_until;
    let until = until.filter(|_| content.group.stage == GroupStage::Ignored)?;
    let user = content.group.handled_by.clone();
    let user = user.map_or_else(|| text("Muster"), Span::User);
    Some(vec![
        text("Ignored until "),
        Span::Time(until),
        text(" by "),
        user,
        text("."),
    ])
}

fn resolved_text(content: &GroupMessage) -> Option<RichText> {
    let ended_at = content
        .ended_at
        .filter(|_| content.counts.are_all_resolved())?;
    let duration = format_duration(ended_at.duration_since(content.started_at));
    Some(vec![text(format!("Resolved after {duration}."))])
}
