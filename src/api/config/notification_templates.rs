//! Notification templates: `/api/v2/incidents/config/notification-templates`. They are the message templates of the
//! settings.

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
use crate::api::config::resource::{Document, OfAnyIncidentType, Resource, SettingRelationships};
use crate::api::error::{ApiError, Mistake};
use crate::api::query::Query;
use crate::api::request::{Body, RequestBody, RequestKey};
use crate::domain::api::SettingResourceKind;
use crate::domain::{MessageTemplate, Settings, TemplateAttribute};
use crate::store::SettingResource;

const KIND: SettingResourceKind = SettingResourceKind::NotificationTemplate;

const TYPES: &[&str] = &["notification_templates"];

/// The attributes of a new notification template.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "NewNotificationTemplate")]
pub(super) struct NewTemplate {
    /// The name.
    name: String,
    /// The heading that it is listed under.
    category: String,
    /// The subject, with variables such as `{{incident.title}}`.
    subject: String,
    /// The body: Markdown with variables.
    content: String,
}

/// The changed attributes of a notification template.
#[derive(Default, Deserialize, JsonSchema)]
#[schemars(rename = "NotificationTemplateChange")]
pub(super) struct TemplateChange {
    /// The name.
    name: Option<String>,
    /// The heading that it is listed under.
    category: Option<String>,
    /// The subject.
    subject: Option<String>,
    /// The body.
    content: Option<String>,
}

pub(super) type CreateTemplate = Document<NewTemplate, Option<OfAnyIncidentType>>;
pub(super) type UpdateTemplate = Document<Option<TemplateChange>, Option<Value>>;

impl RequestBody for CreateTemplate {
    const TYPES: &'static [&'static str] = TYPES;
}

impl RequestBody for UpdateTemplate {
    const TYPES: &'static [&'static str] = TYPES;
}

/// The attributes of a notification template.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NotificationTemplateAttributes")]
pub(super) struct TemplateAttributes {
    name: String,
    category: String,
    subject: String,
    content: String,
    created: String,
    modified: String,
}

pub(super) type TemplateResource = Resource<TemplateAttributes, SettingRelationships>;

/// Returns a notification template as a resource.
pub(super) fn resource(
    request: &ConfigRequest<'_, '_>,
    it: &SettingResource,
    settings: &Settings,
) -> TemplateResource {
    let template = item(settings, it).cloned().unwrap_or_default();
    Resource {
        kind: TYPES[0],
        id: request.id(it),
        attributes: TemplateAttributes {
            name: template.name,
            category: template.category,
            subject: template.subject,
            content: template.body,
            created: it.created.at.to_string(),
            modified: it.modified.at.to_string(),
        },
        relationships: request.relationships(it),
    }
}

fn item<'s>(settings: &'s Settings, it: &SettingResource) -> Option<&'s MessageTemplate> {
    let mut templates = settings.message_templates.iter();
    templates.find(|template| template.name == it.name)
}

/// Returns the resource with a UUID. Rules name it, too.
pub(super) fn find(request: &ConfigRequest<'_, '_>, id: &str) -> Result<SettingResource, ApiError> {
    request.find(KIND, id, "notification template not found")
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

/// `GET /api/v2/incidents/config/notification-templates`.
pub(super) async fn list(
    SettingsReader(caller): SettingsReader,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let reading = read(&caller, move |request| {
        let includes = includes(&query, &INCLUDES)?;
        let templates = request.filtered(KIND, &query)?;
        let settings = request.tx.settings()?;
        let data = templates.iter();
        let data = data.map(|it| to_json(&resource(request, it, &settings)));
        let included = request.included(&includes, &templates)?;
        let mut listed = document(data.collect(), included);
        listed["meta"] = json!({ "page": {
            "total_count": request.existing(KIND)?.len(),
            "total_filtered_count": templates.len(),
        } });
        Ok(listed)
    });
    Ok(Json(reading.await?))
}

/// `GET /api/v2/incidents/config/notification-templates/{id}`.
pub(super) async fn get(
    SettingsReader(caller): SettingsReader,
    path: Result<Path<String>, PathRejection>,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let id = path_id(path);
    let reading = read(&caller, move |request| {
        let template = find(request, &id)?;
        rendered(request, &template, &query)
    });
    Ok(Json(reading.await?))
}

/// `POST /api/v2/incidents/config/notification-templates`.
pub(super) async fn create(
    SettingsWriter(caller): SettingsWriter,
    query: Query,
    body: Body<CreateTemplate>,
) -> Result<Response, ApiError> {
    let writing = write(&caller, body, move |request, body| {
        let incident_type = request.related_type(body)?;
        let attributes = body.parse()?.data.attributes;
        let template = MessageTemplate {
            name: attributes.name,
            category: attributes.category,
            subject: attributes.subject,
            body: attributes.content,
            incident_type,
        };
        let new = request.new_resource(KIND, &template.name, incident_type)?;
        let settings = request.tx.settings()?;
        let templates = settings.with_template(None, template);
        check(&settings, &templates, templates.len() - 1)?;
        let values = vec![(KIND.setting().to_owned(), to_json(&templates))];
        let added = request.tx.add_setting_resource(new, values)?;
        Ok(created(&rendered(request, &added, &query)?))
    });
    writing.await
}

/// `PATCH /api/v2/incidents/config/notification-templates/{id}`.
pub(super) async fn update(
    SettingsWriter(caller): SettingsWriter,
    path: Result<Path<String>, PathRejection>,
    query: Query,
    body: Body<UpdateTemplate>,
) -> Result<Response, ApiError> {
    let id = path_id(path);
    let writing = write(&caller, body, move |request, body| {
        let mut changed = find(request, &id)?;
        body.check_id(&id)?;
        let change = body.parse()?.data.attributes.unwrap_or_default();
        let settings = request.tx.settings()?;
        let values = changed_values(&settings, &changed.name, change)?;
        changed.name = values.name;
        changed.modified = request.stamp();
        let tx = request.tx;
        tx.save_setting_resource(&changed, values.values)?;
        Ok(ok(&rendered(request, &changed, &query)?))
    });
    writing.await
}

/// The settings after a change of a template.
struct ChangedValues {
    /// The name of the template.
    name: String,
    values: Vec<(String, Value)>,
}

fn changed_values(
    settings: &Settings,
    old_name: &str,
    change: TemplateChange,
) -> Result<ChangedValues, ApiError> {
    let mut templates = settings.message_templates.clone();
    let index = templates.iter().position(|it| it.name == old_name);
    let index = index.unwrap_or_default();
    let template = &mut templates[index];
    for (text, changed) in [
        (&mut template.name, change.name),
        (&mut template.category, change.category),
        (&mut template.subject, change.subject),
        (&mut template.body, change.content),
    ] {
        if let Some(changed) = changed {
            *text = changed;
        }
    }
    let name = template.name.clone();
    check(settings, &templates, index)?;
    let mut values = vec![(KIND.setting().to_owned(), to_json(&templates))];
    if name != old_name {
        let rules = settings.rules_with_template(old_name, &name);
        let rules_setting = SettingResourceKind::NotificationRule.setting();
        values.push((rules_setting.to_owned(), to_json(&rules)));
    }
    Ok(ChangedValues { name, values })
}

/// Returns the mistakes of one of some templates.
fn check(settings: &Settings, templates: &[MessageTemplate], index: usize) -> Result<(), ApiError> {
    let errors = settings.template_errors(templates).into_iter();
    let errors = errors.filter(|error| error.index == index);
    let mistakes = errors.map(|error| {
        let attribute = match error.attribute {
            TemplateAttribute::Name => "name",
            TemplateAttribute::Category => "category",
            TemplateAttribute::Subject => "subject",
            TemplateAttribute::Body => "content",
        };
        Mistake::in_member(format!("/data/attributes/{attribute}"), error.problem)
    });
    let mistakes: Vec<_> = mistakes.collect();
    match mistakes.is_empty() {
        true => Ok(()),
        false => Err(ApiError::invalid(mistakes)),
    }
}

/// `DELETE /api/v2/incidents/config/notification-templates/{id}`.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::schema::mistakes;

    #[test]
    fn bodies_are_accepted_and_mistakes_are_listed() {
        let body = json!({ "data": {
            "type": "notification_templates",
            "attributes": { "name": "Opened", "subject": "s", "content": "c", "category": "alert" },
            "relationships": { "incident_type": { "data": { "type": "incident_types", "id": "1" } } },
        } });
        assert_eq!(mistakes::<CreateTemplate>(&body), []);
        assert_eq!(mistakes::<UpdateTemplate>(&body), []);
        let empty = json!({ "data": { "type": "notification_templates", "attributes": {} } });
        assert_eq!(mistakes::<CreateTemplate>(&empty).len(), 4);
        assert_eq!(mistakes::<UpdateTemplate>(&empty), []);
    }
}
