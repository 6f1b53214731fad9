//! The operations of settings, for the OpenAPI document.

use schemars::JsonSchema;
use serde_json::{Value, json};

use crate::api::config::field_attributes::{CreateField, UpdateField};
use crate::api::config::incident_types::{
    CreateType, TypeAttributes, TypeRelationships, UpdateType,
};
use crate::api::config::notification_rules::{
    INCLUDES as RULE_INCLUDES, RuleBody, RuleRelationships, StoredAttributes,
};
use crate::api::config::notification_templates::{
    CreateTemplate, TemplateResource, UpdateTemplate,
};
use crate::api::config::postmortem_attributes;
use crate::api::config::postmortem_attributes::{TemplateAttributes, TemplateRelationships};
use crate::api::config::request::INCLUDES;
use crate::api::config::resource::Resource;
use crate::api::config::user_defined_fields::{FieldResource, MAX_PAGE_SIZE};
use crate::api::config::user_defined_roles::{CreateRole, RoleResource, UpdateRole};
use crate::api::openapi::Endpoint;
use crate::api::openapi::parameters::{
    flag, include, page_number, page_size, query_parameter, sort,
};
use crate::api::openapi::schemas::{Collection, Document, Page};
use crate::api::openapi::user_schemas::CountMeta;
use crate::api::parts::shapes::Meta;

const TYPES: &str = "/incidents/config/types";
const RULES: &str = "/incidents/config/notification-rules";
const TEMPLATES: &str = "/incidents/config/notification-templates";
const FIELDS: &str = "/incidents/config/user-defined-fields";
const ROLES: &str = "/incidents/config/user-defined-roles";
const POSTMORTEMS: &str = "/incidents/config/postmortem-templates";

type IncidentType = Resource<TypeAttributes, TypeRelationships>;
type Rule = Resource<StoredAttributes, RuleRelationships>;
type PostmortemTemplate = Resource<TemplateAttributes, TemplateRelationships>;

/// The range of a list of fields.
#[derive(JsonSchema)]
#[expect(
    dead_code,
    reason = "the type describes answers that are not made of it"
)]
struct FieldRange {
    /// The position of the first item.
    offset: usize,
    /// The number of items.
    size: usize,
}

/// Returns the operations.
pub(in crate::api) fn endpoints() -> Vec<Endpoint> {
    let mut endpoints = types();
    endpoints.extend(rules());
    endpoints.extend(templates());
    endpoints.extend(fields());
    endpoints.extend(roles());
    endpoints.extend(postmortems());
    let endpoints = endpoints.into_iter();
    endpoints.map(Endpoint::about_settings).collect()
}

fn with_id(path: &str) -> String {
    format!("{path}/{{id}}")
}

fn type_filter() -> Value {
    let description = "The UUID of an incident type.";
    query_parameter(
        "filter[incident-type]",
        description,
        &json!({ "type": "string" }),
    )
}

fn types() -> Vec<Endpoint> {
    let path = with_id(TYPES);
    vec![
        Endpoint::get(TYPES, "ListIncidentTypes", "Returns the incident types.")
            .with([flag(
                "include_deleted",
                "Whether deleted types are included.",
            )])
            .responds_with::<Collection<IncidentType>>(),
        Endpoint::post(TYPES, "CreateIncidentType", "Adds an incident type.")
            .accepts::<CreateType>()
            .responds_with::<Document<IncidentType>>(),
        Endpoint::get(&path, "GetIncidentType", "Returns an incident type.")
            .responds_with::<Document<IncidentType>>(),
        Endpoint::patch(&path, "UpdateIncidentType", "Changes an incident type.")
            .accepts::<UpdateType>()
            .responds_with::<Document<IncidentType>>(),
        Endpoint::delete(&path, "DeleteIncidentType", "Deletes an incident type."),
    ]
}

fn rules() -> Vec<Endpoint> {
    let path = with_id(RULES);
    let included = || [include(&RULE_INCLUDES)];
    vec![
        Endpoint::get(
            RULES,
            "ListIncidentNotificationRules",
            "Returns the notification rules.",
        )
        .with(included())
        .with([type_filter()])
        .responds_with::<Page<Rule, Meta>>(),
        Endpoint::post(
            RULES,
            "CreateIncidentNotificationRule",
            "Adds a notification rule.",
        )
        .with(included())
        .accepts::<RuleBody>()
        .responds_with::<Document<Rule>>(),
        Endpoint::get(
            &path,
            "GetIncidentNotificationRule",
            "Returns a notification rule.",
        )
        .with(included())
        .responds_with::<Document<Rule>>(),
        Endpoint::put(
            &path,
            "UpdateIncidentNotificationRule",
            "Replaces a notification rule.",
        )
        .with(included())
        .accepts::<RuleBody>()
        .responds_with::<Document<Rule>>(),
        Endpoint::delete(
            &path,
            "DeleteIncidentNotificationRule",
            "Deletes a notification rule.",
        ),
    ]
}

fn templates() -> Vec<Endpoint> {
    let path = with_id(TEMPLATES);
    let included = || [include(&INCLUDES)];
    vec![
        Endpoint::get(
            TEMPLATES,
            "ListIncidentNotificationTemplates",
            "Returns the notification templates.",
        )
        .with(included())
        .with([type_filter()])
        .responds_with::<Page<TemplateResource, CountMeta>>(),
        Endpoint::post(
            TEMPLATES,
            "CreateIncidentNotificationTemplate",
            "Adds a notification template.",
        )
        .with(included())
        .accepts::<CreateTemplate>()
        .responds_with::<Document<TemplateResource>>(),
        Endpoint::get(
            &path,
            "GetIncidentNotificationTemplate",
            "Returns a notification template.",
        )
        .with(included())
        .responds_with::<Document<TemplateResource>>(),
        Endpoint::patch(
            &path,
            "UpdateIncidentNotificationTemplate",
            "Changes a notification template.",
        )
        .with(included())
        .accepts::<UpdateTemplate>()
        .responds_with::<Document<TemplateResource>>(),
        template_deletion(&path),
    ]
}

fn template_deletion(path: &str) -> Endpoint {
    Endpoint::delete(
        path,
        "DeleteIncidentNotificationTemplate",
        "Deletes a notification template.",
    )
}

fn fields() -> Vec<Endpoint> {
    let path = with_id(FIELDS);
    let included = || [include(&INCLUDES)];
    vec![
        Endpoint::get(
            FIELDS,
            "ListIncidentUserDefinedFields",
            "Returns the fields.",
        )
        .with(included())
        .with([
            type_filter(),
            flag("include-deleted", "Whether deleted fields are included."),
            page_number(),
            page_size(0, MAX_PAGE_SIZE, MAX_PAGE_SIZE),
        ])
        .responds_with::<Page<FieldResource, FieldRange>>(),
        Endpoint::post(FIELDS, "CreateIncidentUserDefinedField", "Adds a field.")
            .with(included())
            .accepts::<CreateField>()
            .responds_with::<Document<FieldResource>>(),
        Endpoint::get(&path, "GetIncidentUserDefinedField", "Returns a field.")
            .with(included())
            .responds_with::<Document<FieldResource>>(),
        Endpoint::patch(&path, "UpdateIncidentUserDefinedField", "Changes a field.")
            .with(included())
            .accepts::<UpdateField>()
            .responds_with::<Document<FieldResource>>(),
        Endpoint::delete(&path, "DeleteIncidentUserDefinedField", "Deletes a field."),
    ]
}

fn roles() -> Vec<Endpoint> {
    let path = with_id(ROLES);
    let included = || [include(&INCLUDES)];
    vec![
        Endpoint::get(ROLES, "ListIncidentUserDefinedRoles", "Returns the roles.")
            .with(included())
            .with([type_filter()])
            .responds_with::<Collection<RoleResource>>(),
        Endpoint::post(ROLES, "CreateIncidentUserDefinedRole", "Adds a role.")
            .with(included())
            .accepts::<CreateRole>()
            .responds_with::<Document<RoleResource>>(),
        Endpoint::get(&path, "GetIncidentUserDefinedRole", "Returns a role.")
            .with(included())
            .responds_with::<Document<RoleResource>>(),
        Endpoint::patch(&path, "UpdateIncidentUserDefinedRole", "Changes a role.")
            .with(included())
            .accepts::<UpdateRole>()
            .responds_with::<Document<RoleResource>>(),
        Endpoint::delete(&path, "DeleteIncidentUserDefinedRole", "Deletes a role."),
    ]
}

fn postmortems() -> Vec<Endpoint> {
    let path = with_id(POSTMORTEMS);
    vec![
        Endpoint::get(
            POSTMORTEMS,
            "ListIncidentPostmortemTemplates",
            "Returns the postmortem templates.",
        )
        .with([
            type_filter(),
            sort(&["created_at", "-created_at", "name", "-name"]),
        ])
        .responds_with::<Collection<PostmortemTemplate>>(),
        Endpoint::post(
            POSTMORTEMS,
            "CreateIncidentPostmortemTemplate",
            "Adds a postmortem template.",
        )
        .accepts::<postmortem_attributes::CreateTemplate>()
        .responds_with::<Document<PostmortemTemplate>>(),
        Endpoint::get(
            &path,
            "GetIncidentPostmortemTemplate",
            "Returns a postmortem template.",
        )
        .responds_with::<Document<PostmortemTemplate>>(),
        Endpoint::patch(
            &path,
            "UpdateIncidentPostmortemTemplate",
            "Changes a postmortem template.",
        )
        .accepts::<postmortem_attributes::UpdateTemplate>()
        .responds_with::<Document<PostmortemTemplate>>(),
        Endpoint::delete(
            &path,
            "DeleteIncidentPostmortemTemplate",
            "Deletes a postmortem template.",
        ),
    ]
}
