//! Edits of documents: their titles and URLs.

use serde::{Deserialize, Serialize};

use crate::link::Document;
use crate::{Actor, Change, Decision, Incident, Rejection, TimelineEvent};

/// A URL with a title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedUrl {
    /// The title.
    pub title: String,
    /// The URL; empty if there is only a title.
    pub url: String,
}

/// A request to edit a document. `None` leaves an attribute unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditDocument {
    /// The new title.
    pub title: Option<String>,
    /// The new URL: `http` or `https`.
    pub url: Option<String>,
}

impl EditDocument {
    /// Returns the title and the URL after the edit.
    pub(crate) fn apply(self, before: &NamedUrl) -> NamedUrl {
        NamedUrl {
            title: self.title.unwrap_or_else(|| before.title.clone()),
            url: self.url.unwrap_or_else(|| before.url.clone()),
        }
    }
}

impl Document {
    /// Returns the title and the URL.
    fn named_url(&self) -> NamedUrl {
        NamedUrl {
            title: self.title.clone(),
            url: self.url.clone(),
        }
    }
}

impl Incident {
    /// Edits a document and posts the change in the incident's channel. An edit without a difference changes nothing.
    pub fn edit_document(&self, number: i64, edit: EditDocument, actor: &Actor) -> Decision {
        let before = self.documents().find(|it| it.number == number);
        let Some(from) = before.map(Document::named_url) else {
            return Err(Rejection("This document has been removed.".to_owned()));
        };
        let to = edit.apply(&from);
        if to == from {
            return Ok(Change::new(self.clone(), actor.at));
        }
        let mut others = self.documents().filter(|it| it.number != number);
        if let Some(known) = others.find(|it| it.url == to.url) {
            return Err(Rejection(format!(
                "This link is already in the documents, as “{}”.",
                known.title
            )));
        }
        let mut incident = self.clone();
        let mut documents = incident.documents.iter_mut();
        if let Some(document) = documents.find(|it| it.number == number) {
            document.title.clone_from(&to.title);
            document.url.clone_from(&to.url);
            document.set_modified(actor);
        }
        Ok(incident.record_link(actor, TimelineEvent::DocumentEdited { from, to }))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::testing::incident_with_channel;
    use crate::{AddLink, Delivery, DeliveryKind, LinkKind};

    #[test]
    fn edited_document_has_its_number_and_is_not_edited_to_another_one() {
        let incident = incident_with_channel("");
        let alice = Actor::new("U0ALICE0001".into(), incident.declared_at);
        let add = |incident: &Incident, url| {
            let request = AddLink::new(LinkKind::Document, url, "Runbook");
            incident.add_link(request, &alice).unwrap().incident
        };
        let incident = add(&add(&incident, "https://a.example"), "https://b.example");
        let edit = |url: &str| EditDocument {
            url: Some(url.to_owned()),
            ..EditDocument::default()
        };
        let same = incident.edit_document(2, edit("https://b.example"), &alice);
        assert_eq!(same.unwrap(), Change::new(incident.clone(), alice.at));
        for (number, url) in [(2, "https://a.example"), (3, "https://c.example")] {
            let edited = incident.edit_document(number, edit(url), &alice);
            assert!(edited.is_err(), "{number} {url}");
        }
        let change = incident
            .edit_document(2, edit("https://c.example"), &alice)
            .unwrap();
        let kinds: Vec<_> = change.deliveries.iter().map(Delivery::kind).collect();
        assert_eq!(
            kinds,
            [
                DeliveryKind::PostActivity,
                DeliveryKind::UpsertHeader,
                DeliveryKind::SyncBookmarks
            ]
        );
        let document = change.incident.documents().nth(1).unwrap();
        assert_eq!((document.number, &*document.title), (2, "Runbook"));
    }
}
