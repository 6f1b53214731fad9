//! The pinned header of an incident's channel, as Block Kit.

use muster_commands::Scale;
use slack_morphism::prelude::*;

use super::cards::{glance, in_one_line, small, times, title};
use super::client::Message;
use super::words::{self, plain, strong};
use super::{links, markup, role_words};
use crate::domain::{Incident, Moment, Names, Visibility};

/// The pinned header of an incident's channel: how things stand. It calls the commander; Slack does so
/// when it is posted, and not again when it is edited. `next_update` is when somebody should next say how
/// things stand, if they should.
pub fn header(
    incident: &Incident,
    names: &Names,
    scale: &Scale,
    next_update: Option<Moment>,
) -> Message {
    let commander = markup::person(&incident.commander);
    let mut blocks = title(incident);
    blocks.push(glance(incident, &commander, scale));
    if !incident.roles.is_empty() {
        blocks.push(words::block(&role_words::holders(incident), names));
    }
    let texts = [
        ("What happened", &incident.summary),
        ("Why it happened", &incident.root_cause),
    ];
    for (label, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
        blocks.push(words::block(
            &[vec![strong(label)], vec![plain(text.clone())]],
            names,
        ));
    }
    if !incident.signals.is_empty() {
        blocks.push(signals(incident));
    }
    blocks.extend(links::shown(incident));
    if incident.visibility == Visibility::Private {
        blocks.push(small("Private: only those who take part know of it."));
    }
    blocks.extend(next_update.map(|due| {
        let due = markup::time_and_age(due);
        small(&format!("*Next update due* {due}"))
    }));
    blocks.push(small(&times(incident, names)));
    blocks.extend(links::missing(incident));
    Message {
        text: in_one_line(incident),
        blocks,
    }
}

fn signals(incident: &Incident) -> SlackBlock {
    let mut elements = vec![SlackRichTextText::new("Signals".to_owned()).bold().into()];
    let many = links::many_in_header(incident.signals.iter().map(|url| url.len()));
    for url in incident.signals.iter().take(many) {
        elements.push("\n".into());
        elements.push(link(url));
    }
    let more = incident.signals.len() - many;
    if more > 0 {
        elements.push(
            format!("\nand {more} more among the bookmarks")
                .as_str()
                .into(),
        );
    }
    SlackRichTextBlock::new(vec![SlackRichTextSection::new(elements).into()]).into()
}

fn link(url: &str) -> SlackRichTextInlineElement {
    SlackRichTextInlineElement::Link(SlackRichTextLink::new(url.into()))
}
