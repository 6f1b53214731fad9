//! Postmortem templates: `/api/v2/incidents/config/postmortem-templates`.

use axum::Json;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::Response;
use serde_json::Value;

use crate::api::auth::{SettingsReader, SettingsWriter};
use crate::api::config::postmortem_attributes::{
    CreateTemplate, StoredAttributes, TemplateChange, UpdateTemplate, resource,
};
use crate::api::config::request::{
    ConfigRequest, created, document, no_content, ok, path_id, read, to_json, write,
    write_without_body,
};
use crate::api::error::{ApiError, Mistake};
use crate::api::query::Query;
use crate::api::request::{Body, RequestKey};
use crate::domain::api::SettingResourceKind;
use crate::domain::postmortem::PostmortemTemplate;
use crate::domain::{Settings, TemplateAttribute};
use crate::store::SettingResource;

const KIND: SettingResourceKind = SettingResourceKind::PostmortemTemplate;

/// The orders of a list: their names, and whether they descend.
const ORDERS: [(&str, Order); 6] = [
    ("created_at", Order::Created),
    ("-created_at", Order::CreatedDescending),
    ("name", Order::Name),
    ("-name", Order::NameDescending),
    ("createdAt", Order::Created),
    ("-createdAt", Order::CreatedDescending),
];

#[derive(Clone, Copy)]
enum Order {
    Created,
    CreatedDescending,
    Name,
    NameDescending,
}

fn find(request: &ConfigRequest<'_, '_>, id: &str) -> Result<SettingResource, ApiError> {
    request.find(KIND, id, "postmortem template not found")
}

fn rendered(request: &ConfigRequest<'_, '_>, it: &SettingResource) -> Result<Value, ApiError> {
    let settings = request.tx.settings()?;
    Ok(document(to_json(&resource(request, it, &settings)), None))
}

/// `GET /api/v2/incidents/config/postmortem-templates`.
pub(super) async fn list(
    SettingsReader(caller): SettingsReader,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let order = parse_order(&query)?;
    let reading = read(&caller, move |request| {
        let mut templates = request.filtered(KIND, &query)?;
        match order {
            Order::Created => {}
            Order::CreatedDescending => templates.reverse(),
            Order::Name => templates.sort_by_key(|it| it.name.to_lowercase()),
            Order::NameDescending => {
                templates.sort_by_key(|it| std::cmp::Reverse(it.name.to_lowercase()));
            }
        }
        let settings = request.tx.settings()?;
        let data = templates.iter();
        let data = data.map(|it| to_json(&resource(request, it, &settings)));
        Ok(document(data.collect(), None))
    });
    Ok(Json(reading.await?))
}

fn parse_order(query: &Query) -> Result<Order, ApiError> {
    let name = query.value("sort").unwrap_or("created_at");
    let order = ORDERS.iter().find(|(known, _)| *known == name);
    order.map(|(_, order)| *order).ok_or_else(|| {
        let detail = format!("“{name}” isn't one of created_at, -created_at, name, -name");
        ApiError::invalid(vec![Mistake::in_parameter("sort", detail)])
    })
}

/// `GET /api/v2/incidents/config/postmortem-templates/{id}`.
pub(super) async fn get(
    SettingsReader(caller): SettingsReader,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let id = path_id(path);
    let reading = read(&caller, move |request| {
        let template = find(request, &id)?;
        rendered(request, &template)
    });
    Ok(Json(reading.await?))
}

/// `POST /api/v2/incidents/config/postmortem-templates`.
pub(super) async fn create(
    SettingsWriter(caller): SettingsWriter,
    body: Body<CreateTemplate>,
) -> Result<Response, ApiError> {
    let writing = write(&caller, body, |request, body| {
        let incident_type = request.related_type(body)?;
        let attributes = TemplateChange::from(body.parse()?.data.attributes);
        let settings = request.tx.settings()?;
        let shipped = &Settings::default().postmortem_templates[0].content;
        let (name, content) = (attributes.name.clone(), attributes.content.clone());
        let template = PostmortemTemplate {
            name: name.unwrap_or_default(),
            content: content.unwrap_or_else(|| shipped.clone()),
            incident_type,
        };
        let mut new = request.new_resource(KIND, &template.name, incident_type)?;
        let stored = StoredAttributes::default().with(attributes)?;
        new.attributes = to_json(&stored);
        let mut templates = settings.postmortem_templates.clone();
        templates.push(template);
        check(&settings, &templates, templates.len() - 1)?;
        stored.reorder(&mut templates, &new.name);
        let added = request.tx.add_setting_resource(new, values(&templates))?;
        Ok(created(&rendered(request, &added)?))
    });
    writing.await
}

/// `PATCH /api/v2/incidents/config/postmortem-templates/{id}`.
pub(super) async fn update(
    SettingsWriter(caller): SettingsWriter,
    path: Result<Path<String>, PathRejection>,
    body: Body<UpdateTemplate>,
) -> Result<Response, ApiError> {
    let id = path_id(path);
    let writing = write(&caller, body, move |request, body| {
        let mut changed = find(request, &id)?;
        body.check_id(&id)?;
        let change: TemplateChange = body.parse()?.data.attributes.unwrap_or_default();
        let settings = request.tx.settings()?;
        let mut templates = settings.postmortem_templates.clone();
        let index = templates.iter().position(|it| it.name == changed.name);
        let index = index.unwrap_or_default();
        let template = &mut templates[index];
        if let Some(name) = &change.name {
            template.name.clone_from(name);
        }
        if let Some(content) = &change.content {
            template.content.clone_from(content);
        }
        changed.name.clone_from(&template.name);
        check(&settings, &templates, index)?;
        let stored = StoredAttributes::from_resource(&changed).with(change)?;
        stored.reorder(&mut templates, &changed.name);
        changed.attributes = to_json(&stored);
        changed.modified = request.stamp();
        let tx = request.tx;
        tx.save_setting_resource(&changed, values(&templates))?;
        Ok(ok(&rendered(request, &changed)?))
    });
    writing.await
}

/// `DELETE /api/v2/incidents/config/postmortem-templates/{id}`.
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

/// Returns the mistakes of one of some templates.
fn check(
    settings: &Settings,
    templates: &[PostmortemTemplate],
    index: usize,
) -> Result<(), ApiError> {
    let errors = settings.postmortem_template_errors(templates).into_iter();
    let errors = errors.filter(|error| error.index == index);
    let mistakes = errors.map(|error| {
        let attribute = match error.attribute {
            TemplateAttribute::Name => "name",
            TemplateAttribute::Category | TemplateAttribute::Subject | TemplateAttribute::Body => {
                "content"
            }
        };
        Mistake::in_member(format!("/data/attributes/{attribute}"), error.problem)
    });
    let mistakes: Vec<_> = mistakes.collect();
    match mistakes.is_empty() {
        true => Ok(()),
        false => Err(ApiError::invalid(mistakes)),
    }
}

fn values(templates: &[PostmortemTemplate]) -> Vec<(String, Value)> {
    vec![(KIND.setting().to_owned(), to_json(&templates))]
}
