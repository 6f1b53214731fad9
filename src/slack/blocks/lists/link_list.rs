//! The links of an incident, in the header and as a list.

use muster_commands::link_buttons::LinkButton;
use muster_commands::modal::block_kit_limits;
use slack_morphism::prelude::*;

use crate::domain::text::{RichText, Span, bold, length, link, text, truncate};
use crate::domain::{Document, Incident, IncidentId, LinkKind, UserNames};
use crate::slack::blocks::rich_text;
use crate::slack::client::Message;

/// Maximum number of documents, or of signals, in the header.
const MAX_IN_HEADER: usize = 10;

/// Maximum bytes of their URLs and titles. Slack's event for an edit of the header contains the old and
/// the new version; both together must stay below 64 KiB.
const MAX_HEADER_BYTES: usize = 4_000;

/// Documents per page of the list.
const PAGE_SIZE: usize = 20;

/// Maximum length of a URL's text.
const URL_PREVIEW: usize = 100;

/// Returns how many links fit into the header, given the bytes of each.
pub(crate) fn header_link_count(lengths: impl Iterator<Item = usize>) -> usize {
    let mut taken = 0;
    let fits = |length: &usize| {
        taken += length;
        taken <= MAX_HEADER_BYTES
    };
    lengths.take(MAX_IN_HEADER).take_while(fits).count()
}

/// Returns the links for the header, or `None` if there are none.
pub(crate) fn header_links(incident: &Incident) -> Option<SlackBlock> {
    let mut lines: Vec<RichText> = Vec::new();
    for (label, url) in [
        ("Video call", &incident.call_url),
        ("Chat", &incident.chat_url),
    ] {
        lines.extend(
            url.iter()
                .map(|url| vec![bold(label), text(" "), url_link(url)]),
        );
    }
    let documents: Vec<_> = incident.documents().collect();
    if !documents.is_empty() {
        lines.push(vec![bold("Documents")]);
    }
    let many = header_link_count(documents.iter().map(|it| it.title.len() + it.url.len()));
    let titles = documents.iter().take(many);
    lines.extend(titles.map(|it| vec![link(&it.title, &it.url)]));
    let more = documents.len() - many;
    if more > 0 {
        lines.push(vec![text(format!("and {more} more in the bookmarks"))]);
    }
    (!lines.is_empty()).then(|| rich_text::rich_text_block(&lines, &UserNames::default()))
}

/// Returns buttons that add a missing chat or call, for an open incident.
pub(crate) fn add_link_buttons(incident: &Incident) -> Option<SlackBlock> {
    if !incident.status.is_open() {
        return None;
    }
    let lacks = [
        (LinkKind::Chat, incident.chat_url.is_none()),
        (LinkKind::Call, incident.call_url.is_none()),
    ];
    let kinds = lacks.into_iter().filter(|(_, lacks)| *lacks);
    let buttons: Vec<_> = kinds
        .map(|(kind, _)| add_button(incident.id, kind))
        .collect();
    (!buttons.is_empty()).then(|| SlackActionsBlock::new(buttons).into())
}

/// Returns the list of links with their buttons, starting at the page of a document number.
pub(crate) fn list(incident: &Incident, from: i64) -> Message {
    let names = UserNames::default();
    let mut lines: Vec<RichText> = vec![vec![bold(format!("Links of {}", incident.id))]];
    let mut blocks = vec![rich_text::rich_text_block(&lines, &names)];
    let mut shows = |sentence: RichText, button: LinkButton| {
        blocks.extend(link_with_remove_button(&sentence, button));
        lines.push(sentence);
    };
    let link_button = |kind, number| LinkButton {
        incident: incident.id,
        kind,
        number,
    };
    let meeting = [
        ("Video call", LinkKind::Call, &incident.call_url),
        ("Chat", LinkKind::Chat, &incident.chat_url),
    ];
    for (label, kind, url) in meeting {
        if let Some(url) = url {
            let sentence = vec![text(format!("{label}: ")), url_link(url)];
            shows(sentence, link_button(kind, 0));
        }
    }
    let (page, earlier, later) = document_page(incident, from);
    for document in page {
        let sentence = vec![link(&document.title, &document.url)];
        shows(sentence, link_button(LinkKind::Document, document.number));
    }
    if lines.len() == 1 {
        lines.push(vec![text("No links yet.")]);
        blocks.push(rich_text::rich_text_block(&lines[1..], &names));
    }
    blocks.push(list_buttons(incident.id, earlier, later));
    Message {
        text: rich_text::fallback_text(&lines, &names),
        blocks,
    }
}

/// Returns the buttons below the list, given where the previous and the next page begin.
fn list_buttons(incident: IncidentId, earlier: Option<i64>, later: Option<i64>) -> SlackBlock {
    let document = |number| LinkButton {
        incident,
        kind: LinkKind::Document,
        number,
    };
    let add_buttons = LinkKind::ALL.map(|kind| add_button(incident, kind));
    let earlier = earlier.map(|number| document(number).earlier_button().into());
    let later = later.map(|number| document(number).later_button().into());
    let buttons = add_buttons.into_iter().chain(earlier).chain(later);
    SlackActionsBlock::new(buttons.collect()).into()
}

/// Returns a link with its **Remove** button: as an accessory, or below a URL that is too long for a
/// section.
fn link_with_remove_button(sentence: &RichText, button: LinkButton) -> Vec<SlackBlock> {
    let (names, sentence) = (UserNames::default(), std::slice::from_ref(sentence));
    let text = rich_text::fallback_text(sentence, &names);
    let button = button.remove_button();
    if length(&text) > block_kit_limits::TEXT {
        let below = SlackActionsBlock::new(vec![button.into()]);
        return vec![rich_text::rich_text_block(sentence, &names), below.into()];
    }
    let section = SlackSectionBlock::new()
        .with_text(SlackBlockMarkDownText::new(text).into())
        .with_accessory(button.into());
    vec![section.into()]
}

/// Returns the documents of one page, and where the previous and the next page begin.
fn document_page(incident: &Incident, from: i64) -> (Vec<&Document>, Option<i64>, Option<i64>) {
    let documents: Vec<&Document> = incident.documents().collect();
    // Removed documents must not leave an empty page.
    let at = documents
        .iter()
        .position(|it| it.number >= from)
        .unwrap_or(documents.len());
    let start = at.min(documents.len().saturating_sub(1)) / PAGE_SIZE * PAGE_SIZE;
    let number = |at: usize| documents.get(at).map(|it| it.number);
    let earlier = start.checked_sub(PAGE_SIZE).and_then(number);
    let later = number(start + PAGE_SIZE);
    let page = documents
        .iter()
        .copied()
        .skip(start)
        .take(PAGE_SIZE)
        .collect();
    (page, earlier, later)
}

fn add_button(incident: IncidentId, kind: LinkKind) -> SlackActionBlockElement {
    let number = 0;
    let button = LinkButton {
        incident,
        kind,
        number,
    };
    button.add_button().into()
}

fn url_link(url: &str) -> Span {
    link(truncate(url, URL_PREVIEW), url)
}
