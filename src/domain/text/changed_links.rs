//! Edited documents and links to other tools as text.

use super::{QUOTE_PREVIEW, RichText, Span, link, rich};
use crate::text::truncate;
use crate::{IntegrationKind, NamedUrl};

/// Returns the text for an edited document, without its actor.
pub(super) fn document_edited_text(from: &NamedUrl, to: &NamedUrl) -> RichText {
    let mut text = rich![" changed the document ", named(from), " to ", named(to)];
    if from.url != to.url && from.title == to.title {
        text.push(Span::from(format!(
            " ({})",
            truncate(&to.url, QUOTE_PREVIEW)
        )));
    }
    text.push(Span::from("."));
    text
}

/// Returns the text for added, changed or removed links to another tool, without its actor.
pub(super) fn integration_text(
    integration: IntegrationKind,
    from: &[NamedUrl],
    to: &[NamedUrl],
) -> RichText {
    let object = |links: &[NamedUrl]| match links.len() {
        0 | 1 => format!("the {} ", integration.label()),
        _ => format!("the {}s ", integration.label()),
    };
    let mut text = match (from, to) {
        (_, []) => {
            let mut text = rich![format!(" removed the link to {}", object(from))];
            text.extend(named_links(from));
            return with_period(text);
        }
        ([], _) => rich![format!(" linked {}", object(to))],
        (from, _) => {
            let mut text = rich![format!(" changed the link to {}", object(from))];
            text.extend(named_links(from));
            text.push(Span::from(" to "));
            text
        }
    };
    text.extend(named_links(to));
    with_period(text)
}

fn with_period(mut text: RichText) -> RichText {
    text.push(Span::from("."));
    text
}

fn named_links(links: &[NamedUrl]) -> RichText {
    let mut text = RichText::new();
    for it in links {
        if !text.is_empty() {
            text.push(Span::from(", "));
        }
        text.push(named(it));
    }
    text
}

fn named(it: &NamedUrl) -> Span {
    let title = truncate(&it.title, QUOTE_PREVIEW);
    match it.url.as_str() {
        "" => Span::from(title),
        url => link(title, url),
    }
}
