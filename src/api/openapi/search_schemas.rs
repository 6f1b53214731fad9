//! The types of the answer to a search, which is made in the domain.

use schemars::JsonSchema;

use crate::api::openapi::schemas::{IncidentResource, Included};
use crate::api::parts::shapes::{Pagination, ToMany};

/// The result of a search.
#[derive(JsonSchema)]
#[schemars(rename = "Search", deny_unknown_fields)]
struct SearchResource {
    #[schemars(rename = "type")]
    kind: String,
    attributes: SearchAttributes,
    relationships: SearchRelationships,
}

/// The incidents and the counts of a search.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct SearchAttributes {
    /// The number of incidents on all pages.
    total: usize,
    incidents: Vec<IncidentItem>,
    facets: Facets,
}

/// An incident in the result of a search.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct IncidentItem {
    data: IncidentResource,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct SearchRelationships {
    incidents_relationship: ToMany,
}

/// The range of the page of a search.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct SearchMeta {
    pagination: Pagination,
    /// Whether there are more incidents than were counted.
    total_is_capped: bool,
}

/// The document with the result of a search.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct SearchDocument {
    data: SearchResource,
    #[schemars(skip_serializing_if = "Option::is_none")]
    included: Option<Vec<Included>>,
    meta: SearchMeta,
}

/// The counts of the incidents of a search by their values.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Facets {
    severity: Vec<Count>,
    state: Vec<Count>,
    visibility: Vec<Count>,
    impact: Vec<Count>,
    postmortem: Vec<Count>,
    customer_impacted: Vec<Count>,
    is_test: Vec<Count>,
    incident_type: Vec<TypeCount>,
    time_to_detect: Vec<NamedAggregates>,
    time_to_repair: Vec<NamedAggregates>,
    time_to_resolve: Vec<NamedAggregates>,
    fields: Vec<FieldFacet>,
    commander: Vec<UserCount>,
    responder: Vec<UserCount>,
    created_by: Vec<UserCount>,
    declared_by: Vec<UserCount>,
    last_modified_by: Vec<UserCount>,
}

/// The number of incidents with a value.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Count {
    name: String,
    count: usize,
}

/// The number of incidents of a type.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct TypeCount {
    name: String,
    id: String,
    count: usize,
}

/// The number of incidents with a user.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct UserCount {
    name: String,
    handle: String,
    email: String,
    uuid: String,
    count: usize,
}

/// The counts of a field.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct FieldFacet {
    name: String,
    facets: Vec<Count>,
    /// Only for numbers.
    #[schemars(skip_serializing_if = "Option::is_none")]
    aggregates: Option<Aggregates>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct NamedAggregates {
    name: String,
    aggregates: Aggregates,
}

/// The lowest and the highest number.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Aggregates {
    min: Option<f64>,
    max: Option<f64>,
}
