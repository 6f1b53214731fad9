//! Notification rules: `/api/v2/incidents/config/notification-rules`.

use axum::Json;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::api::auth::{SettingsReader, SettingsWriter};
use crate::api::config::notification_templates;
use crate::api::config::request::{
    CREATED_BY, ConfigRequest, INCIDENT_TYPE, MODIFIED_BY, created, document, includes, no_content,
    ok, path_id, read, to_json, write, write_without_body,
};
use crate::api::config::resource::{Document, Related, Resource, SettingRelationships, ToOne};
use crate::api::config::rule_attributes::{RuleAttributes, rule_name};
use crate::api::error::{ApiError, Mistake};
use crate::api::query::Query;
use crate::api::request::{Body, RequestBody, RequestKey};
use crate::domain::Settings;
use crate::domain::api::SettingResourceKind;
use crate::domain::notification::{NotificationRule, RuleAttribute};
use crate::store::SettingResource;

const KIND: SettingResourceKind = SettingResourceKind::NotificationRule;

/// Includes the template of a rule.
const TEMPLATE: &str = "notification_template";

pub(super) const INCLUDES: [&str; 4] = [CREATED_BY, MODIFIED_BY, INCIDENT_TYPE, TEMPLATE];

/// The relationships of a rule in a body.
#[derive(Deserialize, JsonSchema)]
pub(super) struct RuleTargets {
    /// The type of the incidents that it is for; all incidents if it is missing.
    #[serde(rename = "incident_type")]
    _incident_type: Option<Related>,
    /// The template of its notifications.
    #[serde(rename = "notification_template")]
    _notification_template: Option<Related>,
}

pub(super) type RuleBody = Document<RuleAttributes, Option<RuleTargets>>;

impl RequestBody for RuleBody {
    const TYPES: &'static [&'static str] = &["incident_notification_rules"];
}

/// The attributes of a notification rule.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NotificationRuleAttributes")]
pub(super) struct StoredAttributes {
    #[serde(flatten)]
    rule: RuleAttributes,
    created: String,
    modified: String,
}

/// The relationships of a notification rule.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NotificationRuleRelationships")]
pub(super) struct RuleRelationships {
    #[serde(flatten)]
    setting: SettingRelationships,
    /// The template of its notifications, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    notification_template: Option<ToOne>,
}

/// Renders rules as resources.
struct Renderer<'r, 't, 'tx> {
    request: &'r ConfigRequest<'t, 'tx>,
    settings: &'r Settings,
    templates: Vec<SettingResource>,
}

impl<'r, 't, 'tx> Renderer<'r, 't, 'tx> {
    fn new(request: &'r ConfigRequest<'t, 'tx>, settings: &'r Settings) -> Result<Self, ApiError> {
        let templates = request.existing(SettingResourceKind::NotificationTemplate)?;
        Ok(Self {
            request,
            settings,
            templates,
        })
    }

    fn resource(&self, it: &SettingResource) -> Resource<StoredAttributes, RuleRelationships> {
        let rule = item(self.settings, it).cloned().unwrap_or_default();
        let sent = serde_json::from_value(it.attributes.clone()).ok();
        let template = self.template(&rule).map(|it| self.request.id(it));
        Resource {
            kind: "incident_notification_rules",
            id: self.request.id(it),
            attributes: StoredAttributes {
                rule: RuleAttributes::of_rule(&rule, sent.as_ref()),
                created: it.created.at.to_string(),
                modified: it.modified.at.to_string(),
            },
            relationships: RuleRelationships {
                setting: self.request.relationships(it),
                notification_template: template.map(|id| ToOne::new("notification_templates", id)),
            },
        }
    }

    /// Returns the resource of the template of a rule. A template as it is shipped has none.
    fn template(&self, rule: &NotificationRule) -> Option<&SettingResource> {
        let name = rule.template.as_ref()?;
        let template = self.settings.message_template(name)?;
        let mut templates = self.templates.iter();
        templates.find(|it| it.name == template.name)
    }

    fn document(&self, rules: &[SettingResource], query: &Query) -> Result<Value, ApiError> {
        let includes = includes(query, &INCLUDES)?;
        let mut included = self.request.included(&includes, rules)?;
        if includes.contains(&TEMPLATE)
            && let Some(included) = &mut included
        {
            let mut templates = self.templates.iter().collect::<Vec<_>>();
            templates.retain(|template| {
                let mut rules = rules.iter().filter_map(|it| item(self.settings, it));
                rules.any(|rule| self.template(rule) == Some(template))
            });
            let resource = |it: &&SettingResource| {
                to_json(&notification_templates::resource(
                    self.request,
                    it,
                    self.settings,
                ))
            };
            included.extend(templates.iter().map(resource));
        }
        let data = rules.iter().map(|it| to_json(&self.resource(it)));
        Ok(document(data.collect(), included))
    }
}

fn item<'s>(settings: &'s Settings, it: &SettingResource) -> Option<&'s NotificationRule> {
    let mut rules = settings.notification_rules.iter();
    rules.find(|rule| rule.name == it.name)
}

fn find(request: &ConfigRequest<'_, '_>, id: &str) -> Result<SettingResource, ApiError> {
    request.find(KIND, id, "rule not found")
}

fn rendered(
    request: &ConfigRequest<'_, '_>,
    it: &SettingResource,
    query: &Query,
) -> Result<Value, ApiError> {
    let settings = request.tx.settings()?;
    let renderer = Renderer::new(request, &settings)?;
    let mut rendered = renderer.document(std::slice::from_ref(it), query)?;
    rendered["data"] = rendered["data"][0].take();
    Ok(rendered)
}

/// `GET /api/v2/incidents/config/notification-rules`.
pub(super) async fn list(
    SettingsReader(caller): SettingsReader,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let reading = read(&caller, move |request| {
        let rules = request.filtered(KIND, &query)?;
        let settings = request.tx.settings()?;
        let renderer = Renderer::new(request, &settings)?;
        let mut listed = renderer.document(&rules, &query)?;
        let count = rules.len();
        let page = json!({ "offset": 0, "next_offset": count, "size": count });
        listed["meta"] = json!({ "pagination": page });
        Ok(listed)
    });
    Ok(Json(reading.await?))
}

/// `GET /api/v2/incidents/config/notification-rules/{id}`.
pub(super) async fn get(
    SettingsReader(caller): SettingsReader,
    path: Result<Path<String>, PathRejection>,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let id = path_id(path);
    let reading = read(&caller, move |request| {
        let rule = find(request, &id)?;
        rendered(request, &rule, &query)
    });
    Ok(Json(reading.await?))
}

/// `POST /api/v2/incidents/config/notification-rules`.
pub(super) async fn create(
    SettingsWriter(caller): SettingsWriter,
    query: Query,
    body: Body<RuleBody>,
) -> Result<Response, ApiError> {
    let writing = write(&caller, body, move |request, body| {
        let related = Targets::read(request, body)?;
        let attributes = body.parse()?.data.attributes;
        let settings = request.tx.settings()?;
        let mut rule = related.applied_to(&attributes, &NotificationRule::default())?;
        let mut rules = settings.notification_rules.clone();
        rule.name = rule_name(&rule.recipients, &rules);
        let mut new = request.new_resource(KIND, &rule.name, related.incident_type)?;
        new.attributes = to_json(&attributes);
        rules.push(rule);
        check(&settings, &rules, rules.len() - 1)?;
        let values = vec![(KIND.setting().to_owned(), to_json(&rules))];
        let added = request.tx.add_setting_resource(new, values)?;
        Ok(created(&rendered(request, &added, &query)?))
    });
    writing.await
}

/// `PUT /api/v2/incidents/config/notification-rules/{id}`. An attribute that is missing gets its default.
pub(super) async fn update(
    SettingsWriter(caller): SettingsWriter,
    path: Result<Path<String>, PathRejection>,
    query: Query,
    body: Body<RuleBody>,
) -> Result<Response, ApiError> {
    let id = path_id(path);
    let writing = write(&caller, body, move |request, body| {
        let mut changed = find(request, &id)?;
        let related = Targets::read(request, body)?;
        body.check_id(&id)?;
        let attributes = body.parse()?.data.attributes;
        let settings = request.tx.settings()?;
        let mut rules = settings.notification_rules.clone();
        let index = rules.iter().position(|rule| rule.name == changed.name);
        let index = index.unwrap_or_default();
        rules[index] = related.applied_to(&attributes, &rules[index])?;
        check(&settings, &rules, index)?;
        changed.incident_type = request.type_or_default(related.incident_type)?;
        changed.attributes = to_json(&attributes);
        changed.modified = request.stamp();
        let values = vec![(KIND.setting().to_owned(), to_json(&rules))];
        request.tx.save_setting_resource(&changed, values)?;
        Ok(ok(&rendered(request, &changed, &query)?))
    });
    writing.await
}

/// `DELETE /api/v2/incidents/config/notification-rules/{id}`.
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

/// The resources that a body names.
struct Targets {
    incident_type: Option<i64>,
    /// The name of the template.
    template: Option<String>,
}

impl Targets {
    fn read(request: &ConfigRequest<'_, '_>, body: &Body<RuleBody>) -> Result<Self, ApiError> {
        let incident_type = request.related_type(body)?;
        let template = body.related_id(TEMPLATE);
        let template = template.map(|id| notification_templates::find(request, id));
        Ok(Self {
            incident_type,
            template: template.transpose()?.map(|it| it.name),
        })
    }

    fn applied_to(
        &self,
        attributes: &RuleAttributes,
        rule: &NotificationRule,
    ) -> Result<NotificationRule, ApiError> {
        let rule = attributes.applied_to(rule).map_err(ApiError::invalid)?;
        Ok(NotificationRule {
            incident_type: self.incident_type,
            template: self.template.clone(),
            ..rule
        })
    }
}

/// Returns the mistakes of one of some rules, including unknown names.
fn check(settings: &Settings, rules: &[NotificationRule], index: usize) -> Result<(), ApiError> {
    let errors = settings.rule_errors(rules).into_iter();
    let errors = errors.filter(|error| error.index == index);
    let errors = errors.map(|error| (error.attribute, error.problem));
    let before = settings.notification_rules.get(index);
    let known = before.map(|rule| settings.missing_names(rule));
    let known = known.unwrap_or_default();
    let missing = settings.missing_names(&rules[index]).into_iter();
    let missing = missing.filter(|it| !known.contains(it));
    let missing = missing.map(|(attribute, name)| (attribute, format!("there's no {name}.")));
    let mistakes = errors.chain(missing).map(|(attribute, problem)| {
        let attribute = match attribute {
            RuleAttribute::Conditions => "attributes/conditions",
            RuleAttribute::RenotifyOn => "attributes/renotify_on",
            RuleAttribute::Recipients => "attributes/handles",
            RuleAttribute::Template => "relationships/notification_template",
            RuleAttribute::Name | RuleAttribute::Delay | RuleAttribute::AtMostEvery => "attributes",
        };
        Mistake::in_member(format!("/data/{attribute}"), problem)
    });
    let mistakes: Vec<_> = mistakes.collect();
    match mistakes.is_empty() {
        true => Ok(()),
        false => Err(ApiError::invalid(mistakes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::schema::mistakes;

    #[test]
    fn bodies_are_accepted_and_mistakes_are_listed() {
        let body = json!({ "data": {
            "type": "incident_notification_rules",
            "attributes": {
                "conditions": [{ "field": "severity", "values": ["SEV-1"] }],
                "handles": ["@ops@example.org"], "trigger": "incident_created_trigger",
                "enabled": true, "visibility": "organization", "renotify_on": ["status"],
            },
            "relationships": { "incident_type": { "data": { "type": "incident_types", "id": "1" } } },
        } });
        assert_eq!(mistakes::<RuleBody>(&body), []);
        let wrong = json!({ "data": { "type": "incident_notification_rules", "attributes": {
            "handles": ["@ops@example.org", 1], "trigger": "never", "enabled": 1, "visibility": "x",
        } } });
        assert_eq!(mistakes::<RuleBody>(&wrong).len(), 5);
    }
}
