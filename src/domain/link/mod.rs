//! The links of an incident: its documents, its chat URL and its call URL.

pub(crate) mod add_link;
pub(crate) mod bookmarks;
pub(crate) mod clipboard;
pub(crate) mod edit_document;
pub mod http_url;
pub(crate) mod integration;
pub(crate) mod signal;

use crate::delivery::{SuggestCall, SyncBookmarks, UpsertHeader};
use crate::{
    Activity, Actor, AddLink, Change, ChannelState, Decision, Incident, LinkKind, Rejection,
    TimelineEntry, TimelineEvent, Timestamp, UserId,
};

/// The maximum number of documents of an incident. Slack allows 100 bookmarks in a channel.
const MAX_DOCUMENTS: usize = 100;

/// A document about an incident, such as a runbook or a notebook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its number within the incident, from 1. Numbers are not reused.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// Its URL.
    pub url: String,
    /// When it was removed; `None` if it was not.
    pub removed_at: Option<Timestamp>,
    /// When it was added or last edited; `None` if that was not recorded.
    pub modified_at: Option<Timestamp>,
    /// The user who added or last edited it; `None` if that was not recorded.
    pub modified_by: Option<UserId>,
}

impl Document {
    /// Records who changed it.
    fn set_modified(&mut self, actor: &Actor) {
        self.modified_at = Some(actor.at);
        self.modified_by = actor.user.clone();
    }
}

/// Identifies one of an incident's links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkRef {
    /// The document with this number.
    Document(i64),
    /// The chat URL.
    Chat,
    /// The call URL.
    Call,
}

impl Incident {
    /// Returns the documents that have not been removed.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        self.documents.iter().filter(|it| it.removed_at.is_none())
    }

    /// Adds a document, or sets the chat or call URL.
    pub fn add_link(&self, request: AddLink, actor: &Actor) -> Decision {
        let AddLink { kind, url, title } = request;
        let mut incident = self.clone();
        let what = match kind {
            LinkKind::Document => incident.add_document(title, url, actor)?,
            LinkKind::Chat => replace_link(&mut incident.chat_url, kind, Some(url))?,
            LinkKind::Call => replace_link(&mut incident.call_url, kind, Some(url))?,
        };
        Ok(incident.record_link(actor, what))
    }

    /// Adds documents in one change, except those that the incident has already.
    pub fn add_documents(&self, requests: Vec<AddLink>, actor: &Actor) -> Decision {
        let mut change: Option<Change> = None;
        for request in requests {
            let incident = change.as_ref().map_or(self, |before| &before.incident);
            if incident.documents().any(|it| it.url == request.url) {
                continue;
            }
            let added = incident.add_link(request, actor)?;
            change = Some(match change {
                None => added,
                Some(before) => before.with_documents_of(added),
            });
        }
        change.ok_or_else(|| {
            let id = self.id;
            Rejection(format!(
                "{id} has these documents already. Nothing was added."
            ))
        })
    }

    /// Removes a link.
    pub fn remove_link(&self, link: LinkRef, actor: &Actor) -> Decision {
        let mut incident = self.clone();
        let what = match link {
            LinkRef::Document(number) => incident.remove_document(number, actor.at)?,
            LinkRef::Chat => replace_link(&mut incident.chat_url, LinkKind::Chat, None)?,
            LinkRef::Call => replace_link(&mut incident.call_url, LinkKind::Call, None)?,
        };
        Ok(incident.record_link(actor, what))
    }

    /// Asks the user who posted a call URL whether it belongs to the incident. Does nothing if the incident
    /// already has a call URL or is not open.
    pub fn suggest_call(&self, url: String, user: UserId, now: Timestamp) -> Change {
        let mut change = Change::new(self.clone(), now);
        if self.call_url.is_none() && self.status.is_open() {
            change.enqueue(SuggestCall { user, url });
        }
        change
    }

    /// Sets a suggested URL as the call URL, unless the incident has another one by now.
    pub fn accept_suggested_call(&self, url: String, actor: &Actor) -> Decision {
        match &self.call_url {
            Some(present) if *present != url => Err(Rejection(format!(
                "The video call was set to {present} in the meantime. Nothing was changed."
            ))),
            Some(_) | None => self.add_link(
                AddLink {
                    kind: LinkKind::Call,
                    url,
                    title: String::new(),
                },
                actor,
            ),
        }
    }

    pub(crate) fn add_document(
        &mut self,
        title: String,
        url: String,
        actor: &Actor,
    ) -> Result<TimelineEvent, Rejection> {
        if let Some(known) = self.documents().find(|it| it.url == url) {
            return Err(Rejection(format!(
                "This link is already in the documents, as “{}”.",
                known.title
            )));
        }
        if self.documents().count() >= MAX_DOCUMENTS {
            return Err(Rejection(format!(
                "This incident has {MAX_DOCUMENTS} documents, the maximum. Nothing was added: remove one first."
            )));
        }
        let last = self.documents.iter().map(|it| it.number).max();
        let mut document = Document {
            number: last.unwrap_or(0) + 1,
            title: title.clone(),
            url: url.clone(),
            removed_at: None,
            modified_at: None,
            modified_by: None,
        };
        document.set_modified(actor);
        self.documents.push(document);
        Ok(TimelineEvent::DocumentAdded { title, url })
    }

    fn remove_document(&mut self, number: i64, now: Timestamp) -> Result<TimelineEvent, Rejection> {
        let mut documents = self.documents.iter_mut();
        let document = documents.find(|it| it.number == number && it.removed_at.is_none());
        let Some(document) = document else {
            return Err(Rejection(
                "This document has already been removed.".to_owned(),
            ));
        };
        document.removed_at = Some(now);
        Ok(TimelineEvent::DocumentRemoved {
            title: document.title.clone(),
            url: document.url.clone(),
        })
    }

    /// Records a changed link: the entry, its activity, and updates of the header and the bookmarks.
    fn record_link(mut self, actor: &Actor, what: TimelineEvent) -> Change {
        self.touch_responder(actor);
        let mut change = Change::new(self, actor.at);
        change.add_entry(TimelineEntry::by_actor(actor, what.clone()));
        let incident = change.incident.clone();
        incident.enqueue_activity(&mut change, Activity::by_actor(actor, what));
        if incident.channel_state == ChannelState::Open {
            change.enqueue(UpsertHeader);
            change.enqueue(SyncBookmarks);
        }
        change
    }
}

impl Change {
    /// Appends another added document. The header and the bookmarks are updated once.
    fn with_documents_of(mut self, added: Self) -> Self {
        self.incident = added.incident;
        self.entries.extend(added.entries);
        for delivery in added.deliveries {
            if !self.deliveries.contains(&delivery) {
                self.deliveries.push(delivery);
            }
        }
        self
    }
}

/// Replaces a URL and returns the event.
fn replace_link(
    current: &mut Option<String>,
    kind: LinkKind,
    to: Option<String>,
) -> Result<TimelineEvent, Rejection> {
    if *current == to {
        let label = kind.label();
        return Err(Rejection(match to {
            Some(_) => format!("That's already the incident's {label}."),
            None => format!("The {label} has already been removed."),
        }));
    }
    let from = std::mem::replace(current, to.clone());
    Ok(TimelineEvent::LinkChanged { kind, from, to })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::testing::{incident, incident_with_channel};
    use crate::{Delivery, DeliveryKind};

    fn bob() -> Actor {
        Actor::new(UserId::from("U0BOB000001"), incident("").declared_at)
    }

    fn link(kind: LinkKind, url: &str) -> AddLink {
        AddLink {
            kind,
            url: url.to_owned(),
            title: "Runbook".to_owned(),
        }
    }

    fn delivery_kinds(change: &Change) -> Vec<DeliveryKind> {
        change.deliveries.iter().map(Delivery::kind).collect()
    }

    #[test]
    fn document_is_added_once_and_its_number_is_never_reused() {
        let runbook = link(LinkKind::Document, "https://a.example");
        let change = incident_with_channel("")
            .add_link(runbook.clone(), &bob())
            .unwrap();
        assert_eq!(
            delivery_kinds(&change),
            [
                DeliveryKind::PostActivity,
                DeliveryKind::UpsertHeader,
                DeliveryKind::SyncBookmarks
            ]
        );
        assert!(change.incident.responder_ids().any(|user| bob().is(user)));
        let rejected = change.incident.add_link(runbook.clone(), &bob());
        assert_eq!(
            rejected,
            Err(Rejection(
                "This link is already in the documents, as “Runbook”.".to_owned()
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
    fn replacing_a_call_records_both_urls() {
        let call = |url| link(LinkKind::Call, url);
        let first = incident_with_channel("")
            .add_link(call("https://a.example"), &bob())
            .unwrap();
        let second = first
            .incident
            .add_link(call("https://b.example"), &bob())
            .unwrap();
        let what = TimelineEvent::LinkChanged {
            kind: LinkKind::Call,
            from: Some("https://a.example".to_owned()),
            to: Some("https://b.example".to_owned()),
        };
        assert_eq!(second.entries, [TimelineEntry::by_actor(&bob(), what)]);
        assert!(
            second
                .incident
                .add_link(call("https://b.example"), &bob())
                .is_err()
        );
        assert!(
            second
                .incident
                .accept_suggested_call("https://a.example".to_owned(), &bob())
                .is_err()
        );
        assert_eq!(second.incident.chat_url, None);
    }

    #[test]
    fn call_is_suggested_only_for_an_open_incident_without_one() {
        let mut incident = incident_with_channel("");
        let offered = |incident: &Incident| {
            let url = "https://zoom.us/j/1".to_owned();
            delivery_kinds(&incident.suggest_call(url, "U0BOB000001".into(), bob().at))
        };
        assert_eq!(offered(&incident), [DeliveryKind::SuggestCall]);
        incident.status = crate::Status::Resolved;
        assert_eq!(offered(&incident), []);
        incident.status = crate::Status::Stable;
        incident.call_url = Some("https://zoom.us/j/2".to_owned());
        assert_eq!(offered(&incident), []);
    }

    #[test]
    fn link_enqueues_only_the_activity_while_the_channel_is_pending() {
        let change = incident("").add_link(link(LinkKind::Chat, "https://a.example"), &bob());
        assert_eq!(
            delivery_kinds(&change.unwrap()),
            [DeliveryKind::PostActivity]
        );
    }

    #[test]
    fn documents_are_added_together_except_those_it_has() {
        let document = |url: &str| link(LinkKind::Document, url);
        let first = incident_with_channel("")
            .add_link(document("https://a.example"), &bob())
            .unwrap();
        let requests = [
            "https://b.example",
            "https://a.example",
            "https://c.example",
        ];
        let requests: Vec<_> = requests.map(document).into();
        let change = first.incident.add_documents(requests.clone(), &bob());
        let change = change.unwrap();
        assert_eq!(change.entries.len(), 2);
        assert_eq!(
            delivery_kinds(&change),
            [
                DeliveryKind::PostActivity,
                DeliveryKind::UpsertHeader,
                DeliveryKind::SyncBookmarks,
                DeliveryKind::PostActivity
            ]
        );
        let urls: Vec<_> = change.incident.documents().map(|it| &*it.url).collect();
        assert_eq!(
            urls,
            [
                "https://a.example",
                "https://b.example",
                "https://c.example"
            ]
        );
        assert!(change.incident.add_documents(requests, &bob()).is_err());
    }

    #[test]
    fn incident_has_at_most_100_documents() {
        let mut incident = incident_with_channel("");
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
