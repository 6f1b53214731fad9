//! The types of answers about incidents, which are made in the domain.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::Value;

use crate::api::members::Time;
use crate::api::openapi::user_schemas::{EmbeddedUser, UserReference};
use crate::api::parts::attachments::AttachmentResource;
use crate::api::parts::shapes::{Meta, Reference, ToMany, ToOne};

/// An error with texts.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct ErrorTexts {
    /// The mistakes of the request.
    errors: Vec<String>,
}

/// An error with objects of JSON:API.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct ErrorObjects {
    /// The mistakes of the request.
    errors: Vec<ErrorObject>,
}

/// A mistake of a request.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ErrorObject {
    /// The status as text.
    status: String,
    /// The name of the status.
    title: String,
    /// The mistake.
    detail: String,
    /// The part of the request that is wrong: `pointer`, `parameter` or `header`.
    #[schemars(skip_serializing_if = "Option::is_none")]
    source: Option<BTreeMap<String, String>>,
}

/// A document with one resource.
#[derive(JsonSchema)]
#[schemars(rename = "{T}Document", deny_unknown_fields)]
pub(in crate::api) struct Document<T> {
    /// The resource.
    data: T,
    /// The resources that the request includes.
    #[schemars(skip_serializing_if = "Option::is_none")]
    included: Option<Vec<Included>>,
}

/// A document with a page of a list.
#[derive(JsonSchema)]
#[schemars(rename = "{T}Page", deny_unknown_fields)]
pub(in crate::api) struct Page<T, M = Meta> {
    /// The resources.
    data: Vec<T>,
    /// The resources that the request includes.
    #[schemars(skip_serializing_if = "Option::is_none")]
    included: Option<Vec<Included>>,
    /// The range of the page.
    meta: M,
}

/// A document with a list that has no pages.
#[derive(JsonSchema)]
#[schemars(rename = "{T}Collection", deny_unknown_fields)]
pub(in crate::api) struct Collection<T> {
    /// The resources.
    data: Vec<T>,
    /// The resources that the request includes.
    #[schemars(skip_serializing_if = "Option::is_none")]
    included: Option<Vec<Included>>,
}

/// A resource that a document includes.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum Included {
    /// A user.
    User(UserReference),
    /// An attachment.
    Attachment(AttachmentResource),
    /// A resource of the settings.
    Setting(IncludedSetting),
}

/// A resource of the settings.
#[derive(JsonSchema)]
pub(super) struct IncludedSetting {
    /// The type of the resource.
    #[schemars(rename = "type")]
    kind: String,
    /// The UUID of the resource.
    id: String,
    /// The attributes.
    attributes: BTreeMap<String, Value>,
}

/// An incident.
#[derive(JsonSchema)]
#[schemars(rename = "Incident", deny_unknown_fields)]
pub(super) struct IncidentResource {
    #[schemars(rename = "type")]
    kind: IncidentsName,
    /// The UUID.
    id: String,
    attributes: IncidentAttributes,
    relationships: IncidentRelationships,
}

/// An imported incident.
#[derive(JsonSchema)]
#[schemars(rename = "ImportedIncident", deny_unknown_fields)]
pub(super) struct ImportedResource {
    #[schemars(rename = "type")]
    kind: IncidentsName,
    /// The UUID.
    id: String,
    attributes: ImportedAttributes,
    relationships: ImportedRelationships,
}

/// The type of incidents.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum IncidentsName {
    Incidents,
}

/// The attributes of an incident.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct IncidentAttributes {
    #[schemars(flatten)]
    common: CommonAttributes,
    declared_by: EmbeddedUser,
    created_by: EmbeddedUser,
    last_modified_by: EmbeddedUser,
    /// The Incident Commander; null for none.
    commander: Option<EmbeddedUser>,
    customer_impacted: bool,
    /// The descriptions of the impacts.
    customer_impact_scope: Option<String>,
    customer_impact_start: Option<Time>,
    /// Null while an impact is ongoing.
    customer_impact_end: Option<Time>,
    /// In seconds, as all durations.
    customer_impact_duration: i64,
    time_to_detect: i64,
    time_to_internal_response: i64,
    time_to_repair: i64,
    time_to_resolve: i64,
}

/// The attributes of an imported incident.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ImportedAttributes {
    #[schemars(flatten)]
    common: CommonAttributes,
}

/// The attributes that all incidents have.
#[derive(JsonSchema)]
struct CommonAttributes {
    /// The number of the incident.
    public_id: i64,
    incident_type_uuid: String,
    title: String,
    /// The status.
    state: String,
    /// The severity, unless it is below SEV-5. `fields` has it in any case.
    #[schemars(skip_serializing_if = "Option::is_none")]
    severity: Option<String>,
    /// The fields by their names.
    fields: BTreeMap<String, Field>,
    /// The times in each value of `state` and `severity`.
    field_analytics: Option<BTreeMap<String, BTreeMap<String, FieldTime>>>,
    /// `organization` or `private`.
    visibility: String,
    is_test: bool,
    created: Time,
    modified: Time,
    declared: Time,
    detected: Time,
    /// Null while the incident is not resolved.
    resolved: Option<Time>,
    declared_by_uuid: String,
    created_by_uuid: String,
    last_modified_by_uuid: String,
    /// Always null, as the following members are.
    archived: Option<Time>,
    notification_handles: Option<Vec<Value>>,
    case_id: Option<i64>,
    non_datadog_creator: Option<Value>,
    creation_idempotency_key: Option<String>,
}

/// The value of a field.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Field {
    /// The type: `dropdown`, `textbox`, `multiselect`, `textarray` or `autocomplete`.
    #[schemars(rename = "type")]
    kind: String,
    /// The value; null for none.
    value: Option<FieldContent>,
}

/// A text, or several.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum FieldContent {
    /// One text.
    Text(String),
    /// Several texts.
    List(Vec<String>),
}

/// The time in a value of a field.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct FieldTime {
    /// In seconds.
    duration: i64,
    spans: Vec<FieldSpan>,
}

/// A period, in seconds since 1970.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct FieldSpan {
    start: i64,
    /// Null if it is ongoing.
    end: Option<i64>,
}

/// The relationships of an incident.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct IncidentRelationships {
    #[schemars(flatten)]
    common: CommonRelationships,
}

/// The relationships of an imported incident.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ImportedRelationships {
    #[schemars(flatten)]
    common: CommonRelationships,
    incident_type: ToOne,
}

/// The relationships that all incidents have.
#[derive(JsonSchema)]
struct CommonRelationships {
    created_by_user: ToOne,
    declared_by_user: ToOne,
    last_modified_by_user: ToOne,
    commander_user: ToOneOrNone,
    user_defined_fields: ToMany,
    integrations: ToMany,
    attachments: ToMany,
    responders: ToMany,
    impacts: ToMany,
}

/// A relationship to one resource or to none.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ToOneOrNone {
    data: Option<Reference>,
}
