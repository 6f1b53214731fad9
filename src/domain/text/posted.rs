//! Posts about timeline entries that were rewritten or removed since.

use super::{RichText, Span, activity_text, rich};
use crate::{PostedEntry, PostedState, UserId};

/// Returns the text of an entry in its post: as it is now, or crossed out if it was removed.
pub fn posted_entry_text(posted: &PostedEntry) -> Vec<RichText> {
    let mut paragraphs = activity_text(&posted.activity());
    match &posted.state {
        PostedState::Original => {}
        PostedState::Edited => {
            if let Some(last) = paragraphs.last_mut() {
                last.push(Span::from(" (edited)"));
            }
        }
        PostedState::Removed(user) => {
            paragraphs = paragraphs.into_iter().map(crossed_out).collect();
            if let Some(last) = paragraphs.last_mut() {
                last.extend(removed_text(user.as_ref()));
            }
        }
    }
    paragraphs
}

/// Returns the sentence that says who removed an entry.
pub fn removed_text(user: Option<&UserId>) -> RichText {
    match user {
        Some(user) => rich![" Removed by ", user, "."],
        None => rich![" Removed."],
    }
}

/// Crosses a paragraph out. Users, times and links stay as they are: they would lose their meaning.
pub fn crossed_out(paragraph: RichText) -> RichText {
    let spans = paragraph.into_iter();
    spans
        .map(|span| match span {
            Span::Text(text) | Span::Bold(text) | Span::Code(text) | Span::CrossedOut(text) => {
                Span::CrossedOut(text)
            }
            Span::Mention(user) | Span::User(user) => Span::User(user),
            Span::Channel(_) | Span::Link(..) | Span::Time(_) | Span::TimeOfDay(_) => span,
        })
        .collect()
}
