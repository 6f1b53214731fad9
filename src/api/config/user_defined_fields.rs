//! Fields: `/api/v2/incidents/config/user-defined-fields`.

use axum::Json;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::api::auth::{SettingsReader, SettingsWriter};
use crate::api::config::built_in_fields::{BuiltInField, built_in_fields};
use crate::api::config::field_attributes::{
    AUTOCOMPLETE, Category, Collected, CreateField, Field, UpdateField, ValidValue,
};
use crate::api::config::request::{
    ConfigRequest, INCLUDES, created, document, includes, no_content, ok, path_id, read, to_json,
    write, write_without_body,
};
use crate::api::config::resource::{Resource, SettingRelationships};
use crate::api::error::{ApiError, Mistake};
use crate::api::query::{Mistakes, Query};
use crate::api::request::{Body, RequestKey};
use crate::domain::api::SettingResourceKind;
use crate::domain::field::{SERVICES, TEAMS};
use crate::domain::{DEFAULT_INCIDENT_TYPE, FieldDefinition, FieldKind, Settings};
use crate::store::SettingResource;

const KIND: SettingResourceKind = SettingResourceKind::Field;

/// The largest page.
pub(super) const MAX_PAGE_SIZE: usize = 1_000;

/// The attributes of a field. All are in every response.
#[derive(Serialize, JsonSchema)]
pub(super) struct FieldAttributes {
    name: String,
    #[serde(rename = "type")]
    kind: u8,
    display_name: String,
    category: Option<Category>,
    collected: Option<Collected>,
    default_value: Option<String>,
    ordinal: Option<String>,
    required: bool,
    tag_key: Option<String>,
    valid_values: Option<Vec<ValidValue>>,
    created: String,
    modified: Option<String>,
    deleted: Option<String>,
    /// Whether it is built in, and can't be deleted.
    reserved: bool,
    /// Where the values of an autocomplete come from. Muster has no such source.
    metadata: Option<Map<String, Value>>,
}

pub(super) type FieldResource = Resource<FieldAttributes, SettingRelationships>;

/// Returns a field with its values, as the settings or the deleted resource have it.
fn field(settings: &Settings, it: &SettingResource) -> Field {
    let deleted = it.deleted_item().cloned();
    let deleted = deleted.and_then(|item| serde_json::from_value::<FieldDefinition>(item).ok());
    let definition = match it.deleted_at {
        None => settings.field(&it.name).cloned(),
        Some(_) => deleted,
    };
    let unknown = || FieldDefinition::new(&it.name, FieldKind::Text);
    let definition = definition.unwrap_or_else(unknown);
    Field {
        options: settings.field_options(&definition).to_vec(),
        stored: serde_json::from_value(it.attributes.clone()).unwrap_or_default(),
        definition,
    }
}

fn is_reserved(name: &str) -> bool {
    name == SERVICES || name == TEAMS
}

fn resource(
    request: &ConfigRequest<'_, '_>,
    it: &SettingResource,
    settings: &Settings,
) -> FieldResource {
    let field = field(settings, it);
    let reserved = is_reserved(&it.name);
    Resource {
        kind: "user_defined_field",
        id: request.id(it),
        attributes: FieldAttributes {
            name: it.name.clone(),
            kind: match reserved {
                true => AUTOCOMPLETE,
                false => field.kind_number(),
            },
            display_name: field.definition.label(),
            category: field.category(),
            collected: field.collected(),
            default_value: field.default_value(),
            ordinal: field.stored.ordinal.clone(),
            required: field.definition.required == crate::domain::RequiredFrom::Declaration,
            tag_key: field.stored.tag_key.clone(),
            valid_values: field.valid_values(),
            created: it.created.at.to_string(),
            modified: (it.modified != it.created).then(|| it.modified.at.to_string()),
            deleted: it.deleted_at.map(|at| at.to_string()),
            reserved,
            metadata: None,
        },
        relationships: request.relationships(it),
    }
}

/// Returns a field that every incident has.
fn built_in_resource(
    request: &ConfigRequest<'_, '_>,
    built_in: BuiltInField,
) -> Result<FieldResource, ApiError> {
    let first = request.tx.incident_types()?;
    let first = first.iter().find(|it| it.number == DEFAULT_INCIDENT_TYPE);
    let created = first.map_or(request.tx.now(), |first| first.created.at);
    let id = KIND.resource_id(request.store_id, 0, built_in.name);
    Ok(Resource {
        kind: "user_defined_field",
        id,
        attributes: FieldAttributes {
            name: built_in.name.to_owned(),
            kind: built_in.kind,
            display_name: built_in.label.to_owned(),
            category: built_in.category,
            collected: None,
            default_value: None,
            ordinal: None,
            required: false,
            tag_key: None,
            valid_values: built_in.valid_values,
            created: created.to_string(),
            modified: None,
            deleted: None,
            reserved: true,
            metadata: None,
        },
        relationships: SettingRelationships {
            created_by_user: request.user_relationship(None),
            last_modified_by_user: request.user_relationship(None),
            incident_type: request.type_relationship(DEFAULT_INCIDENT_TYPE),
        },
    })
}

/// Returns the built-in field with an ID.
fn find_built_in(
    request: &ConfigRequest<'_, '_>,
    id: &str,
) -> Result<Option<BuiltInField>, ApiError> {
    let settings = request.tx.settings()?;
    let mut fields = built_in_fields(&settings).into_iter();
    let id_of = |it: &BuiltInField| KIND.resource_id(request.store_id, 0, it.name);
    Ok(fields.find(|it| id_of(it).eq_ignore_ascii_case(id)))
}

/// Returns the field with an ID that can be changed.
fn find(request: &ConfigRequest<'_, '_>, id: &str) -> Result<SettingResource, ApiError> {
    if let Some(built_in) = find_built_in(request, id)? {
        let name = built_in.label;
        let problem = format!("{name} is built in. Change it on the page of the settings.");
        return Err(ApiError::invalid(vec![Mistake::new(problem)]));
    }
    request.find(KIND, id, "field not found")
}

/// Renders a field. Its document has no included resources in Datadog's clients.
fn rendered(
    request: &ConfigRequest<'_, '_>,
    it: &SettingResource,
    query: &Query,
) -> Result<Value, ApiError> {
    includes(query, &INCLUDES)?;
    let settings = request.tx.settings()?;
    Ok(document(to_json(&resource(request, it, &settings)), None))
}

/// `GET /api/v2/incidents/config/user-defined-fields`.
pub(super) async fn list(
    SettingsReader(caller): SettingsReader,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let mut mistakes = Mistakes::default();
    let size = mistakes.check(query.number("page[size]", 0..=MAX_PAGE_SIZE, MAX_PAGE_SIZE));
    let page = mistakes.check(query.number("page[number]", 0..=usize::MAX, 0));
    let includes_deleted = mistakes.check(query.flag("include-deleted"));
    mistakes.check(query.includes(&INCLUDES));
    mistakes.into_result()?;
    let offset = page.saturating_mul(size);
    let reading = read(&caller, move |request| {
        let mut fields = match request.type_filter(&query)? {
            None | Some(DEFAULT_INCIDENT_TYPE) => built_in_resources(request)?,
            Some(_) => Vec::new(),
        };
        let mut resources = request.filtered(KIND, &query)?;
        if includes_deleted {
            let deleted = request.tx.setting_resources(KIND)?.into_iter();
            resources.extend(deleted.filter(|it| it.deleted_at.is_some()));
        }
        let settings = request.tx.settings()?;
        let resources = resources.iter();
        fields.extend(resources.map(|it| resource(request, it, &settings)));
        let data = fields.iter().skip(offset).take(size).map(to_json);
        let data: Vec<_> = data.collect();
        let meta = json!({ "offset": offset, "size": data.len() });
        Ok(json!({ "data": data, "meta": meta }))
    });
    Ok(Json(reading.await?))
}

fn built_in_resources(request: &ConfigRequest<'_, '_>) -> Result<Vec<FieldResource>, ApiError> {
    let settings = request.tx.settings()?;
    let fields = built_in_fields(&settings).into_iter();
    fields.map(|it| built_in_resource(request, it)).collect()
}

/// `GET /api/v2/incidents/config/user-defined-fields/{id}`.
pub(super) async fn get(
    SettingsReader(caller): SettingsReader,
    path: Result<Path<String>, PathRejection>,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let id = path_id(path);
    let reading = read(&caller, move |request| {
        if let Some(built_in) = find_built_in(request, &id)? {
            let data = to_json(&built_in_resource(request, built_in)?);
            return Ok(document(data, None));
        }
        let field = find(request, &id)?;
        rendered(request, &field, &query)
    });
    Ok(Json(reading.await?))
}

/// `POST /api/v2/incidents/config/user-defined-fields`.
pub(super) async fn create(
    SettingsWriter(caller): SettingsWriter,
    query: Query,
    body: Body<CreateField>,
) -> Result<Response, ApiError> {
    let writing = write(&caller, body, move |request, body| {
        let incident_type = request.related_type(body)?;
        let attributes = body.parse()?.data.attributes;
        let settings = request.tx.settings()?;
        let mut new = request.new_resource(KIND, &attributes.name, incident_type)?;
        let count = settings.fields.len();
        let mut field = Field::new(&attributes, count + 1);
        field.definition.incident_type = incident_type;
        field
            .apply(attributes.change())
            .map_err(ApiError::invalid)?;
        new.attributes = to_json(&field.stored);
        let values = values(&settings, field, count)?;
        let added = request.tx.add_setting_resource(new, values)?;
        Ok(created(&rendered(request, &added, &query)?))
    });
    writing.await
}

/// `PATCH /api/v2/incidents/config/user-defined-fields/{id}`.
pub(super) async fn update(
    SettingsWriter(caller): SettingsWriter,
    path: Result<Path<String>, PathRejection>,
    query: Query,
    body: Body<UpdateField>,
) -> Result<Response, ApiError> {
    let id = path_id(path);
    let writing = write(&caller, body, move |request, body| {
        let mut changed = find(request, &id)?;
        body.check_id(&id)?;
        let change = body.parse()?.data.attributes;
        let settings = request.tx.settings()?;
        let mut field = field(&settings, &changed);
        field.apply(change).map_err(ApiError::invalid)?;
        changed.attributes = to_json(&field.stored);
        changed.modified = request.stamp();
        let mut fields = settings.fields.iter();
        let index = fields.position(|it| it.name == changed.name);
        let values = values(&settings, field, index.unwrap_or(settings.fields.len()))?;
        request.tx.save_setting_resource(&changed, values)?;
        Ok(ok(&rendered(request, &changed, &query)?))
    });
    writing.await
}

/// Returns the settings with a field at an index.
fn values(
    settings: &Settings,
    mut field: Field,
    index: usize,
) -> Result<Vec<(String, Value)>, ApiError> {
    let mut changed = settings.clone();
    match field.definition.name.as_str() {
        SERVICES => changed.services = field.options,
        TEAMS => changed.teams = field.options,
        _ => field.definition.values = field.options,
    }
    match changed.fields.get_mut(index) {
        Some(known) => *known = field.definition,
        None => changed.fields.push(field.definition),
    }
    let errors = changed.definition_errors(&changed.fields).into_iter();
    let errors = errors.filter(|error| error.index == index);
    let mistakes = errors.map(|error| {
        let attribute = match error.attribute {
            "default" => "default_value",
            "values" => "valid_values",
            attribute => attribute,
        };
        Mistake::in_member(format!("/data/attributes/{attribute}"), error.problem)
    });
    let mistakes: Vec<_> = mistakes.collect();
    if !mistakes.is_empty() {
        return Err(ApiError::invalid(mistakes));
    }
    Ok(vec![
        (KIND.setting().to_owned(), to_json(&changed.fields)),
        (SERVICES.to_owned(), to_json(&changed.services)),
        (TEAMS.to_owned(), to_json(&changed.teams)),
    ])
}

/// `DELETE /api/v2/incidents/config/user-defined-fields/{id}`. Incidents keep their values.
pub(super) async fn delete(
    SettingsWriter(caller): SettingsWriter,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let id = path_id(path);
    let work = move |request: &ConfigRequest<'_, '_>| {
        let deleted = find(request, &id)?;
        if is_reserved(&deleted.name) {
            let problem = format!("{} is built in, so it can't be deleted.", deleted.name);
            return Err(ApiError::invalid(vec![Mistake::new(problem)]));
        }
        request.delete(deleted)?;
        Ok(no_content())
    };
    write_without_body(&caller, RequestKey::default(), work).await
}
