//! The changes that a notification of a rule reports, as sentences.

use crate::text::{RichText, Span, activity_text};
use crate::{DecisionContext, EntryKind, TimelineEntry};

/// Returns the changes that entries record, as sentences.
pub(super) fn change_sentences<'e>(
    entries: impl IntoIterator<Item = &'e TimelineEntry>,
    ctx: &DecisionContext<'_>,
) -> Vec<String> {
    let reported = entries.into_iter().filter(|entry| is_reported(entry));
    let paragraphs = reported.map(|entry| activity_text(&entry.activity()));
    let sentence = |paragraphs: Vec<RichText>| {
        let texts = paragraphs
            .iter()
            .map(|paragraph| plain_text(paragraph, ctx));
        let texts: Vec<_> = texts.collect();
        match texts.as_slice() {
            [heading, items @ ..] if !items.is_empty() => {
                format!("{heading}: {}", items.join(", "))
            }
            texts => texts.concat(),
        }
    };
    paragraphs.map(sentence).collect()
}

/// Returns whether an entry records something that a rule can name.
fn is_reported(entry: &TimelineEntry) -> bool {
    match entry.event.kind() {
        EntryKind::Update | EntryKind::Impact | EntryKind::StatusUpdate => true,
        EntryKind::Note
        | EntryKind::Message
        | EntryKind::Responder
        | EntryKind::Task
        | EntryKind::Document
        | EntryKind::Notification
        | EntryKind::Integration => false,
    }
}

fn plain_text(paragraph: &RichText, ctx: &DecisionContext<'_>) -> String {
    let text = paragraph.iter().map(|span| match span {
        Span::Text(text) | Span::Bold(text) | Span::CrossedOut(text) | Span::Code(text) => {
            text.clone()
        }
        Span::User(user) | Span::Mention(user) => match ctx.user(user) {
            Some(user) => user.name,
            None => user.to_string(),
        },
        Span::Channel(channel) => channel.to_string(),
        Span::Link(text, _) => text.clone(),
        Span::Time(at) => at.to_datetime().format("%Y-%m-%d %H:%M UTC").to_string(),
        Span::TimeOfDay(at) => at.to_datetime().format("%H:%M UTC").to_string(),
    });
    text.collect()
}
