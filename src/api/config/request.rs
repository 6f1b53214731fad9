//! The parts that the requests for settings share: their bodies, the resources that they name, and their answers.

use std::collections::BTreeSet;

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};

use crate::api::auth::Caller;
use crate::api::config::incident_types;
use crate::api::config::resource::{SettingRelationships, ToOne};
use crate::api::error::{ApiError, Mistake};
use crate::api::query::Query;
use crate::api::request::{Body, RequestBody, RequestKey};
use crate::api::response::name_ignored;
pub(super) use crate::api::response::{created, no_content, ok};
use crate::domain::UserId;
use crate::domain::api::{
    SettingResourceKind, incident_type_resource_id, parse_incident_type_id, system_user_resource,
    user_reference, user_resource,
};
use crate::store::{ApiResponse, ApiTransaction, SettingResource, Stamp};

/// A request for settings: its transaction, and who sends it.
pub(super) struct ConfigRequest<'t, 'tx> {
    pub(super) tx: &'t ApiTransaction<'tx>,
    pub(super) store_id: &'t str,
    user: Option<UserId>,
}

/// Runs a request that changes settings and has a body.
pub(super) async fn write<T: RequestBody + Send>(
    caller: &Caller,
    body: Body<T>,
    work: impl FnOnce(&ConfigRequest<'_, '_>, &Body<T>) -> Result<ApiResponse, ApiError>
    + Send
    + 'static,
) -> Result<Response, ApiError> {
    let (key, ignored) = (body.key.clone(), body.ignored());
    let written = write_without_body(caller, key, move |request| work(request, &body));
    Ok(name_ignored(written.await?, &ignored))
}

/// Runs a request that changes settings.
pub(super) async fn write_without_body(
    caller: &Caller,
    key: RequestKey,
    work: impl FnOnce(&ConfigRequest<'_, '_>) -> Result<ApiResponse, ApiError> + Send + 'static,
) -> Result<Response, ApiError> {
    let store_id = caller.app.store.store_id().to_owned();
    let user = caller.user.as_ref().map(|user| user.id.clone());
    let work = move |tx: &ApiTransaction<'_>| {
        work(&ConfigRequest {
            tx,
            store_id: &store_id,
            user,
        })
    };
    caller.write(key, work).await
}

/// Runs a request that reads settings.
pub(super) async fn read<T: Send + 'static>(
    caller: &Caller,
    work: impl FnOnce(&ConfigRequest<'_, '_>) -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    let store_id = caller.app.store.store_id().to_owned();
    let reading = caller
        .app
        .store
        .run_api_read(caller.viewer.clone(), caller.now, move |tx| {
            work(&ConfigRequest::reading(tx, &store_id))
        });
    reading.await?
}

/// Returns the ID in a path; a malformed one is that of no resource.
pub(super) fn path_id(path: Result<Path<String>, PathRejection>) -> String {
    path.map(|Path(id)| id).unwrap_or_default()
}

/// Returns a value as JSON.
pub(super) fn to_json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// Returns a document with what a request includes, if it includes anything.
pub(super) fn document(data: Value, included: Option<Vec<Value>>) -> Value {
    let mut document = json!({ "data": data });
    if let Some(included) = included {
        document["included"] = Value::Array(included);
    }
    document
}

impl<'t, 'tx> ConfigRequest<'t, 'tx> {
    /// Creates a request that only reads.
    pub(super) fn reading(tx: &'t ApiTransaction<'tx>, store_id: &'t str) -> Self {
        Self {
            tx,
            store_id,
            user: None,
        }
    }

    /// Returns the time and the sender of the request.
    pub(super) fn stamp(&self) -> Stamp {
        Stamp {
            at: self.tx.now(),
            user: self.user.clone(),
        }
    }

    /// Returns the number of the incident type that a body names; `None` if it names none.
    pub(super) fn related_type<T: RequestBody>(
        &self,
        body: &Body<T>,
    ) -> Result<Option<i64>, ApiError> {
        let Some(id) = body.related_id("incident_type") else {
            return Ok(None);
        };
        let unknown = || ApiError::not_found("incident type not found");
        let number = parse_incident_type_id(self.store_id, id).ok_or_else(unknown)?;
        let known = self.tx.incident_type(number).map_err(|_| unknown())?;
        Ok(Some(known.number))
    }

    /// Returns the incident type that the resource of an item names: its own, or the default one if the item is for
    /// all types.
    pub(super) fn type_or_default(&self, incident_type: Option<i64>) -> Result<i64, ApiError> {
        match incident_type {
            Some(number) => Ok(number),
            None => Ok(self.tx.default_incident_type()?.number),
        }
    }

    /// Returns a new resource that a program creates.
    pub(super) fn new_resource(
        &self,
        kind: SettingResourceKind,
        name: &str,
        incident_type: Option<i64>,
    ) -> Result<SettingResource, ApiError> {
        Ok(SettingResource {
            number: 0,
            kind,
            name: name.to_owned(),
            incident_type: self.type_or_default(incident_type)?,
            attributes: json!({}),
            created: self.stamp(),
            modified: self.stamp(),
            deleted_at: None,
        })
    }

    /// Returns the UUID of a setting.
    pub(super) fn id(&self, resource: &SettingResource) -> String {
        let kind = resource.kind;
        kind.resource_id(self.store_id, resource.number, &resource.name)
    }

    /// Returns the resources of a kind that exist: those that were not deleted, and whose items the settings have.
    pub(super) fn existing(
        &self,
        kind: SettingResourceKind,
    ) -> Result<Vec<SettingResource>, ApiError> {
        let items = kind.items(&*self.tx.settings()?);
        let mut resources = self.tx.setting_resources(kind)?;
        resources.retain(|resource| {
            let is_item = |item: &Value| item["name"] == resource.name.as_str();
            resource.deleted_at.is_none() && items.iter().any(is_item)
        });
        Ok(resources)
    }

    /// Returns the resource of a kind with a UUID.
    pub(super) fn find(
        &self,
        kind: SettingResourceKind,
        id: &str,
        unknown: &str,
    ) -> Result<SettingResource, ApiError> {
        let mut resources = self.existing(kind)?.into_iter();
        let has_id = |it: &SettingResource| self.id(it).eq_ignore_ascii_case(id);
        let resource = resources.find(has_id);
        resource.ok_or_else(|| ApiError::not_found(unknown))
    }

    /// Deletes a resource and its item.
    pub(super) fn delete(&self, mut deleted: SettingResource) -> Result<(), ApiError> {
        let kind = deleted.kind;
        let mut items = kind.items(&*self.tx.settings()?);
        let is_deleted = |item: &Value| item["name"] == deleted.name.as_str();
        let index = items.iter().position(is_deleted);
        let item = index.map(|index| items.remove(index)).unwrap_or_default();
        deleted.delete(item, self.tx.now());
        let values = vec![(kind.setting().to_owned(), Value::Array(items))];
        Ok(self.tx.save_setting_resource(&deleted, values)?)
    }

    /// Returns the resources of a kind with the incident type that a query names, or with any.
    pub(super) fn filtered(
        &self,
        kind: SettingResourceKind,
        query: &Query,
    ) -> Result<Vec<SettingResource>, ApiError> {
        let mut resources = self.existing(kind)?;
        if let Some(number) = self.type_filter(query)? {
            resources.retain(|resource| resource.incident_type == number);
        }
        Ok(resources)
    }

    /// Returns the number of the incident type that a query names.
    pub(super) fn type_filter(&self, query: &Query) -> Result<Option<i64>, ApiError> {
        const FILTER: &str = "filter[incident-type]";
        let Some(id) = query.value(FILTER) else {
            return Ok(None);
        };
        let number = parse_incident_type_id(self.store_id, id);
        let types = self.tx.incident_types()?;
        match types.iter().find(|it| Some(it.number) == number) {
            Some(known) => Ok(Some(known.number)),
            None => Err(ApiError::invalid(vec![Mistake::in_parameter(
                FILTER,
                "isn't the ID of an incident type",
            )])),
        }
    }

    /// Returns the relationships of a setting.
    pub(super) fn relationships(&self, resource: &SettingResource) -> SettingRelationships {
        SettingRelationships {
            created_by_user: self.user_relationship(resource.created.user.as_ref()),
            last_modified_by_user: self.user_relationship(resource.modified.user.as_ref()),
            incident_type: self.type_relationship(resource.incident_type),
        }
    }

    /// Returns the relationship to a user; `None` is the system user.
    pub(super) fn user_relationship(&self, user: Option<&UserId>) -> ToOne {
        let reference = user_reference(self.store_id, user, &[].into_iter().collect());
        let id = reference["id"].as_str().unwrap_or_default();
        ToOne::new("users", id.to_owned())
    }

    /// Returns the relationship to an incident type.
    pub(super) fn type_relationship(&self, number: i64) -> ToOne {
        let id = incident_type_resource_id(self.store_id, number);
        ToOne::new("incident_types", id)
    }

    /// Returns what a request includes of settings, each resource once; `None` if it includes nothing.
    pub(super) fn included(
        &self,
        includes: &[&str],
        resources: &[SettingResource],
    ) -> Result<Option<Vec<Value>>, ApiError> {
        if includes.is_empty() {
            return Ok(None);
        }
        let mut users = BTreeSet::new();
        for resource in resources {
            if includes.contains(&CREATED_BY) {
                users.insert(resource.created.user.clone());
            }
            if includes.contains(&MODIFIED_BY) {
                users.insert(resource.modified.user.clone());
            }
        }
        let mut included = self.users(&users)?;
        if includes.contains(&INCIDENT_TYPE) {
            let mut types = self.tx.incident_types()?;
            types.retain(|it| {
                let mut resources = resources.iter();
                resources.any(|resource| resource.incident_type == it.number)
            });
            let types = types.iter();
            included.extend(types.map(|it| to_json(&incident_types::resource(self, it))));
        }
        Ok(Some(included))
    }

    fn users(&self, ids: &BTreeSet<Option<UserId>>) -> Result<Vec<Value>, ApiError> {
        let known = self.tx.known_users(ids.iter().flatten())?;
        let users = ids.iter().map(|id| match id {
            None => system_user_resource(self.store_id),
            Some(id) => match known.get(id) {
                Some(user) => user_resource(self.store_id, user),
                None => user_reference(self.store_id, Some(id), &known),
            },
        });
        Ok(users.collect())
    }
}

/// Includes who created a setting.
pub(super) const CREATED_BY: &str = "created_by_user";

/// Includes who changed a setting last.
pub(super) const MODIFIED_BY: &str = "last_modified_by_user";

/// Includes the incident type of a setting.
pub(super) const INCIDENT_TYPE: &str = "incident_type";

/// The values of `include` that all settings have.
pub(super) const INCLUDES: [&str; 3] = [CREATED_BY, MODIFIED_BY, INCIDENT_TYPE];

/// Returns the values of `include` of a query.
pub(super) fn includes(
    query: &Query,
    known: &[&'static str],
) -> Result<Vec<&'static str>, ApiError> {
    let includes = query.includes(known);
    includes.map_err(|mistake| ApiError::invalid(vec![mistake]))
}
