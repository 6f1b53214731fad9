//! Impacts: `/api/v2/incidents/{incident_id}/impacts`.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::auth::{Reader, Writer};
use crate::api::error::ApiError;
use crate::api::members::{Time, present};
use crate::api::parts::body::Envelope;
use crate::api::parts::context::included_touches;
use crate::api::parts::history::History;
use crate::api::parts::shapes::{Authors, PartDocument, PartList, ToOne};
use crate::api::parts::{IncidentPath, PartContext, PartPath, PartRequest, to_json};
use crate::api::query::{Mistakes, Query};
use crate::api::request::{Body, RequestBody};
use crate::api::response;
use crate::domain::api::ResourceType;
use crate::domain::{AddImpact, EditImpact, EntryKind, Impact, Incident, Timestamp};
use crate::store::ApiResponse;

/// The values of `include`. Clients can read only users, so the incident is left out.
pub(in crate::api) const INCLUDES: [&str; 3] =
    ["incident", "created_by_user", "last_modified_by_user"];

/// The ID that no resource has.
const NIL: &str = "00000000-0000-0000-0000-000000000000";

/// The attributes of a new impact.
#[derive(Deserialize, JsonSchema)]
pub(in crate::api) struct CreateImpact {
    /// The effect on customers.
    #[schemars(length(max = 2400))]
    description: String,
    /// When it started.
    start_at: Time,
    /// When it ended; null while it is ongoing.
    end_at: Option<Time>,
}

/// The attributes of an impact that change.
#[derive(Deserialize, JsonSchema)]
pub(in crate::api) struct PatchImpact {
    /// The effect on customers.
    #[schemars(length(max = 2400))]
    description: Option<String>,
    /// When it started.
    start_at: Option<Time>,
    /// When it ended; null if it is ongoing again.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<Time>")]
    end_at: Option<Option<Time>>,
}

impl RequestBody for Envelope<CreateImpact> {
    const TYPES: &'static [&'static str] = &["incident_impacts"];
}

impl RequestBody for Envelope<PatchImpact> {
    const TYPES: &'static [&'static str] = &["incident_impacts"];
}

/// An impact.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::api) struct ImpactResource {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    attributes: ImpactAttributes,
    relationships: ImpactRelationships,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
struct ImpactAttributes {
    /// The effect on customers.
    description: String,
    /// When it started.
    start_at: Time,
    /// When it ended; null while it is ongoing.
    end_at: Option<Time>,
    /// Always `customer`.
    impact_type: &'static str,
    /// The fields of impacts, of which there are none.
    fields: NoFields,
    created: Time,
    modified: Time,
}

/// An empty object.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct NoFields {}

#[derive(Clone, Debug, Serialize, JsonSchema)]
struct ImpactRelationships {
    incident: ToOne,
    #[serde(flatten)]
    authors: Authors,
}

/// `GET …/impacts`: the impacts by start.
pub(in crate::api) async fn list(
    Reader(caller): Reader,
    path: IncidentPath,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let id = caller.incident_of(path)?;
    let reading = caller.read_parts(id, move |tx, caller, incident| {
        let includes = query.includes(&INCLUDES)?;
        let context = PartContext::load(tx, caller, incident, EntryKind::Impact)?;
        let mut impacts: Vec<&Impact> = context.incident.impacts.iter().collect();
        impacts.sort_by_key(|impact| (impact.started_at, impact.number));
        let histories: Vec<_> = impacts.iter().map(|it| history(&context, it)).collect();
        let data = impacts.iter().map(|it| resource(&context, it)).collect();
        let touches = included_touches(&histories, &includes);
        Ok(PartList::new(data, context.included(touches)))
    });
    Ok(Json(reading.await?))
}

/// `POST …/impacts`.
pub(in crate::api) async fn create(
    Writer(caller): Writer,
    path: IncidentPath,
    query: Query,
    body: Body<Envelope<CreateImpact>>,
) -> Result<Response, ApiError> {
    if let Ok(Path(id)) = &path
        && id == NIL
    {
        let detail = "invalid impact data: incident id is required: invalid impact";
        return Err(ApiError::new(StatusCode::BAD_REQUEST, detail));
    }
    let id = caller.incident_of(path)?;
    let changing = caller.change_parts(id, body, move |request, body| {
        let includes = query.includes(&INCLUDES)?;
        let (actor, tx) = (request.actor, request.tx);
        let impact = body.parse()?.data.attributes.into_request(tx.now())?;
        let incident = tx.change(id, |it, _| Ok(it.add_impact(impact, actor)?))?;
        let number = incident.impacts.last().map_or(0, |impact| impact.number);
        let document = request.document(incident, number, &includes)?;
        Ok(response::created(&document))
    });
    changing.await
}

/// `PATCH …/impacts/{impact_id}`.
pub(in crate::api) async fn patch(
    Writer(caller): Writer,
    path: PartPath,
    query: Query,
    body: Body<Envelope<PatchImpact>>,
) -> Result<Response, ApiError> {
    let part = caller.part_of(path)?;
    let changing = caller.change_parts(part.incident, body, move |request, body| {
        let number = request.impact_number(&part.id)?;
        let includes = query.includes(&INCLUDES)?;
        body.check_id(&part.id)?;
        let (actor, tx) = (request.actor, request.tx);
        let edit = body.parse()?.data.attributes.into_request(tx.now())?;
        let incident = tx.change(part.incident, |it, _| {
            Ok(it.edit_impact(number, edit, actor)?)
        })?;
        let document = request.document(incident, number, &includes)?;
        Ok(response::ok(&document))
    });
    changing.await
}

/// `DELETE …/impacts/{impact_id}`.
pub(in crate::api) async fn delete(
    Writer(caller): Writer,
    path: PartPath,
) -> Result<Response, ApiError> {
    let part = caller.part_of(path)?;
    let deleting = caller.delete_part(part.incident, move |request| {
        let number = request.impact_number(&part.id)?;
        let (actor, tx) = (request.actor, request.tx);
        let entries = tx.entries(part.incident, EntryKind::Impact)?;
        tx.change(part.incident, |it, _| {
            Ok(it.remove_impact(number, &entries, actor)?)
        })?;
        Ok::<ApiResponse, ApiError>(response::no_content())
    });
    deleting.await
}

impl CreateImpact {
    fn into_request(self, now: Timestamp) -> Result<AddImpact, ApiError> {
        let mut mistakes = Mistakes::default();
        mistakes.require_text("description", &self.description);
        let started_at = mistakes.require_past("start_at", self.start_at, now);
        let ended_at = self.end_at;
        let ended_at = ended_at.map(|at| mistakes.require_past("end_at", at, now));
        mistakes.into_result()?;
        Ok(AddImpact {
            description: self.description,
            started_at,
            ended_at,
        })
    }
}

impl PatchImpact {
    fn into_request(self, now: Timestamp) -> Result<EditImpact, ApiError> {
        let mut mistakes = Mistakes::default();
        if let Some(description) = &self.description {
            mistakes.require_text("description", description);
        }
        let started_at = self.start_at;
        let started_at = started_at.map(|at| mistakes.require_past("start_at", at, now));
        let ended_at = self.end_at;
        let ended_at = ended_at.map(|end| end.map(|at| mistakes.require_past("end_at", at, now)));
        mistakes.into_result()?;
        Ok(EditImpact {
            description: self.description,
            started_at,
            ended_at,
        })
    }
}

impl PartRequest<'_, '_> {
    fn impact_number(&self, id: &str) -> Result<i64, ApiError> {
        let number = self
            .caller
            .part_number(ResourceType::Impact, &self.incident, id);
        let number = number.filter(|number| self.incident.impact(*number).is_some());
        number.ok_or_else(|| ApiError::not_found("impact not found"))
    }

    fn document(
        &self,
        incident: Incident,
        number: i64,
        includes: &[&str],
    ) -> Result<Value, ApiError> {
        let context = PartContext::load(self.tx, self.caller, incident, EntryKind::Impact)?;
        let impact = context.incident.impact(number);
        let impact = impact.ok_or_else(|| ApiError::not_found("impact not found"))?;
        let histories = [history(&context, impact)];
        to_json(&PartDocument {
            data: resource(&context, impact),
            included: context.included(included_touches(&histories, includes)),
        })
    }
}

fn history(context: &PartContext<'_>, impact: &Impact) -> History {
    History::find(&context.incident, &context.entries, |event| {
        event.impact_number() == Some(impact.number)
    })
}

fn resource(context: &PartContext<'_>, impact: &Impact) -> ImpactResource {
    let history = history(context, impact);
    ImpactResource {
        kind: ResourceType::Impact.as_str(),
        id: context.part_id(ResourceType::Impact, impact.number),
        attributes: ImpactAttributes {
            description: impact.description.clone(),
            start_at: Time(impact.started_at),
            end_at: impact.ended_at.map(Time),
            impact_type: "customer",
            fields: NoFields {},
            created: Time(history.created.at),
            modified: Time(history.modified.at),
        },
        relationships: ImpactRelationships {
            incident: context.incident_reference(),
            authors: context.authors(&history.created, &history.modified),
        },
    }
}
