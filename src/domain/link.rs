//! The links of an incident: its documents, its chat, its video call.

use muster_commands::PersonId;
use muster_commands::link::{AddLink, LinkKind};

use super::{
    By, Change, ChannelState, Decision, Effect, Entry, Incident, Line, Moment, Refusal, What,
};

/// How many documents an incident has at most: as many as Slack has room for among the bookmarks.
const MOST_DOCUMENTS: usize = 100;

/// Something to read about an incident: a runbook, a notebook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Counts those of one incident, from 1.
    pub number: i64,
    /// What it is called.
    pub title: String,
    /// Where it is.
    pub url: String,
    /// When it was removed; `None` as long as it is there.
    pub removed_at: Option<Moment>,
}

/// One of an incident's links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkRef {
    /// The document of this number.
    Document(i64),
    /// The chat.
    Chat,
    /// The video call.
    Call,
}

impl Incident {
    /// Gives the documents that are there.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        self.documents.iter().filter(|it| it.removed_at.is_none())
    }

    /// Adds a document, or makes a link the incident's chat or video call in place of the one before.
    pub fn add_link(&self, request: AddLink, by: &By) -> Decision {
        let AddLink { kind, url, title } = request;
        let mut incident = self.clone();
        let what = match kind {
            LinkKind::Document => incident.add_document(title, url)?,
            LinkKind::Chat => exchange(&mut incident.chat, kind, Some(url))?,
            LinkKind::Call => exchange(&mut incident.call, kind, Some(url))?,
        };
        Ok(incident.with_links(by, what))
    }

    /// Takes one of the links away.
    pub fn remove_link(&self, link: LinkRef, by: &By) -> Decision {
        let mut incident = self.clone();
        let what = match link {
            LinkRef::Document(number) => incident.remove_document(number, by.at)?,
            LinkRef::Chat => exchange(&mut incident.chat, LinkKind::Chat, None)?,
            LinkRef::Call => exchange(&mut incident.call, LinkKind::Call, None)?,
        };
        Ok(incident.with_links(by, what))
    }

    /// Asks whoever pasted a link to a call whether it is this incident's, if it has none.
    pub fn offer_call(&self, url: String, person: PersonId, now: Moment) -> Change {
        let mut change = Change::to(self.clone(), now);
        if self.call.is_none() && self.status.is_open() {
            change.then(Effect::OfferCall { person, url });
        }
        change
    }

    /// Makes a pasted link the incident's video call, unless it has one by now.
    pub fn use_call(&self, url: String, by: &By) -> Decision {
        match &self.call {
            Some(present) if *present != url => Err(Refusal(format!(
                "Nothing was changed: the video call is {present} by now."
            ))),
            Some(_) | None => self.add_link(
                AddLink {
                    kind: LinkKind::Call,
                    url,
                    title: String::new(),
                },
                by,
            ),
        }
    }

    fn add_document(&mut self, title: String, url: String) -> Result<What, Refusal> {
        if let Some(known) = self.documents().find(|it| it.url == url) {
            return Err(Refusal(format!(
                "This link is among the documents already, as “{}”.",
                known.title
            )));
        }
        if self.documents().count() >= MOST_DOCUMENTS {
            return Err(Refusal(format!(
                "This incident has {MOST_DOCUMENTS} documents, as many as it can have. Nothing was \
                 added: remove one of them first."
            )));
        }
        let last = self.documents.iter().map(|it| it.number).max();
        self.documents.push(Document {
            number: last.unwrap_or(0) + 1,
            title: title.clone(),
            url: url.clone(),
            removed_at: None,
        });
        Ok(What::DocumentAdded { title, url })
    }

    fn remove_document(&mut self, number: i64, now: Moment) -> Result<What, Refusal> {
        let mut documents = self.documents.iter_mut();
        let document = documents.find(|it| it.number == number && it.removed_at.is_none());
        let Some(document) = document else {
            return Err(Refusal("This document was removed already.".to_owned()));
        };
        document.removed_at = Some(now);
        Ok(What::DocumentRemoved {
            title: document.title.clone(),
            url: document.url.clone(),
        })
    }

    /// Notes who changed the links, and tells it where the incident is dealt with.
    fn with_links(mut self, by: &By, what: What) -> Change {
        self.acted(by);
        let mut change = Change::to(self, by.at);
        change.record(Entry::by(by, what.clone()));
        let incident = change.incident.clone();
        incident.post(&mut change, Line::by(by, what));
        if incident.channel_state == ChannelState::Open {
            change.then(Effect::ShowHeader);
            change.then(Effect::Bookmark);
        }
        change
    }
}

/// Puts a link in the place of the one before, and gives what that is.
fn exchange(
    place: &mut Option<String>,
    kind: LinkKind,
    to: Option<String>,
) -> Result<What, Refusal> {
    if *place == to {
        let label = kind.label();
        return Err(Refusal(match to {
            Some(_) => format!("That is the incident's {label} already."),
            None => format!("The {label} was removed already."),
        }));
    }
    let from = std::mem::replace(place, to.clone());
    Ok(What::LinkChanged { kind, from, to })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::Owed;
    use crate::domain::sample::{in_its_channel, incident};

    fn bob() -> By {
        By::new(PersonId::from("U0BOB000001"), incident("").declared_at)
    }

    fn link(kind: LinkKind, url: &str) -> AddLink {
        AddLink {
            kind,
            url: url.to_owned(),
            title: "Runbook".to_owned(),
        }
    }

    fn owed(change: &Change) -> Vec<Owed> {
        change.effects.iter().map(Effect::owed).collect()
    }

    #[test]
    fn a_document_is_added_once_and_its_number_is_never_given_again() {
        let runbook = link(LinkKind::Document, "https://a.example");
        let change = in_its_channel("")
            .add_link(runbook.clone(), &bob())
            .unwrap();
        assert_eq!(
            owed(&change),
            [Owed::Tell, Owed::ShowHeader, Owed::Bookmark]
        );
        assert!(
            change
                .incident
                .people()
                .any(|person| *person == bob().person)
        );
        let refused = change.incident.add_link(runbook.clone(), &bob());
        assert_eq!(
            refused,
            Err(Refusal(
                "This link is among the documents already, as “Runbook”.".to_owned()
            ))
        );
        let removed = change
            .incident
            .remove_link(LinkRef::Document(1), &bob())
            .unwrap();
        assert_eq!(removed.incident.documents().count(), 0);
        assert!(
            removed
                .incident
                .remove_link(LinkRef::Document(1), &bob())
                .is_err()
        );
        let again = removed.incident.add_link(runbook, &bob()).unwrap();
        assert_eq!(again.incident.documents().next().unwrap().number, 2);
    }

    #[test]
    fn a_call_is_replaced_from_what_to_what() {
        let call = |url| link(LinkKind::Call, url);
        let first = in_its_channel("")
            .add_link(call("https://a.example"), &bob())
            .unwrap();
        let second = first
            .incident
            .add_link(call("https://b.example"), &bob())
            .unwrap();
        let what = What::LinkChanged {
            kind: LinkKind::Call,
            from: Some("https://a.example".to_owned()),
            to: Some("https://b.example".to_owned()),
        };
        assert_eq!(second.entries, [Entry::by(&bob(), what)]);
        assert!(
            second
                .incident
                .add_link(call("https://b.example"), &bob())
                .is_err()
        );
        assert!(
            second
                .incident
                .use_call("https://a.example".to_owned(), &bob())
                .is_err()
        );
        assert_eq!(second.incident.chat, None);
    }

    #[test]
    fn a_call_is_offered_only_to_an_open_incident_that_has_none() {
        let mut incident = in_its_channel("");
        let offered = |incident: &Incident| {
            let url = "https://zoom.us/j/1".to_owned();
            owed(&incident.offer_call(url, bob().person, bob().at))
        };
        assert_eq!(offered(&incident), [Owed::OfferCall]);
        incident.status = muster_commands::Status::Resolved;
        assert_eq!(offered(&incident), []);
        incident.status = muster_commands::Status::Stable;
        incident.call = Some("https://zoom.us/j/2".to_owned());
        assert_eq!(offered(&incident), []);
    }

    #[test]
    fn before_there_is_a_channel_only_the_post_waits_for_it() {
        let change = incident("").add_link(link(LinkKind::Chat, "https://a.example"), &bob());
        assert_eq!(owed(&change.unwrap()), [Owed::Tell]);
    }

    #[test]
    fn a_hundred_documents_are_enough() {
        let mut incident = in_its_channel("");
        for number in 1..=100 {
            let url = format!("https://a.example/{number}");
            let change = incident.add_link(link(LinkKind::Document, &url), &bob());
            incident = change.unwrap().incident;
        }
        assert!(
            incident
                .add_link(link(LinkKind::Document, "https://b.example"), &bob())
                .is_err()
        );
    }
}
