//! Incident types: `/api/v2/incidents/config/types`.

use axum::Json;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::api::auth::{SettingsReader, SettingsWriter};
use crate::api::config::request::{
    ConfigRequest, created, document, no_content, ok, path_id, read, to_json, write,
    write_without_body,
};
use crate::api::config::resource::{Document, Resource, ToOne};
use crate::api::error::{ApiError, Mistake};
use crate::api::query::Query;
use crate::api::request::{Body, RequestBody, RequestKey};
use crate::domain::api::{incident_type_resource_id, parse_incident_type_id};
use crate::domain::is_blank;
use crate::store::IncidentType;

/// The start of the numbers of incidents, which is the same for all types.
const PREFIX: &str = "IR";

/// The attributes of a new incident type.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "NewIncidentType")]
pub(super) struct NewType {
    /// The name.
    #[schemars(length(min = 1, max = 50))]
    name: String,
    /// The description.
    #[schemars(length(max = 512))]
    description: Option<String>,
    /// Whether incidents have the type that name none.
    is_default: Option<bool>,
    /// The configuration. Members that are missing have their defaults.
    configuration: Option<ConfigurationChange>,
}

/// The changed attributes of an incident type.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "IncidentTypeChange")]
pub(super) struct TypeChange {
    /// The name.
    #[schemars(length(min = 1, max = 50))]
    name: Option<String>,
    /// The description.
    #[schemars(length(max = 512))]
    description: Option<String>,
    /// Whether incidents have the type that name none.
    is_default: Option<bool>,
    /// The changed members of the configuration.
    configuration: Option<ConfigurationChange>,
}

pub(super) type CreateType = Document<NewType, Option<Value>>;
pub(super) type UpdateType = Document<TypeChange, Option<Value>>;

impl RequestBody for CreateType {
    const TYPES: &'static [&'static str] = &["incident_types"];
}

impl RequestBody for UpdateType {
    const TYPES: &'static [&'static str] = &["incident_types"];
}

/// The changed members of the configuration of an incident type.
#[derive(Deserialize, Serialize, JsonSchema)]
struct ConfigurationChange {
    #[serde(skip_serializing_if = "Option::is_none")]
    private_incidents: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    private_incidents_by_default: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_workflows: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_incident_deletion: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    editable_timestamps: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    test_incidents: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    create_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slug_source: Option<SlugSource>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disable_out_of_the_box_postmortem_template: Option<bool>,
}

/// The origin of the number that an incident is known by.
#[derive(Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum SlugSource {
    Default,
    Servicenow,
}

/// The configuration of an incident type.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "these are Datadog's members")]
struct Configuration {
    private_incidents: bool,
    private_incidents_by_default: bool,
    allow_workflows: bool,
    allow_incident_deletion: bool,
    editable_timestamps: bool,
    test_incidents: bool,
    create_message: String,
    slug_source: SlugSource,
    disable_out_of_the_box_postmortem_template: bool,
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            private_incidents: false,
            private_incidents_by_default: false,
            allow_workflows: true,
            allow_incident_deletion: false,
            editable_timestamps: false,
            test_incidents: true,
            create_message: String::new(),
            slug_source: SlugSource::Default,
            disable_out_of_the_box_postmortem_template: false,
        }
    }
}

/// The attributes of an incident type.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "IncidentTypeAttributes")]
#[serde(rename_all = "camelCase")]
pub(super) struct TypeAttributes {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(rename = "is_default")]
    is_default: bool,
    created_at: String,
    /// The UUID of the user who created it.
    created_by: String,
    modified_at: String,
    /// The UUID of the user who changed it last.
    last_modified_by: String,
    /// The start of the numbers of incidents.
    prefix: &'static str,
    configuration: Configuration,
}

/// The users of an incident type.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "IncidentTypeRelationships")]
pub(super) struct TypeRelationships {
    created_by_user: ToOne,
    last_modified_by_user: ToOne,
}

/// Returns an incident type as a resource.
pub(super) fn resource(
    request: &ConfigRequest<'_, '_>,
    it: &IncidentType,
) -> Resource<TypeAttributes, TypeRelationships> {
    let created_by_user = request.user_relationship(it.created.user.as_ref());
    let last_modified_by_user = request.user_relationship(it.modified.user.as_ref());
    Resource {
        kind: "incident_types",
        id: incident_type_resource_id(request.store_id, it.number),
        attributes: TypeAttributes {
            name: it.name.clone(),
            description: it.description.clone(),
            is_default: it.is_default,
            created_at: it.created.at.to_string(),
            created_by: created_by_user.id().to_owned(),
            modified_at: it.modified.at.to_string(),
            last_modified_by: last_modified_by_user.id().to_owned(),
            prefix: PREFIX,
            configuration: serde_json::from_value(it.configuration.clone()).unwrap_or_default(),
        },
        relationships: TypeRelationships {
            created_by_user,
            last_modified_by_user,
        },
    }
}

/// `GET /api/v2/incidents/config/types`.
pub(super) async fn list(
    SettingsReader(caller): SettingsReader,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let includes_deleted = query.flag("include_deleted");
    let includes_deleted = includes_deleted.map_err(|it| ApiError::invalid(vec![it]))?;
    let reading = read(&caller, move |request| {
        let mut types = request.tx.incident_types()?;
        types.retain(|it| includes_deleted || it.deleted_at.is_none());
        let types = types.iter().map(|it| to_json(&resource(request, it)));
        Ok(document(types.collect(), None))
    });
    Ok(Json(reading.await?))
}

/// `POST /api/v2/incidents/config/types`.
pub(super) async fn create(
    SettingsWriter(caller): SettingsWriter,
    body: Body<CreateType>,
) -> Result<Response, ApiError> {
    let writing = write(&caller, body, |request, body| {
        let attributes = body.parse()?.data.attributes;
        check_name(&attributes.name)?;
        let added = request.tx.add_incident_type(IncidentType {
            number: 0,
            name: attributes.name,
            description: attributes.description,
            is_default: attributes.is_default.unwrap_or(false),
            configuration: merged(&json!({}), attributes.configuration.as_ref()),
            created: request.stamp(),
            modified: request.stamp(),
            deleted_at: None,
        })?;
        let data = to_json(&resource(request, &added));
        Ok(created(&document(data, None)))
    });
    writing.await
}

/// `GET /api/v2/incidents/config/types/{id}`.
pub(super) async fn get(
    SettingsReader(caller): SettingsReader,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let id = path_id(path);
    let reading = read(&caller, move |request| {
        let data = to_json(&resource(request, &find(request, &id)?));
        Ok(document(data, None))
    });
    Ok(Json(reading.await?))
}

/// `PATCH /api/v2/incidents/config/types/{id}`.
pub(super) async fn update(
    SettingsWriter(caller): SettingsWriter,
    path: Result<Path<String>, PathRejection>,
    body: Body<UpdateType>,
) -> Result<Response, ApiError> {
    let id = path_id(path);
    let writing = write(&caller, body, move |request, body| {
        let mut changed = find(request, &id)?;
        body.check_id(&id)?;
        let attributes = body.parse()?.data.attributes;
        if let Some(name) = attributes.name {
            check_name(&name)?;
            changed.name = name;
        }
        changed.description = attributes.description.or(changed.description);
        changed.is_default = attributes.is_default.unwrap_or(changed.is_default);
        let configuration = attributes.configuration.as_ref();
        changed.configuration = merged(&changed.configuration, configuration);
        changed.modified = request.stamp();
        request.tx.save_incident_type(&changed)?;
        let data = to_json(&resource(request, &changed));
        Ok(ok(&document(data, None)))
    });
    writing.await
}

/// `DELETE /api/v2/incidents/config/types/{id}`.
pub(super) async fn delete(
    SettingsWriter(caller): SettingsWriter,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let id = path_id(path);
    let work = move |request: &ConfigRequest<'_, '_>| {
        let deleted = find(request, &id)?;
        request.tx.delete_incident_type(deleted)?;
        Ok(no_content())
    };
    write_without_body(&caller, RequestKey::default(), work).await
}

fn find(request: &ConfigRequest<'_, '_>, id: &str) -> Result<IncidentType, ApiError> {
    let unknown = || ApiError::not_found("incident type doesn't exist");
    let number = parse_incident_type_id(request.store_id, id).ok_or_else(unknown)?;
    let types = request.tx.incident_types()?.into_iter();
    let mut types = types.filter(|it| it.deleted_at.is_none());
    types.find(|it| it.number == number).ok_or_else(unknown)
}

fn check_name(name: &str) -> Result<(), ApiError> {
    match is_blank(name) {
        true => Err(ApiError::invalid(vec![Mistake::in_member(
            "/data/attributes/name",
            "can't be empty",
        )])),
        false => Ok(()),
    }
}

/// Returns a stored configuration with changed members.
fn merged(stored: &Value, change: Option<&ConfigurationChange>) -> Value {
    let mut configuration = stored.clone();
    if let Some(change) = change
        && let Value::Object(members) = to_json(change)
    {
        for (name, value) in members {
            configuration[name] = value;
        }
    }
    configuration
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::schema::mistakes;

    #[test]
    fn bodies_are_accepted_and_mistakes_are_listed() {
        let body = json!({ "data": { "type": "incident_types", "attributes": {
            "name": "Security", "description": "Data", "is_default": false,
            "configuration": { "test_incidents": true, "slug_source": "servicenow" },
        } } });
        assert_eq!(mistakes::<CreateType>(&body), []);
        assert_eq!(mistakes::<UpdateType>(&body), []);
        let wrong = json!({ "data": { "type": "incident_types", "attributes": {
            "description": 1, "configuration": { "slug_source": "jira" },
        } } });
        assert_eq!(mistakes::<CreateType>(&wrong).len(), 3);
    }
}
