//! Roles: `/api/v2/incidents/config/user-defined-roles`.

use axum::Json;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::api::auth::{SettingsReader, SettingsWriter};
use crate::api::config::request::{
    ConfigRequest, INCLUDES, created, document, includes, no_content, ok, path_id, read, to_json,
    write, write_without_body,
};
use crate::api::config::resource::{Document, OfIncidentType, Resource, SettingRelationships};
use crate::api::error::ApiError;
use crate::api::members::present;
use crate::api::query::Query;
use crate::api::request::{Body, RequestBody, RequestKey};
use crate::domain::api::SettingResourceKind;
use crate::domain::{ConfiguredRole, RoleCapacity, Settings};
use crate::store::SettingResource;

const KIND: SettingResourceKind = SettingResourceKind::Role;

const TYPES: &[&str] = &["incident_user_defined_roles"];

/// The attribute whose null is stored as it was sent.
const DESCRIPTION: &str = "description";

/// The attributes of a new role.
#[derive(Deserialize, JsonSchema)]
pub(super) struct NewRole {
    /// The name.
    #[schemars(length(min = 1, max = 255))]
    name: String,
    /// The description that an assigned user receives.
    #[schemars(length(max = 1024))]
    description: Option<String>,
    /// How many users may have the role; several if it is missing.
    policy: Option<Policy>,
}

/// The changed attributes of a role.
#[derive(Default, Deserialize, JsonSchema)]
pub(super) struct RoleChange {
    /// The name.
    #[schemars(length(min = 1, max = 255))]
    name: Option<String>,
    /// The description; null removes it.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<String>", length(max = 1024))]
    description: Option<Option<String>>,
    /// How many users may have the role.
    policy: Option<Policy>,
}

/// How many users may have a role.
#[derive(Clone, Copy, Deserialize, Serialize, JsonSchema)]
struct Policy {
    /// Whether only one may.
    is_single: bool,
}

impl From<Policy> for RoleCapacity {
    fn from(policy: Policy) -> Self {
        match policy.is_single {
            true => Self::One,
            false => Self::Several,
        }
    }
}

pub(super) type CreateRole = Document<NewRole, OfIncidentType>;
pub(super) type UpdateRole = Document<Option<RoleChange>, Option<Value>>;

impl RequestBody for CreateRole {
    const TYPES: &'static [&'static str] = TYPES;
}

impl RequestBody for UpdateRole {
    const TYPES: &'static [&'static str] = TYPES;
}

/// The attributes of a role.
#[derive(Serialize, JsonSchema)]
pub(super) struct RoleAttributes {
    name: String,
    description: Option<String>,
    policy: Policy,
    created: String,
    modified: String,
}

pub(super) type RoleResource = Resource<RoleAttributes, SettingRelationships>;

fn resource(
    request: &ConfigRequest<'_, '_>,
    it: &SettingResource,
    settings: &Settings,
) -> RoleResource {
    let mut roles = settings.roles.iter();
    let role = roles.find(|role| role.name == it.name);
    let description = role.map_or("", |role| &role.description);
    // Null and an empty text are the same in the settings, but not for a program that compares.
    let sent = it.attributes.get(DESCRIPTION);
    let is_null = description.is_empty() && sent.is_none_or(Value::is_null);
    Resource {
        kind: TYPES[0],
        id: request.id(it),
        attributes: RoleAttributes {
            name: it.name.clone(),
            description: (!is_null).then(|| description.to_owned()),
            policy: Policy {
                is_single: role.is_some_and(|role| role.capacity == RoleCapacity::One),
            },
            created: it.created.at.to_string(),
            modified: it.modified.at.to_string(),
        },
        relationships: request.relationships(it),
    }
}

fn find(request: &ConfigRequest<'_, '_>, id: &str) -> Result<SettingResource, ApiError> {
    request.find(KIND, id, "role not found")
}

fn rendered(
    request: &ConfigRequest<'_, '_>,
    it: &SettingResource,
    query: &Query,
) -> Result<Value, ApiError> {
    let includes = includes(query, &INCLUDES)?;
    let included = request.included(&includes, std::slice::from_ref(it))?;
    let settings = request.tx.settings()?;
    Ok(document(
        to_json(&resource(request, it, &settings)),
        included,
    ))
}

/// `GET /api/v2/incidents/config/user-defined-roles`.
pub(super) async fn list(
    SettingsReader(caller): SettingsReader,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let reading = read(&caller, move |request| {
        let includes = includes(&query, &INCLUDES)?;
        let roles = request.filtered(KIND, &query)?;
        let settings = request.tx.settings()?;
        let data = roles.iter();
        let data = data.map(|it| to_json(&resource(request, it, &settings)));
        let included = request.included(&includes, &roles)?;
        Ok(document(data.collect(), included))
    });
    Ok(Json(reading.await?))
}

/// `GET /api/v2/incidents/config/user-defined-roles/{id}`.
pub(super) async fn get(
    SettingsReader(caller): SettingsReader,
    path: Result<Path<String>, PathRejection>,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let id = path_id(path);
    let reading = read(&caller, move |request| {
        let role = find(request, &id)?;
        rendered(request, &role, &query)
    });
    Ok(Json(reading.await?))
}

/// `POST /api/v2/incidents/config/user-defined-roles`.
pub(super) async fn create(
    SettingsWriter(caller): SettingsWriter,
    query: Query,
    body: Body<CreateRole>,
) -> Result<Response, ApiError> {
    let writing = write(&caller, body, move |request, body| {
        let incident_type = request.related_type(body)?;
        let attributes = body.parse()?.data.attributes;
        let mut roles = request.tx.settings()?.roles.clone();
        let mut new = request.new_resource(KIND, &attributes.name, incident_type)?;
        new.attributes = json!({ DESCRIPTION: attributes.description });
        let policy = attributes.policy.unwrap_or(Policy { is_single: false });
        roles.push(ConfiguredRole {
            name: attributes.name,
            capacity: policy.into(),
            description: attributes.description.unwrap_or_default(),
            incident_type,
        });
        let added = request.tx.add_setting_resource(new, values(&roles))?;
        Ok(created(&rendered(request, &added, &query)?))
    });
    writing.await
}

/// `PATCH /api/v2/incidents/config/user-defined-roles/{id}`.
pub(super) async fn update(
    SettingsWriter(caller): SettingsWriter,
    path: Result<Path<String>, PathRejection>,
    query: Query,
    body: Body<UpdateRole>,
) -> Result<Response, ApiError> {
    let id = path_id(path);
    let writing = write(&caller, body, move |request, body| {
        let mut changed = find(request, &id)?;
        body.check_id(&id)?;
        let change = body.parse()?.data.attributes.unwrap_or_default();
        let mut roles = request.tx.settings()?.roles.clone();
        let role = roles.iter_mut().find(|role| role.name == changed.name);
        if let Some(role) = role {
            if let Some(name) = change.name {
                role.name.clone_from(&name);
                changed.name = name;
            }
            if let Some(description) = change.description {
                changed.attributes[DESCRIPTION] = json!(description);
                role.description = description.unwrap_or_default();
            }
            role.capacity = change.policy.map_or(role.capacity, Policy::into);
        }
        changed.modified = request.stamp();
        let tx = request.tx;
        tx.save_setting_resource(&changed, values(&roles))?;
        Ok(ok(&rendered(request, &changed, &query)?))
    });
    writing.await
}

/// `DELETE /api/v2/incidents/config/user-defined-roles/{id}`.
pub(super) async fn delete(
    SettingsWriter(caller): SettingsWriter,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let id = path_id(path);
    let work = move |request: &ConfigRequest<'_, '_>| {
        let deleted = find(request, &id)?;
        request.delete(deleted)?;
        Ok(no_content())
    };
    write_without_body(&caller, RequestKey::default(), work).await
}

fn values(roles: &[ConfiguredRole]) -> Vec<(String, Value)> {
    vec![(KIND.setting().to_owned(), to_json(&roles))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::schema::mistakes;

    #[test]
    fn bodies_are_accepted_and_mistakes_are_listed() {
        let body = json!({ "data": {
            "type": "incident_user_defined_roles",
            "attributes": { "name": "Scribe", "description": null, "policy": { "is_single": true } },
            "relationships": { "incident_type": { "data": { "type": "incident_types", "id": "1" } } },
        } });
        assert_eq!(mistakes::<CreateRole>(&body), []);
        assert_eq!(mistakes::<UpdateRole>(&body), []);
        let wrong = json!({ "data": {
            "type": "incident_user_defined_roles", "attributes": { "policy": {} },
        } });
        assert_eq!(mistakes::<CreateRole>(&wrong).len(), 3);
    }
}
