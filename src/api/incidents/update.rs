//! `PATCH /api/v2/incidents/{incident_id}`: changes an incident. Absent members stay as they are.

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::api::auth::{Caller, Writer};
use crate::api::error::{ApiError, Mistake};
use crate::api::incidents::commander::commander;
use crate::api::incidents::create::LONGEST_TEXT;
use crate::api::incidents::document::{INCLUDES, incident_answer};
use crate::api::incidents::fields::{FieldInputs, FieldReader};
use crate::api::incidents::impact_members::ImpactMembers;
use crate::api::incidents::notify::{NotificationHandle, notify};
use crate::api::incidents::revision::entity_tag;
use crate::api::incidents::update_relationships::{UpdateRelationships, remove_integrations};
use crate::api::incidents::{IncidentsType, incident_id};
use crate::api::members::{Time, present};
use crate::api::query::{Mistakes, Query};
use crate::api::request::{Body, RequestBody};
use crate::api::response::name_ignored;
use crate::domain::api::incident_resource_id;
use crate::domain::{Incident, Timestamp, Update, title_error};
use crate::store::ApiTransaction;

/// A request to change an incident.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::api) struct UpdateIncident {
    data: UpdateData,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct UpdateData {
    /// The UUID of the incident.
    #[serde(rename = "id")]
    _id: Option<String>,
    /// The type of the resource.
    #[serde(rename = "type")]
    _kind: IncidentsType,
    #[serde(default)]
    attributes: UpdateAttributes,
    relationships: Option<UpdateRelationships>,
}

/// The attributes that change.
#[derive(Debug, Default, Deserialize, JsonSchema)]
struct UpdateAttributes {
    /// The title.
    title: Option<String>,
    /// The values of the fields that change, by their names. Null empties a field.
    #[serde(default)]
    fields: FieldInputs,
    /// When the incident was detected; null for the time of its declaration.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<Time>")]
    detected: Option<Option<Time>>,
    /// Whether customers are affected.
    customer_impacted: Option<bool>,
    /// The effect on customers.
    #[schemars(length(max = LONGEST_TEXT))]
    customer_impact_scope: Option<String>,
    /// When the effect began.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<Time>")]
    customer_impact_start: Option<Option<Time>>,
    /// When the effect ended; null while it continues.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<Time>")]
    customer_impact_end: Option<Option<Time>>,
    /// The recipients of a notification about the change.
    #[schemars(length(max = 100))]
    notification_handles: Option<Vec<NotificationHandle>>,
}

impl UpdateAttributes {
    /// Returns the members about customer impact.
    fn impact(&self, now: Timestamp, mistakes: &mut Mistakes) -> ImpactMembers {
        let mut past = |name: &str, at: Time| mistakes.require_past(name, at, now);
        let start = self.customer_impact_start.flatten();
        ImpactMembers {
            is_impacted: self.customer_impacted,
            scope: self.customer_impact_scope.clone(),
            start: start.map(|at| past("customer_impact_start", at)),
            end: self
                .customer_impact_end
                .map(|end| end.map(|at| past("customer_impact_end", at))),
        }
    }
}

impl RequestBody for UpdateIncident {
    const TYPES: &'static [&'static str] = &["incidents"];
}

pub(in crate::api) async fn update(
    Writer(caller): Writer,
    path: Result<Path<String>, PathRejection>,
    query: Query,
    headers: HeaderMap,
    body: Body<UpdateIncident>,
) -> Result<Response, ApiError> {
    let store_id = caller.app.store.store_id();
    let id = incident_id(store_id, path)?;
    let expected = headers.get(header::IF_MATCH);
    // A tag that is no text is that of no revision.
    let expected = expected.map(|tag| tag.to_str().unwrap_or_default().to_owned());
    let ignored = body.ignored();
    let (key, writer) = (body.key.clone(), caller.clone());
    let work = move |tx: &ApiTransaction<'_>| {
        let incident = tx.incident(id)?;
        let store_id = writer.app.store.store_id();
        check_revision(&incident, store_id, expected.as_deref())?;
        body.check_id(&incident_resource_id(store_id, id))?;
        let UpdateIncident { data } = body.parse()?;
        let relationships = data.relationships.clone().unwrap_or_default();
        let removed = relationships.removed_integrations(&incident, store_id)?;
        let mut mistakes = Mistakes::default();
        let includes = mistakes.check(query.includes(&INCLUDES));
        let impact = data.attributes.impact(writer.now, &mut mistakes);
        impact.check(&incident, &mut mistakes);
        let update = read(tx, &writer, &incident, &data, mistakes)?;
        let actor = writer.actor();
        if update != Update::default() {
            tx.change(
                id,
                |incident, ctx| Ok(incident.update(update, &actor, ctx)?),
            )?;
        }
        impact.apply(tx, id, &actor)?;
        remove_integrations(tx, &incident, &removed, &actor)?;
        let handles = data.attributes.notification_handles.unwrap_or_default();
        notify(tx, &writer, id, &handles)?;
        incident_answer(tx, &writer, id, &includes)
    };
    let response = caller.write(key, work).await?;
    Ok(name_ignored(response, &ignored))
}

/// Checks the revision that the program expects.
fn check_revision(
    incident: &Incident,
    store_id: &str,
    expected: Option<&str>,
) -> Result<(), ApiError> {
    let Some(expected) = expected else {
        return Ok(());
    };
    let current = entity_tag(incident, store_id);
    let mut tags = expected.split(',').map(str::trim);
    if tags.any(|tag| tag == "*" || tag == current) {
        return Ok(());
    }
    let detail = format!(
        "{} was changed meanwhile, so nothing was changed. Get it again: its ETag is {current} now.",
        incident.id
    );
    let mistake = Mistake::in_header("If-Match", detail);
    Err(ApiError::invalid(vec![mistake]).with_status(StatusCode::PRECONDITION_FAILED))
}

/// Returns the changes of a body, besides those of impacts.
fn read(
    tx: &ApiTransaction<'_>,
    caller: &Caller,
    incident: &Incident,
    data: &UpdateData,
    mut mistakes: Mistakes,
) -> Result<Update, ApiError> {
    let attributes = &data.attributes;
    let title = attributes.title.as_deref();
    if let Some(error) = title.and_then(title_error) {
        mistakes.add(Mistake::in_member("/data/attributes/title", error));
    }
    let settings = tx.settings()?;
    let settings = settings.of_incident_type(incident.incident_type);
    let reader = FieldReader {
        settings: &settings,
        current: &incident.fields,
        now: caller.now,
    };
    let fields = mistakes.check_all(reader.read(&attributes.fields));
    let relationships = data.relationships.clone().unwrap_or_default();
    let requested = relationships.commander();
    let commander = mistakes.check(commander(tx, caller, Some(&requested)));
    let store_id = caller.app.store.store_id();
    if let Some(mistake) = relationships.postmortem_mistake(incident, store_id) {
        mistakes.add(mistake);
    }
    let detected_at = attributes.detected.map(|at| match at {
        Some(at) => mistakes.require_past("detected", at, caller.now),
        None => incident.declared_at,
    });
    mistakes.into_result()?;
    Ok(Update {
        title: attributes.title.clone(),
        severity: fields.severity,
        status: fields.state,
        detection_method: fields.detection_method,
        detected_at,
        summary: fields.summary,
        root_cause: fields.root_cause,
        commander,
        impact_end: None,
        fields: fields.configured,
    })
}
