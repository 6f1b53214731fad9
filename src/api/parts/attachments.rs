//! Attachments: `/api/v2/incidents/{incident_id}/attachments`. They are the documents and the postmortem.

use axum::Json;
use axum::response::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::auth::{Caller, Reader, Writer};
use crate::api::error::ApiError;
use crate::api::members::Time;
use crate::api::parts::body::Envelope;
use crate::api::parts::history::Touch;
use crate::api::parts::shapes::{PartDocument, PartList, ToOne};
use crate::api::parts::{IncidentPath, PartContext, PartPath, PartRequest, to_json};
use crate::api::query::{Mistakes, Query};
use crate::api::request::{Body, RequestBody};
use crate::api::response;
use crate::domain::api::{Attachment, POSTMORTEM, ResourceType, attachments};
use crate::domain::postmortem::AttachPostmortem;
use crate::domain::{AddLink, EditDocument, EntryKind, Incident, LinkKind, LinkRef};

/// The values of `include`. The user is always included, as Datadog does.
const INCLUDES: [&str; 1] = ["last_modified_by_user"];

/// The attributes of a new attachment.
#[derive(Deserialize, JsonSchema)]
pub(in crate::api) struct CreateAttachment {
    /// The kind of the document.
    attachment_type: AttachmentKind,
    /// The document.
    attachment: NewDocument,
}

/// The kind of an attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::api) enum AttachmentKind {
    Postmortem,
    Link,
}

/// A document to attach.
#[derive(Deserialize, JsonSchema)]
struct NewDocument {
    /// The URL: `http` or `https`.
    #[serde(rename = "documentUrl")]
    document_url: String,
    /// The title. Without one, it is made from the URL.
    #[schemars(length(max = 200))]
    title: Option<String>,
}

/// The attributes of an attachment that change.
#[derive(Deserialize, JsonSchema)]
pub(in crate::api) struct PatchAttachment {
    /// The document.
    attachment: Option<PatchDocument>,
    /// The kind, which can't be changed.
    #[serde(rename = "attachment_type")]
    _attachment_type: Option<AttachmentKind>,
}

/// The attributes of a document that change.
#[derive(Default, Deserialize, JsonSchema)]
struct PatchDocument {
    /// The URL: `http` or `https`.
    #[serde(rename = "documentUrl")]
    document_url: Option<String>,
    /// The title.
    #[schemars(length(max = 200))]
    title: Option<String>,
}

impl RequestBody for Envelope<CreateAttachment> {
    const TYPES: &'static [&'static str] = &["incident_attachments"];
}

impl RequestBody for Envelope<PatchAttachment> {
    const TYPES: &'static [&'static str] = &["incident_attachments"];
}

/// An attachment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::api) struct AttachmentResource {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    attributes: AttachmentAttributes,
    relationships: AttachmentRelationships,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
struct AttachmentAttributes {
    /// `postmortem` or `link`.
    attachment_type: &'static str,
    attachment: DocumentAttributes,
    modified: Time,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
struct DocumentAttributes {
    #[serde(rename = "documentUrl")]
    document_url: String,
    title: String,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
struct AttachmentRelationships {
    incident: ToOne,
    last_modified_by_user: ToOne,
}

/// `GET …/attachments`: the postmortem, then the documents.
pub(in crate::api) async fn list(
    Reader(caller): Reader,
    path: IncidentPath,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let id = caller.incident_of(path)?;
    let reading = caller.read_parts(id, move |tx, caller, incident| {
        let kinds = filter(&query)?;
        let context = PartContext::load(tx, caller, incident, EntryKind::Document)?;
        let mut attachments = context.attachments();
        attachments.retain(|it| kinds.is_empty() || kinds.contains(&it.kind));
        let data = attachments.iter().map(|it| context.attachment(it));
        let data = data.collect();
        let touches: Vec<_> = attachments.iter().map(touch).collect();
        Ok(PartList::new(data, context.included(&touches)))
    });
    Ok(Json(reading.await?))
}

/// `POST …/attachments`.
pub(in crate::api) async fn create(
    Writer(caller): Writer,
    path: IncidentPath,
    query: Query,
    body: Body<Envelope<CreateAttachment>>,
) -> Result<Response, ApiError> {
    let id = caller.incident_of(path)?;
    let changing = caller.change_parts(id, body, move |request, body| {
        query.includes(&INCLUDES)?;
        let attributes = body.parse()?.data.attributes;
        let NewDocument {
            document_url: url,
            title,
        } = attributes.attachment;
        let mut mistakes = Mistakes::default();
        mistakes.require_url("attachment/documentUrl", &url);
        mistakes.into_result()?;
        let title = title.unwrap_or_default();
        let (actor, tx) = (request.actor, request.tx);
        let (incident, number) = match attributes.attachment_type {
            AttachmentKind::Postmortem => {
                let attach = AttachPostmortem { title, url };
                let decide = |it: &Incident| it.attach_postmortem_at_any_time(&attach, actor);
                (tx.change(id, |it, _| Ok(decide(it)?))?, POSTMORTEM)
            }
            AttachmentKind::Link => {
                let link = AddLink::new(LinkKind::Document, &url, title.trim());
                let incident = tx.change(id, |it, _| Ok(it.add_link(link, actor)?))?;
                let number = incident.documents.last().map_or(0, |it| it.number);
                (incident, number)
            }
        };
        let document = request.attachment_document(incident, number)?;
        Ok(response::created(&document))
    });
    changing.await
}

/// `PATCH …/attachments/{attachment_id}`.
pub(in crate::api) async fn patch(
    Writer(caller): Writer,
    path: PartPath,
    query: Query,
    body: Body<Envelope<PatchAttachment>>,
) -> Result<Response, ApiError> {
    let part = caller.part_of(path)?;
    let changing = caller.change_parts(part.incident, body, move |request, body| {
        let number = attachment_number(request.caller, &request.incident, &part.id)?;
        query.includes(&INCLUDES)?;
        body.check_id(&part.id)?;
        let edit = body.parse()?.data.attributes.into_request()?;
        let (actor, tx) = (request.actor, request.tx);
        let incident = tx.change(part.incident, |it, _| {
            Ok(match number {
                POSTMORTEM => it.edit_attached_postmortem(edit, actor)?,
                number => it.edit_document(number, edit, actor)?,
            })
        })?;
        let document = request.attachment_document(incident, number)?;
        Ok(response::ok(&document))
    });
    changing.await
}

/// `DELETE …/attachments/{attachment_id}`.
pub(in crate::api) async fn delete(
    Writer(caller): Writer,
    path: PartPath,
) -> Result<Response, ApiError> {
    let part = caller.part_of(path)?;
    let deleting = caller.delete_part(part.incident, move |request| {
        let number = attachment_number(request.caller, &request.incident, &part.id)?;
        let actor = request.actor;
        request.tx.change(part.incident, |it, _| {
            Ok(match number {
                POSTMORTEM => it.detach_postmortem(actor)?,
                number => it.remove_link(LinkRef::Document(number), actor)?,
            })
        })?;
        Ok(response::no_content())
    });
    deleting.await
}

impl PatchAttachment {
    fn into_request(self) -> Result<EditDocument, ApiError> {
        let PatchDocument {
            document_url: url,
            title,
        } = self.attachment.unwrap_or_default();
        let mut mistakes = Mistakes::default();
        if let Some(url) = &url {
            mistakes.require_url("attachment/documentUrl", url);
        }
        if let Some(title) = &title {
            mistakes.require_text("attachment/title", title);
        }
        mistakes.into_result()?;
        Ok(EditDocument { title, url })
    }
}

impl PartRequest<'_, '_> {
    /// Returns the document with one attachment.
    pub(super) fn attachment_document(
        &self,
        incident: Incident,
        number: i64,
    ) -> Result<Value, ApiError> {
        let context = PartContext::load(self.tx, self.caller, incident, EntryKind::Document)?;
        let attachments = context.attachments();
        let attachment = attachments.iter().find(|it| it.number == number);
        let attachment = attachment.ok_or_else(|| ApiError::not_found("attachment not found"))?;
        to_json(&PartDocument {
            data: context.attachment(attachment),
            included: context.included([&touch(attachment)]),
        })
    }
}

impl PartContext<'_> {
    fn attachments(&self) -> Vec<Attachment<'_>> {
        attachments(&self.incident, self.caller.app.config.public_url.as_deref())
    }

    fn attachment(&self, attachment: &Attachment<'_>) -> AttachmentResource {
        AttachmentResource {
            kind: ResourceType::Attachment.as_str(),
            id: self.part_id(ResourceType::Attachment, attachment.number),
            attributes: AttachmentAttributes {
                attachment_type: attachment.kind,
                attachment: DocumentAttributes {
                    document_url: attachment.url.clone(),
                    title: attachment.title.to_owned(),
                },
                modified: Time(attachment.modified_at),
            },
            relationships: AttachmentRelationships {
                incident: self.incident_reference(),
                last_modified_by_user: self.user(attachment.modified_by),
            },
        }
    }
}

fn touch(attachment: &Attachment<'_>) -> Touch {
    Touch {
        at: attachment.modified_at,
        user: attachment.modified_by.cloned(),
    }
}

/// Returns the kinds that a list contains; none for all.
fn filter(query: &Query) -> Result<Vec<&'static str>, ApiError> {
    let mut mistakes = Mistakes::default();
    mistakes.check(query.includes(&INCLUDES));
    let parse = |name: &str| match name {
        "1" | "postmortem" => Some("postmortem"),
        "2" | "link" => Some("link"),
        _ => None,
    };
    let kinds = query.parsed_list("filter[attachment_type]", parse, "postmortem (1), link (2)");
    let kinds = mistakes.check(kinds);
    mistakes.into_result()?;
    Ok(kinds)
}

fn attachment_number(caller: &Caller, incident: &Incident, id: &str) -> Result<i64, ApiError> {
    let number = caller.part_number(ResourceType::Attachment, incident, id);
    let exists = |number: &i64| match *number {
        POSTMORTEM => incident.postmortem.is_some(),
        number => incident.documents().any(|it| it.number == number),
    };
    let number = number.filter(exists);
    number.ok_or_else(|| ApiError::not_found("attachment not found"))
}
