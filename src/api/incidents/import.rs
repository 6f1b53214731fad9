//! `POST /api/v2/incidents/import`: imports an incident of another tool with its own times.

use std::collections::BTreeMap;

use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::api::auth::{Caller, Writer};
use crate::api::error::{ApiError, Mistake};
use crate::api::incidents::IncidentsType;
use crate::api::incidents::commander::known_user;
use crate::api::incidents::create::{InputVisibility, incident_type, visibility};
use crate::api::incidents::fields::{FieldChanges, FieldReader, ImportedFieldInput};
use crate::api::incidents::import_answer::{IMPORT_INCLUDES, import_answer};
use crate::api::members::{Time, UserRelationship, present};
use crate::api::query::{Mistakes, Query};
use crate::api::request::{Body, RequestBody};
use crate::api::response::name_ignored;
use crate::domain::{
    DetectionMethod, FieldValues, ImportIncident, ImportSource, LONGEST_IMPORTED_TITLE, Settings,
    Severity, Status, Timestamp, UserId, is_blank,
};
use crate::store::ApiTransaction;

/// A request to import an incident. It opens no channel and notifies no user.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::api) struct ImportRequest {
    data: ImportData,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct ImportData {
    /// The type of the resource.
    #[serde(rename = "type")]
    _kind: IncidentsType,
    attributes: ImportAttributes,
    #[serde(default)]
    relationships: ImportRelationships,
}

/// The attributes of an imported incident.
#[derive(Debug, Deserialize, JsonSchema)]
struct ImportAttributes {
    /// The title.
    #[schemars(length(max = LONGEST_IMPORTED_TITLE))]
    title: String,
    /// When the incident was declared; now if it is missing.
    declared: Option<Time>,
    /// When the incident was detected; at its declaration if it is missing.
    detected: Option<Time>,
    /// When the incident was resolved. Only for the state `resolved` or `completed`.
    resolved: Option<Time>,
    /// The values of fields by their names.
    #[serde(default)]
    fields: BTreeMap<String, ImportedFieldInput>,
    /// The UUID of the incident type; the default type if it is missing.
    incident_type_uuid: Option<String>,
    /// Who may see the incident.
    visibility: Option<InputVisibility>,
}

/// The relationships of an imported incident.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
struct ImportRelationships {
    /// The Incident Commander; null for none.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<UserRelationship>")]
    commander_user: Option<Option<UserRelationship>>,
    /// The user who declared the incident; null for none. The user of the key if it is missing.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<UserRelationship>")]
    declared_by_user: Option<Option<UserRelationship>>,
}

impl RequestBody for ImportRequest {
    const TYPES: &'static [&'static str] = &["incidents"];
}

pub(in crate::api) async fn import(
    Writer(caller): Writer,
    query: Query,
    body: Body<ImportRequest>,
) -> Result<Response, ApiError> {
    let ignored = body.ignored();
    let (key, writer) = (body.key.clone(), caller.clone());
    let work = move |tx: &ApiTransaction<'_>| {
        let ImportRequest { data } = body.parse()?;
        let uuid = data.attributes.incident_type_uuid.as_deref();
        let incident_type = incident_type(tx, &writer, uuid)?;
        let mut mistakes = Mistakes::default();
        let includes = mistakes.check(query.includes(&IMPORT_INCLUDES));
        let request = read(tx, &writer, &data, incident_type, mistakes)?;
        let request = ImportIncident {
            creation_key: body.key.key.clone(),
            ..request
        };
        let incident = tx.import(request, &writer.actor())?;
        import_answer(tx, &writer, incident.id, &includes)
    };
    let response = caller.write(key, work).await?;
    Ok(name_ignored(response, &ignored))
}

/// Returns the request of a body, or all its mistakes.
fn read(
    tx: &ApiTransaction<'_>,
    caller: &Caller,
    data: &ImportData,
    incident_type: i64,
    mut mistakes: Mistakes,
) -> Result<ImportIncident, ApiError> {
    let attributes = &data.attributes;
    if is_blank(&attributes.title) {
        let mistake = Mistake::in_member("/data/attributes/title", "can't be empty");
        mistakes.add(mistake);
    }
    let settings = tx.settings()?;
    let settings = settings.of_incident_type(incident_type);
    let fields = read_fields(&settings, caller, attributes, &mut mistakes);
    let status = fields.state.unwrap_or(Status::Active);
    let times = Times::read(attributes, caller.now, &mut mistakes);
    times.check(status, &mut mistakes);
    let (commander, declared_by) = read_users(tx, caller, &data.relationships, &mut mistakes);
    let visibility = visibility(attributes.visibility, caller, &mut mistakes);
    mistakes.into_result()?;
    Ok(ImportIncident {
        summary: fields.summary.unwrap_or_default(),
        root_cause: fields.root_cause.unwrap_or_default(),
        severity: fields.severity.unwrap_or(Severity::Unknown),
        status,
        detection_method: fields.detection_method.unwrap_or(DetectionMethod::Unknown),
        detected_at: times.detected,
        resolved_at: times.resolved,
        declared_by,
        commander,
        visibility,
        incident_type,
        fields: values(fields.configured),
        ..ImportIncident::new(ImportSource::Api, &attributes.title, times.declared)
    })
}

fn values(edits: crate::domain::FieldEdits) -> FieldValues {
    let edits = edits.into_iter();
    edits
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

fn read_fields(
    settings: &Settings,
    caller: &Caller,
    attributes: &ImportAttributes,
    mistakes: &mut Mistakes,
) -> FieldChanges {
    let reader = FieldReader {
        settings,
        current: &FieldValues::new(),
        now: caller.now,
    };
    let fields = attributes.fields.iter();
    let fields = fields.map(|(name, input)| (name.clone(), input.clone().into()));
    mistakes.check_all(reader.read(&fields.collect()))
}

/// Returns the commander and the user who declared the incident.
fn read_users(
    tx: &ApiTransaction<'_>,
    caller: &Caller,
    relationships: &ImportRelationships,
    mistakes: &mut Mistakes,
) -> (Option<UserId>, Option<UserId>) {
    let mut read = |user: Option<&Option<UserRelationship>>, name: &str| {
        let user = user.and_then(Option::as_ref);
        let user = user.and_then(|user| user.data.as_ref())?;
        let member = format!("/data/relationships/{name}/data/id");
        mistakes.check(known_user(tx, caller, user, &member).map(Some))
    };
    let commander = read(relationships.commander_user.as_ref(), "commander_user");
    let declared_by = read(relationships.declared_by_user.as_ref(), "declared_by_user");
    match &relationships.declared_by_user {
        Some(_) => (commander, declared_by),
        None => (commander, caller.actor().user),
    }
}

/// The times of an imported incident.
struct Times {
    declared: Timestamp,
    detected: Option<Timestamp>,
    resolved: Option<Timestamp>,
}

impl Times {
    fn read(attributes: &ImportAttributes, now: Timestamp, mistakes: &mut Mistakes) -> Self {
        let mut past = |name: &str, time: Option<Time>| {
            time.map(|time| mistakes.require_past(name, time, now))
        };
        Self {
            declared: past("declared", attributes.declared).unwrap_or(now),
            detected: past("detected", attributes.detected),
            resolved: past("resolved", attributes.resolved),
        }
    }

    fn check(&self, status: Status, mistakes: &mut Mistakes) {
        match self.resolved {
            Some(_) if status.is_open() => {
                let detail = "is only possible with fields.state “resolved”";
                mistakes.add_attribute("resolved", detail);
            }
            Some(at) if at < self.declared => {
                mistakes.add_attribute("resolved", "is before the time of the declaration");
            }
            Some(_) | None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::schema;

    #[test]
    fn body_of_an_import_is_described_by_its_schema() {
        let body =
            |attributes| json!({ "data": { "type": "incidents", "attributes": attributes } });
        let complete = body(json!({
            "title": "Checkout is slow",
            "declared": "2025-01-02T03:04:05Z",
            "detected": null,
            "fields": { "severity": { "value": "SEV-1" }, "teams": { "value": ["a"] } },
            "visibility": "private",
        }));
        assert_eq!(schema::mistakes::<ImportRequest>(&complete), []);
        let wrong = body(json!({ "declared": 7, "fields": [], "visibility": "secret" }));
        assert_eq!(schema::mistakes::<ImportRequest>(&wrong).len(), 4);
    }
}
