//! The briefing: what whoever joins an incident's channel sees, and nobody else.

use muster_commands::limits::cut;
use muster_commands::{PersonId, Scale};

use super::client::Message;
use super::header::header;
use super::words::{self, Piece, Sentence, plain, strong};
use crate::domain::{Author, Entry, Incident, Line, Moment, Names, What};

/// How many of those who take part are named.
const NAMED: usize = 15;

/// How much of a message is quoted; the timeline has the whole.
const QUOTED: usize = 300;

/// Gives the briefing: how things stand, as the header says it, who takes part, and what happened; with when
/// the next update is due, if one is.
pub fn briefing(
    incident: &Incident,
    (recent, next_update): (&[Entry], Option<Moment>),
    names: &Names,
    scale: &Scale,
) -> Message {
    let welcome = vec![plain(format!(
        "You are in the channel of {}. This is how things stand; only you see it.",
        incident.id
    ))];
    let mut taking_part = vec![strong("Taking part")];
    taking_part.extend(people(incident));
    let mut happened: Vec<Sentence> = vec![vec![strong("What happened so far")]];
    happened.extend(recent.iter().flat_map(told));

    let mut blocks = vec![words::block(std::slice::from_ref(&welcome), names)];
    blocks.extend(header(incident, names, scale, next_update).blocks);
    blocks.push(words::block(&[taking_part], names));
    if !recent.is_empty() {
        blocks.push(words::block(&happened, names));
    }
    Message {
        text: words::mrkdwn(&[welcome], names),
        blocks,
    }
}

/// Gives everybody whom a briefing names.
pub fn named<'a>(incident: &'a Incident, recent: &'a [Entry]) -> Vec<&'a PersonId> {
    let mut named: Vec<&PersonId> = incident.people().take(NAMED).collect();
    for entry in recent {
        if let Some(Author::Person(person)) = &entry.author {
            named.push(person);
        }
    }
    named
}

fn people(incident: &Incident) -> Sentence {
    let mut sentence = Vec::new();
    for person in incident.people().take(NAMED) {
        sentence.push(plain(if sentence.is_empty() { "  " } else { ", " }));
        sentence.push(Piece::Person(person.clone()));
    }
    let more = incident.people().count().saturating_sub(NAMED);
    if more > 0 {
        sentence.push(plain(format!(", and {more} more")));
    }
    sentence
}

/// Gives what a line of the timeline tells, after when it happened.
fn told(entry: &Entry) -> Vec<Sentence> {
    let when = || vec![Piece::Time(entry.happened_at), plain("  ")];
    let who = match &entry.author {
        Some(Author::Person(person)) => Piece::Person(person.clone()),
        Some(Author::App(app)) => plain(app.clone()),
        None => plain("Somebody"),
    };
    if let What::Message { text } = &entry.what {
        let mut sentence = when();
        sentence.extend([who, plain(format!(" wrote: {}", cut(text, QUOTED)))]);
        return vec![sentence];
    }
    let line = Line {
        by: match &entry.author {
            Some(Author::Person(person)) => Some(person.clone()),
            Some(Author::App(_)) | None => None,
        },
        what: entry.what.clone(),
        at: entry.happened_at,
    };
    let sentences = words::quiet(words::told(&line)).into_iter();
    sentences
        .map(|told| when().into_iter().chain(told).collect())
        .collect()
}
