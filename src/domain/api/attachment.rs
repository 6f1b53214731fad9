//! The attachments of an incident: its documents, and its postmortem.

use serde_json::{Value, json};

use super::incident::DocumentContext;
use super::resource_id::{ResourceType, incident_resource_id, part_number, resource_id};
use crate::{Incident, Timestamp, UserId};

/// An attachment. Documents are numbered from 1.
pub struct Attachment<'a> {
    /// Its number within the incident; [`POSTMORTEM`] for the postmortem.
    pub number: i64,
    /// Its kind: `postmortem` or `link`.
    pub kind: &'static str,
    /// Its title.
    pub title: &'a str,
    /// Its URL.
    pub url: String,
    /// When it was added or last changed.
    pub modified_at: Timestamp,
    /// The user who added or last changed it; `None` if that was not recorded.
    pub modified_by: Option<&'a UserId>,
}

/// The number of the postmortem among the attachments.
pub const POSTMORTEM: i64 = 0;

impl Attachment<'_> {
    /// Returns its ID.
    pub(super) fn id(&self, incident: &Incident, store_id: &str) -> String {
        let number = part_number(incident.id, self.number);
        resource_id(store_id, ResourceType::Attachment, number)
    }
}

/// Returns the attachments of an incident, the postmortem first. One without an address is left out.
pub fn attachments<'a>(incident: &'a Incident, public_url: Option<&str>) -> Vec<Attachment<'a>> {
    let postmortem = incident.postmortem.iter().filter_map(|postmortem| {
        let page = || {
            let base = public_url?;
            Some(format!(
                "{base}/incidents/{}/postmortem",
                incident.id.number()
            ))
        };
        Some(Attachment {
            number: POSTMORTEM,
            kind: "postmortem",
            title: &postmortem.title,
            url: postmortem.attached_url.clone().or_else(page)?,
            modified_at: postmortem.created_at,
            modified_by: Some(&postmortem.created_by),
        })
    });
    let current = incident
        .documents
        .iter()
        .filter(|it| it.removed_at.is_none());
    let documents = current.map(|document| Attachment {
        number: document.number,
        kind: "link",
        title: &document.title,
        url: document.url.clone(),
        modified_at: document.modified_at.unwrap_or(incident.declared_at),
        modified_by: document.modified_by.as_ref(),
    });
    postmortem.chain(documents).collect()
}

/// Returns the attachments of an incident as resources.
pub fn attachment_resources(incident: &Incident, ctx: &DocumentContext<'_>) -> Vec<Value> {
    let incident_id = incident_resource_id(ctx.store_id, incident.id);
    let resource = |attachment: &Attachment<'_>| {
        let modified_by = ctx.user_id(attachment.modified_by);
        json!({
            "type": ResourceType::Attachment.as_str(),
            "id": attachment.id(incident, ctx.store_id),
            "attributes": {
                "attachment_type": attachment.kind,
                "attachment": { "documentUrl": attachment.url, "title": attachment.title },
                "modified": attachment.modified_at,
            },
            "relationships": {
                "incident": { "data": { "type": ResourceType::Incident.as_str(), "id": incident_id } },
                "last_modified_by_user": { "data": { "type": ResourceType::User.as_str(), "id": modified_by } },
            },
        })
    };
    let attachments = attachments(incident, ctx.public_url);
    attachments.iter().map(resource).collect()
}
