//! The briefing: the ephemeral message for a user who joins an incident channel.

use crate::domain::text::{
    MUSTER, QUOTE_PREVIEW, RichText, Span, activity_text, bold, text, truncate, without_mentions,
};
use crate::domain::{
    Activity, Author, Incident, SeverityScale, TimelineEntry, TimelineEvent, UserNames,
};
use crate::slack::blocks::header::{HeaderContext, header};
use crate::slack::blocks::rich_text;
use crate::slack::client::Message;

/// Maximum number of responders named.
const MAX_RESPONDERS: usize = 15;

/// Returns the briefing: the header's content, the responders and the recent timeline entries.
pub(crate) fn briefing(
    incident: &Incident,
    recent: &[TimelineEntry],
    context: HeaderContext<'_>,
    names: &UserNames,
    scale: &SeverityScale,
) -> Message {
    let welcome = vec![text(format!(
        "Welcome to {}. Here's where things are. Only you see this.",
        incident.id
    ))];
    let mut taking_part = vec![bold("Responders")];
    taking_part.extend(responder_names(incident));
    let mut happened: Vec<RichText> = vec![vec![bold("So far")]];
    happened.extend(recent.iter().flat_map(entry_text));

    let mut blocks = vec![rich_text::rich_text_block(
        std::slice::from_ref(&welcome),
        names,
    )];
    blocks.extend(header(incident, names, scale, context).blocks);
    blocks.push(rich_text::rich_text_block(&[taking_part], names));
    if !recent.is_empty() {
        blocks.push(rich_text::rich_text_block(&happened, names));
    }
    Message {
        text: rich_text::fallback_text(&[welcome], names),
        blocks,
    }
}

fn responder_names(incident: &Incident) -> RichText {
    let mut sentence = Vec::new();
    for user in incident.responder_ids().take(MAX_RESPONDERS) {
        sentence.push(text(if sentence.is_empty() { "  " } else { ", " }));
        sentence.push(Span::User(user.clone()));
    }
    let more = incident
        .responder_ids()
        .count()
        .saturating_sub(MAX_RESPONDERS);
    if more > 0 {
        sentence.push(text(format!(", and {more} more")));
    }
    sentence
}

/// Returns the text of a timeline entry, preceded by its time.
fn entry_text(entry: &TimelineEntry) -> Vec<RichText> {
    let when = || vec![Span::Time(entry.happened_at), text("  ")];
    let who = match &entry.author {
        Some(Author::User(user)) => Span::User(user.clone()),
        Some(Author::App(app)) => text(app.clone()),
        None if entry.message.is_some() => text("Someone"),
        None => text(MUSTER),
    };
    if let TimelineEvent::Message { text: message } = &entry.event {
        let mut sentence = when();
        sentence.extend([
            who,
            text(format!(" wrote: {}", truncate(message, QUOTE_PREVIEW))),
        ]);
        return vec![sentence];
    }
    let entry_activity = Activity {
        actor: match &entry.author {
            Some(Author::User(user)) => Some(user.clone()),
            Some(Author::App(_)) | None => None,
        },
        event: entry.event.clone(),
        at: entry.happened_at,
    };
    let sentences = without_mentions(activity_text(&entry_activity)).into_iter();
    // One time for all lines of an entry.
    sentences
        .enumerate()
        .map(|(index, sentence)| match index {
            0 => when().into_iter().chain(sentence).collect(),
            _ => sentence,
        })
        .collect()
}
