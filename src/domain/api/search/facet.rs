//! The facets by their names.

use super::condition::{DurationFacet, TextColumn, TimeFacet, UserFacet};
use super::{FacetTerm, SearchError};
use crate::Settings;
use crate::field::FieldDefinition;

/// A facet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Facet<'s> {
    Status,
    Severity,
    DetectionMethod,
    Visibility,
    CustomerImpacted,
    Impact,
    IsTest,
    Postmortem,
    Number,
    IncidentType,
    Text(TextColumn),
    User(UserFacet),
    Time(TimeFacet),
    Duration(DurationFacet),
    Field(&'s FieldDefinition),
}

/// The names of the facets that every team has.
const FACETS: [(&str, Facet<'static>); 30] = [
    ("state", Facet::Status),
    ("status", Facet::Status),
    ("severity", Facet::Severity),
    ("detection_method", Facet::DetectionMethod),
    ("visibility", Facet::Visibility),
    ("customer_impacted", Facet::CustomerImpacted),
    ("impact", Facet::Impact),
    ("is_test", Facet::IsTest),
    ("postmortem", Facet::Postmortem),
    ("public_id", Facet::Number),
    ("slug", Facet::Number),
    ("incident_type", Facet::IncidentType),
    ("title", Facet::Text(TextColumn::Title)),
    ("summary", Facet::Text(TextColumn::Summary)),
    ("root_cause", Facet::Text(TextColumn::RootCause)),
    ("commander", Facet::User(UserFacet::Commander)),
    ("responder", Facet::User(UserFacet::Responder)),
    ("created_by", Facet::User(UserFacet::DeclaredBy)),
    ("declared_by", Facet::User(UserFacet::DeclaredBy)),
    ("last_modified_by", Facet::User(UserFacet::LastModifiedBy)),
    ("created", Facet::Time(TimeFacet::Declared)),
    ("declared", Facet::Time(TimeFacet::Declared)),
    ("detected", Facet::Time(TimeFacet::Detected)),
    ("resolved", Facet::Time(TimeFacet::Resolved)),
    ("modified", Facet::Time(TimeFacet::Modified)),
    ("time_to_detect", Facet::Duration(DurationFacet::Detect)),
    ("time_to_repair", Facet::Duration(DurationFacet::Repair)),
    ("time_to_resolve", Facet::Duration(DurationFacet::Resolve)),
    (
        "time_to_internal_response",
        Facet::Duration(DurationFacet::InternalResponse),
    ),
    (
        "customer_impact_duration",
        Facet::Duration(DurationFacet::CustomerImpact),
    ),
];

/// Returns the facet of a term, ignoring case.
pub(super) fn find_facet<'s>(
    term: &FacetTerm,
    settings: &'s Settings,
) -> Result<Facet<'s>, SearchError> {
    let fields = settings.fields.iter();
    let fields = fields.map(|field| (field.name.as_str(), Facet::Field(field)));
    let facets = FACETS.into_iter().chain(fields);
    let name = term.name.to_lowercase();
    let facet = facets.clone().find(|(known, _)| *known == name);
    facet.map(|(_, facet)| facet).ok_or_else(|| {
        let names = facets.map(|(known, _)| known);
        let nearest = names.min_by_key(|known| strsim::osa_distance(&name, known));
        let reason = format!(
            "there's no facet “{}”; the nearest is “{}”",
            term.name,
            nearest.unwrap_or_default()
        );
        SearchError::new(term.position, reason)
    })
}
