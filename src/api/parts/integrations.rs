//! Integration metadata: `/api/v2/incidents/{incident_id}/relationships/integrations`. Those that programs store are
//! links only. The incident's own channel comes last and can't be changed here.

use axum::Json;
use axum::http::StatusCode;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::api::auth::{Caller, Reader, Writer};
use crate::api::error::ApiError;
use crate::api::members::Time;
use crate::api::parts::body::Envelope;
use crate::api::parts::history::Touch;
use crate::api::parts::metadata::{PutMetadata, type_number};
use crate::api::parts::shapes::{Authors, PartDocument, PartList};
use crate::api::parts::{IncidentPath, PartContext, PartPath, PartRequest, to_json};
use crate::api::request::{Body, RequestBody};
use crate::api::response;
use crate::domain::api::{OWN_CHANNEL, ResourceType};
use crate::domain::{EntryKind, Incident, Integration, IntegrationKind};

/// The status of metadata that a program added.
const ADDED: i64 = 3;

/// The status of metadata that a program changed.
const CHANGED: i64 = 4;

impl RequestBody for Envelope<PutMetadata> {
    const TYPES: &'static [&'static str] = &["incident_integrations"];
}

/// Integration metadata.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::api) struct IntegrationResource {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    attributes: IntegrationAttributes,
    relationships: Authors,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
struct IntegrationAttributes {
    /// The ID of the incident.
    incident_id: String,
    /// The tool: 1 is Slack, 7 is Microsoft Teams, 8 is Jira.
    integration_type: i64,
    /// The links, in the shape of the tool.
    metadata: Value,
    /// 1 pending, 2 complete, 3 added by a program, 4 changed by a program, 5 failed.
    status: i64,
    created: Time,
    modified: Time,
}

/// `GET …/relationships/integrations`: those that programs stored, then the incident's own channel.
pub(in crate::api) async fn list(
    Reader(caller): Reader,
    path: IncidentPath,
) -> Result<Json<Value>, ApiError> {
    let id = caller.incident_of(path)?;
    let reading = caller.read_parts(id, |tx, caller, incident| {
        let context = PartContext::load(tx, caller, incident, EntryKind::Document)?;
        let stored = context.incident.integrations().map(|it| it.number);
        let own = context.incident.has_own_channel_item();
        let numbers = stored.chain(own.then_some(OWN_CHANNEL));
        let (mut data, mut touches) = (Vec::new(), Vec::new());
        for number in numbers {
            let (resource, changes) = context.integration(number)?;
            data.push(resource);
            touches.extend(changes);
        }
        Ok(PartList::new(data, context.included(&touches)))
    });
    Ok(Json(reading.await?))
}

/// `GET …/relationships/integrations/{integration_metadata_id}`.
pub(in crate::api) async fn get(
    Reader(caller): Reader,
    path: PartPath,
) -> Result<Json<Value>, ApiError> {
    let part = caller.part_of(path)?;
    let reading = caller.read_parts(part.incident, move |tx, caller, incident| {
        let number = integration_number(caller, &incident, &part.id)?;
        let context = PartContext::load(tx, caller, incident, EntryKind::Document)?;
        document(&context, number)
    });
    Ok(Json(reading.await?))
}

/// `POST …/relationships/integrations`.
pub(in crate::api) async fn create(
    Writer(caller): Writer,
    path: IncidentPath,
    body: Body<Envelope<PutMetadata>>,
) -> Result<Response, ApiError> {
    let id = caller.incident_of(path)?;
    let changing = caller.change_parts(id, body, move |request, body| {
        let put = body.parse()?.data.attributes.into_request()?;
        let (actor, tx) = (request.actor, request.tx);
        let incident = tx.change(id, |it, _| Ok(it.add_integration(put, actor)?))?;
        let number = incident.integrations.last().map_or(0, |it| it.number);
        let document = request.integration_document(incident, number)?;
        Ok(response::created(&document))
    });
    changing.await
}

/// `PATCH …/relationships/integrations/{integration_metadata_id}`.
pub(in crate::api) async fn patch(
    Writer(caller): Writer,
    path: PartPath,
    body: Body<Envelope<PutMetadata>>,
) -> Result<Response, ApiError> {
    let part = caller.part_of(path)?;
    let changing = caller.change_parts(part.incident, body, move |request, body| {
        let number = integration_number(request.caller, &request.incident, &part.id)?;
        reject_own_channel(number)?;
        body.check_id(&part.id)?;
        let put = body.parse()?.data.attributes.into_request()?;
        let (actor, tx) = (request.actor, request.tx);
        let incident = tx.change(part.incident, |it, _| {
            Ok(it.edit_integration(number, put, actor)?)
        })?;
        let document = request.integration_document(incident, number)?;
        Ok(response::ok(&document))
    });
    changing.await
}

/// `DELETE …/relationships/integrations/{integration_metadata_id}`.
pub(in crate::api) async fn delete(
    Writer(caller): Writer,
    path: PartPath,
) -> Result<Response, ApiError> {
    let part = caller.part_of(path)?;
    let deleting = caller.delete_part(part.incident, move |request| {
        let number = integration_number(request.caller, &request.incident, &part.id)?;
        reject_own_channel(number)?;
        let actor = request.actor;
        request.tx.change(part.incident, |it, _| {
            Ok(it.remove_integration(number, actor)?)
        })?;
        Ok(response::no_content())
    });
    deleting.await
}

impl PartRequest<'_, '_> {
    fn integration_document(&self, incident: Incident, number: i64) -> Result<Value, ApiError> {
        let context = PartContext::load(self.tx, self.caller, incident, EntryKind::Document)?;
        document(&context, number)
    }
}

impl PartContext<'_> {
    /// Returns an integration, and its first and last change.
    fn integration(&self, number: i64) -> Result<(IntegrationResource, [Touch; 2]), ApiError> {
        if number == OWN_CHANNEL {
            return self.own_channel_resource();
        }
        let integration = self.incident.integrations().find(|it| it.number == number);
        let integration: &Integration = integration.ok_or_else(unknown)?;
        let touches = [
            Touch {
                at: integration.created_at,
                user: integration.created_by.clone(),
            },
            Touch {
                at: integration.modified_at,
                user: integration.modified_by.clone(),
            },
        ];
        let attributes = IntegrationAttributes {
            incident_id: self.incident_id(),
            integration_type: type_number(integration.kind),
            metadata: integration.metadata.clone(),
            status: match integration.is_edited {
                false => ADDED,
                true => CHANGED,
            },
            created: Time(integration.created_at),
            modified: Time(integration.modified_at),
        };
        Ok((
            self.integration_resource(number, attributes, &touches),
            touches,
        ))
    }

    fn own_channel_resource(&self) -> Result<(IntegrationResource, [Touch; 2]), ApiError> {
        let created = Touch {
            at: self.incident.declared_at,
            user: None,
        };
        let touches = [created.clone(), created];
        let attributes = IntegrationAttributes {
            incident_id: self.incident_id(),
            integration_type: type_number(IntegrationKind::Slack),
            metadata: to_json(&self.own_channel())?,
            status: self.own_channel_status(),
            created: Time(self.incident.declared_at),
            modified: Time(self.incident.declared_at),
        };
        let resource = self.integration_resource(OWN_CHANNEL, attributes, &touches);
        Ok((resource, touches))
    }

    fn integration_resource(
        &self,
        number: i64,
        attributes: IntegrationAttributes,
        [created, modified]: &[Touch; 2],
    ) -> IntegrationResource {
        IntegrationResource {
            kind: ResourceType::Integration.as_str(),
            id: self.part_id(ResourceType::Integration, number),
            attributes,
            relationships: self.authors(created, modified),
        }
    }
}

fn document(context: &PartContext<'_>, number: i64) -> Result<Value, ApiError> {
    let (data, touches) = context.integration(number)?;
    let included = context.included(&touches);
    to_json(&PartDocument { data, included })
}

fn integration_number(caller: &Caller, incident: &Incident, id: &str) -> Result<i64, ApiError> {
    let number = caller.part_number(ResourceType::Integration, incident, id);
    let exists = |number: &i64| match *number {
        OWN_CHANNEL => incident.has_own_channel_item(),
        number => incident.integrations().any(|it| it.number == number),
    };
    number.filter(exists).ok_or_else(unknown)
}

/// The error of an integration that does not exist. The words are Datadog's.
fn unknown() -> ApiError {
    ApiError::not_found("incident integration doesn't exist")
}

fn reject_own_channel(number: i64) -> Result<(), ApiError> {
    match number {
        OWN_CHANNEL => Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            "This is the incident's own channel, which Muster manages. It can't be changed or deleted here.",
        )),
        _ => Ok(()),
    }
}
