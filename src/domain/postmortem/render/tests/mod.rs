//! Tests of rendered postmortems.

mod document;
mod escaping;
mod values;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::Duration;

use crate::postmortem::{
    GeneratePostmortem, PostmortemChange, PostmortemDocument, PostmortemSource, PostmortemView,
    QuoteState, SourceEntry, TimelineSelection,
};
use crate::testing::{context, incident_with_channel};
use crate::{
    Actor, Author, ChannelId, Incident, MessageRef, MessageTs, Settings, Severity, Status,
    StoredEntry, TimelineEntry, TimelineEvent, Timestamp, UserClock, UserContact, UserId,
};

const PAGE: &str = "https://muster.example.com/incidents/7";

/// Returns the time this many minutes after the declaration, which was at 15:20:05 UTC.
fn minutes(minutes: i64) -> Timestamp {
    let declared_at = incident_with_channel("").declared_at;
    declared_at.plus(Duration::minutes(minutes))
}

fn alice() -> UserId {
    UserId::from("U0ALICE0001")
}

fn bob() -> UserId {
    UserId::from("U0BOB000001")
}

fn entry(id: i64, author: &UserId, minute: i64, event: TimelineEvent) -> SourceEntry {
    let actor = Actor::new(author.clone(), minutes(minute));
    SourceEntry {
        stored: StoredEntry {
            id,
            entry: TimelineEntry::by_actor(&actor, event),
            is_important: false,
        },
        state: QuoteState::Unchanged,
    }
}

fn note(id: i64, minute: i64, text: &str) -> SourceEntry {
    let text = text.to_owned();
    entry(id, &alice(), minute, TimelineEvent::Note { text })
}

/// Returns an important message of Bob's.
fn message(id: i64, text: &str, state: QuoteState) -> SourceEntry {
    let text = text.to_owned();
    let mut entry = entry(id, &bob(), 3, TimelineEvent::Message { text });
    entry.stored.is_important = true;
    entry.stored.entry.message = Some(MessageRef {
        channel: ChannelId::from("C0INCIDENT7"),
        ts: MessageTs::from("1795447385.000100"),
        permalink: "https://acme.slack.com/archives/C0INCIDENT7/p1".to_owned(),
        edited_ts: None,
    });
    entry.state = state;
    entry
}

/// Returns the declaration by Alice.
fn declaration() -> SourceEntry {
    let event = TimelineEvent::Declared {
        severity: Severity::Sev3,
        customer_impact: crate::CustomerImpact::No,
        imported: None,
    };
    entry(1, &alice(), 0, event)
}

/// Returns the facts of IR-7, which Alice declared and resolved after 72 minutes, with the default document.
fn source(title: &str) -> PostmortemSource {
    let mut incident = incident_with_channel(title);
    incident.status = Status::Resolved;
    incident.severity = Severity::Sev2;
    incident.resolved_at = Some(minutes(72));
    let actor = Actor::new(alice(), minutes(80));
    let change = incident
        .generate_postmortem(GeneratePostmortem::default(), &actor, &context(minutes(80)))
        .unwrap();
    let contact = |name: &str| UserContact {
        name: name.to_owned(),
        ..UserContact::default()
    };
    PostmortemSource {
        document: PostmortemDocument {
            sections: saved_sections(&change.postmortem),
            exports: Vec::new(),
        },
        incident: change.incident,
        settings: Arc::new(Settings::default()),
        contacts: HashMap::from([(alice(), contact("Alice")), (bob(), contact("Bob"))]),
        entries: vec![declaration()],
        notifications: Vec::new(),
        similar: Vec::new(),
    }
}

fn saved_sections(changes: &[PostmortemChange]) -> Vec<crate::postmortem::Section> {
    let mut sections = Vec::new();
    for change in changes {
        if let PostmortemChange::SectionSaved(section) = change {
            sections.push(section.clone());
        }
    }
    sections
}

/// Shows all entries of the timeline.
fn select_all(incident: &mut Incident) {
    if let Some(postmortem) = &mut incident.postmortem {
        postmortem.timeline = TimelineSelection::AllEntries;
    }
}

/// Returns a text with the values of its variables, for a reader in Paris, 100 minutes after the declaration.
fn render(source: &PostmortemSource, text: &str) -> String {
    let clock = UserClock::new(minutes(100), "Europe/Paris");
    source.render_text(
        text,
        &PostmortemView {
            clock: &clock,
            page_url: Some(PAGE),
            channel_url: None,
        },
    )
}

/// Returns the author of an entry of an app.
fn app(name: &str) -> Option<Author> {
    Some(Author::App(name.to_owned()))
}
