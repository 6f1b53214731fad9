//! The links of an incident, as people see them: in the header, and as a list of their own.

use muster_commands::IncidentId;
use muster_commands::limits::{self, cut, length};
use muster_commands::link::LinkKind;
use muster_commands::link_buttons::Chosen;
use slack_morphism::prelude::*;

use super::client::Message;
use super::words::{self, Piece, Sentence, link, plain, strong};
use crate::domain::{Document, Incident, Names};

/// How many documents, or signals, the header shows.
const IN_HEADER: usize = 10;

/// How many bytes the addresses of these may take with their names. Slack tells us of each edit of the header as
/// it was and as it is: so both still fit the 64 KiB that a request may have.
const ROOM_IN_HEADER: usize = 4_000;

/// How many documents a page of the list shows.
const ON_PAGE: usize = 20;

/// How much of an address is shown.
const ADDRESS_SHOWN: usize = 100;

/// Gives how many of these links the header shows, by the bytes that each takes.
pub fn many_in_header(lengths: impl Iterator<Item = usize>) -> usize {
    let mut taken = 0;
    let fits = |length: &usize| {
        taken += length;
        taken <= ROOM_IN_HEADER
    };
    lengths.take(IN_HEADER).take_while(fits).count()
}

/// Gives the links that the header shows; nothing if there are none.
pub fn shown(incident: &Incident) -> Option<SlackBlock> {
    let mut lines: Vec<Sentence> = Vec::new();
    for (label, url) in [("Video call", &incident.call), ("Chat", &incident.chat)] {
        lines.extend(
            url.iter()
                .map(|url| vec![strong(label), plain(" "), address(url)]),
        );
    }
    let documents: Vec<_> = incident.documents().collect();
    if !documents.is_empty() {
        lines.push(vec![strong("Documents")]);
    }
    let many = many_in_header(documents.iter().map(|it| it.title.len() + it.url.len()));
    let titles = documents.iter().take(many);
    lines.extend(titles.map(|it| vec![link(&it.title, &it.url)]));
    let more = documents.len() - many;
    if more > 0 {
        lines.push(vec![plain(format!("and {more} more among the bookmarks"))]);
    }
    (!lines.is_empty()).then(|| words::block(&lines, &Names::default()))
}

/// Gives the buttons for what an open incident lacks.
pub fn missing(incident: &Incident) -> Option<SlackBlock> {
    if !incident.status.is_open() {
        return None;
    }
    let lacks = [
        (LinkKind::Chat, incident.chat.is_none()),
        (LinkKind::Call, incident.call.is_none()),
    ];
    let kinds = lacks.into_iter().filter(|(_, lacks)| *lacks);
    let buttons: Vec<_> = kinds.map(|(kind, _)| adds(incident.id, kind)).collect();
    (!buttons.is_empty()).then(|| SlackActionsBlock::new(buttons).into())
}

/// Gives the list of links from one document on, with what can be done about each.
pub fn list(incident: &Incident, from: i64) -> Message {
    let names = Names::default();
    let mut lines: Vec<Sentence> = vec![vec![strong(format!("Links of {}", incident.id))]];
    let mut blocks = vec![words::block(&lines, &names)];
    let mut shows = |sentence: Sentence, chosen: Chosen| {
        blocks.extend(to_remove(&sentence, chosen));
        lines.push(sentence);
    };
    let chosen = |kind, number| Chosen {
        incident: incident.id,
        kind,
        number,
    };
    let meeting = [
        ("Video call", LinkKind::Call, &incident.call),
        ("Chat", LinkKind::Chat, &incident.chat),
    ];
    for (label, kind, url) in meeting {
        if let Some(url) = url {
            let sentence = vec![plain(format!("{label}: ")), address(url)];
            shows(sentence, chosen(kind, 0));
        }
    }
    let (page, earlier, later) = page(incident, from);
    for document in page {
        let sentence = vec![link(&document.title, &document.url)];
        shows(sentence, chosen(LinkKind::Document, document.number));
    }
    if lines.len() == 1 {
        lines.push(vec![plain("There are none yet.")]);
        blocks.push(words::block(&lines[1..], &names));
    }
    let mut buttons: Vec<SlackActionBlockElement> =
        LinkKind::ALL.map(|kind| adds(incident.id, kind)).into();
    let at = |number| chosen(LinkKind::Document, number);
    buttons.extend(earlier.map(|number| at(number).earlier_button().into()));
    buttons.extend(later.map(|number| at(number).later_button().into()));
    blocks.push(SlackActionsBlock::new(buttons).into());
    Message {
        text: words::mrkdwn(&lines, &names),
        blocks,
    }
}

/// Gives a link with the button that removes it: beside it, or below an address that is too long for that.
fn to_remove(sentence: &Sentence, chosen: Chosen) -> Vec<SlackBlock> {
    let (names, sentence) = (Names::default(), std::slice::from_ref(sentence));
    let text = words::mrkdwn(sentence, &names);
    let button = chosen.remove_button();
    if length(&text) > limits::TEXT {
        let below = SlackActionsBlock::new(vec![button.into()]);
        return vec![words::block(sentence, &names), below.into()];
    }
    let section = SlackSectionBlock::new()
        .with_text(SlackBlockMarkDownText::new(text).into())
        .with_accessory(button.into());
    vec![section.into()]
}

/// Gives the documents of one page, and where the pages before and after it begin, if there are such.
fn page(incident: &Incident, from: i64) -> (Vec<&Document>, Option<i64>, Option<i64>) {
    let all: Vec<&Document> = incident.documents().collect();
    // What was removed meanwhile must not leave an empty page behind.
    let at = all
        .iter()
        .position(|it| it.number >= from)
        .unwrap_or(all.len());
    let start = at.min(all.len().saturating_sub(1)) / ON_PAGE * ON_PAGE;
    let number = |at: usize| all.get(at).map(|it| it.number);
    let earlier = start.checked_sub(ON_PAGE).and_then(number);
    let later = number(start + ON_PAGE);
    let page = all.iter().copied().skip(start).take(ON_PAGE).collect();
    (page, earlier, later)
}

fn adds(incident: IncidentId, kind: LinkKind) -> SlackActionBlockElement {
    let number = 0;
    let chosen = Chosen {
        incident,
        kind,
        number,
    };
    chosen.add_button().into()
}

fn address(url: &str) -> Piece {
    link(cut(url, ADDRESS_SHOWN), url)
}
