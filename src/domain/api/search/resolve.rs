//! Finds the facets of a query, and parses their values.

use super::condition::Condition;
use super::expression::{Expression, FacetTerm, FacetValue};
use super::facet::{Facet, find_facet};
use super::facet_values::{Ordered, incident_numbers, listed, numbers, text_of, times};
use super::{SearchError, SearchText};
use crate::api::resource_id::incident_type_resource_id;
use crate::field::{FieldDefinition, FieldKind};
use crate::{DetectionMethod, IncidentTypeName, Settings, Severity, Status, Timestamp, Visibility};

/// The inputs of a query besides its text.
#[derive(Clone, Copy, Debug)]
pub struct SearchContext<'a> {
    /// The team settings, which define the fields.
    pub settings: &'a Settings,
    /// The ID of the store.
    pub store_id: &'a str,
    /// The time that relative times start from.
    pub now: Timestamp,
}

/// Returns the condition of a query.
///
/// # Errors
/// Returns the position of an unknown facet or of a value that the facet cannot have.
pub fn resolve(expression: &Expression, ctx: &SearchContext<'_>) -> Result<Condition, SearchError> {
    let each = |parts: &[Expression]| {
        let parts = parts.iter().map(|part| resolve(part, ctx));
        parts.collect::<Result<Vec<_>, _>>()
    };
    Ok(match expression {
        Expression::Everything => Condition::Everything,
        Expression::And(parts) => Condition::And(each(parts)?),
        Expression::Or(parts) => Condition::Or(each(parts)?),
        Expression::Not(part) => negated(resolve(part, ctx)?),
        Expression::Text(term) => Condition::Text(term.text.clone()),
        Expression::Facet(term) => resolve_facet(term, ctx)?,
    })
}

fn negated(condition: Condition) -> Condition {
    Condition::Not(Box::new(condition))
}

fn resolve_facet(term: &FacetTerm, ctx: &SearchContext<'_>) -> Result<Condition, SearchError> {
    let facet = find_facet(term, ctx.settings)?;
    let values = term.values.iter();
    let values = values.map(|value| resolve_value(facet, value, ctx));
    let mut conditions = values.collect::<Result<Vec<_>, _>>()?;
    Ok(match conditions.len() {
        1 => conditions.remove(0),
        _ => Condition::Or(conditions),
    })
}

fn resolve_value(
    facet: Facet<'_>,
    value: &FacetValue,
    ctx: &SearchContext<'_>,
) -> Result<Condition, SearchError> {
    let yes_no = [(true, "Yes"), (false, "No")];
    let boolean = [(true, "true"), (false, "false")];
    Ok(match facet {
        Facet::Status => {
            Condition::Statuses(listed(value, &Status::ALL.map(|it| (it, it.as_str())))?)
        }
        Facet::Severity => {
            Condition::Severities(listed(value, &Severity::ALL.map(|it| (it, it.as_str())))?)
        }
        Facet::DetectionMethod => {
            let names = DetectionMethod::ALL.map(|it| (it, it.as_str()));
            Condition::DetectionMethods(listed(value, &names)?)
        }
        Facet::Visibility => visibility(value)?,
        Facet::CustomerImpacted => either(&listed(value, &boolean)?, Condition::HasImpact),
        Facet::Impact => {
            let names = [(true, "customer"), (false, "none")];
            either(&listed(value, &names)?, Condition::HasImpact)
        }
        Facet::IsTest => either(&listed(value, &boolean)?, Condition::IsTest),
        Facet::Postmortem => either(&listed(value, &yes_no)?, Condition::HasPostmortem),
        Facet::Number => match incident_numbers(value)? {
            Ordered::Any => Condition::Everything,
            Ordered::Range(range) => Condition::Number(range),
        },
        Facet::IncidentType => incident_type(text_of(value, NO_RANGES)?, ctx),
        Facet::Text(column) => Condition::TextIn(column, text(value)?),
        Facet::User(facet) => Condition::User(facet, text(value)?),
        Facet::Time(facet) => match times(value, ctx.now)? {
            Ordered::Any => Condition::HasTime(facet),
            Ordered::Range(bounds) => Condition::Time(facet, bounds),
        },
        Facet::Duration(facet) => match numbers(value)? {
            Ordered::Any => Condition::HasDuration(facet),
            Ordered::Range(range) => Condition::Duration(facet, range),
        },
        Facet::Field(field) => field_value(field, value, ctx)?,
    })
}

const NO_RANGES: &str = "has no ranges";

fn text(value: &FacetValue) -> Result<SearchText, SearchError> {
    text_of(value, NO_RANGES).cloned()
}

/// Returns a condition, its opposite, or both.
fn either(values: &[bool], condition: Condition) -> Condition {
    match values {
        [true] => condition,
        [false] => negated(condition),
        _ => Condition::Everything,
    }
}

fn visibility(value: &FacetValue) -> Result<Condition, SearchError> {
    let names = [
        (Visibility::Public, "organization"),
        (Visibility::Private, "private"),
    ];
    Ok(match listed(value, &names)?.as_slice() {
        [only] => Condition::Visibility(*only),
        _ => Condition::Everything,
    })
}

fn incident_type(text: &SearchText, ctx: &SearchContext<'_>) -> Condition {
    let types = &ctx.settings.incident_types;
    let is_named = |it: &&IncidentTypeName| {
        text.matches(&it.name) || text.matches(&incident_type_resource_id(ctx.store_id, it.number))
    };
    let named: Vec<_> = types.iter().filter(is_named).map(|it| it.number).collect();
    match named.len() {
        0 => Condition::Nothing,
        count if count == types.len() => Condition::Everything,
        _ => Condition::IncidentTypes(named),
    }
}

fn field_value(
    field: &FieldDefinition,
    value: &FacetValue,
    ctx: &SearchContext<'_>,
) -> Result<Condition, SearchError> {
    let name = || field.name.clone();
    Ok(match field.kind {
        FieldKind::Number => match numbers(value)? {
            Ordered::Any => Condition::HasField(name()),
            Ordered::Range(range) => Condition::FieldNumber(name(), range),
        },
        FieldKind::Datetime => match times(value, ctx.now)? {
            Ordered::Any => Condition::HasField(name()),
            Ordered::Range(bounds) => Condition::FieldTime(name(), bounds),
        },
        FieldKind::Text => match text(value)? {
            text if text.is_any() => Condition::HasField(name()),
            text => Condition::FieldText(name(), text),
        },
        FieldKind::TextArray | FieldKind::SingleSelect | FieldKind::MultiSelect => {
            match text(value)? {
                text if text.is_any() => Condition::HasField(name()),
                text => Condition::FieldValue(name(), text),
            }
        }
    })
}
