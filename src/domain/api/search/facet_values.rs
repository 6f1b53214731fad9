//! Parses the values of facets.

use std::ops::Bound;

use super::condition::NumberRange;
use super::time_span::TimeSpan;
use super::{Comparison, FacetValue, FacetValueKind, SearchError, SearchText};
use crate::{IncidentId, TimeBounds, Timestamp};

/// A value that has an order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Ordered<T> {
    /// Any value.
    Any,
    /// Values in a range.
    Range(T),
}

/// Returns the values of a closed list that a value matches.
pub(super) fn listed<T: Copy>(
    value: &FacetValue,
    names: &[(T, &str)],
) -> Result<Vec<T>, SearchError> {
    let text = text_of(value, "has no ranges")?;
    let matching = names.iter().filter(|(_, name)| text.matches(name));
    let matching: Vec<T> = matching.map(|(listed, _)| *listed).collect();
    if matching.is_empty() {
        let names: Vec<_> = names.iter().map(|(_, name)| *name).collect();
        let reason = format!("“{}” isn't one of {}", text.text, names.join(", "));
        return Err(SearchError::new(value.position, reason));
    }
    Ok(matching)
}

/// Returns the text of a value that is no range.
pub(super) fn text_of<'v>(
    value: &'v FacetValue,
    reason: &str,
) -> Result<&'v SearchText, SearchError> {
    match &value.kind {
        FacetValueKind::Text(text) => Ok(text),
        FacetValueKind::Compared(..) | FacetValueKind::Range(..) => Err(SearchError::new(
            value.position,
            format!("this facet {reason}"),
        )),
    }
}

/// Returns the numbers that a value matches.
pub(super) fn numbers(value: &FacetValue) -> Result<Ordered<NumberRange>, SearchError> {
    number_range(value, "a number", |text| {
        text.parse().ok().filter(|number: &f64| number.is_finite())
    })
}

/// Returns the numbers of incidents that a value matches: `7` or `IR-7`.
pub(super) fn incident_numbers(value: &FacetValue) -> Result<Ordered<NumberRange>, SearchError> {
    number_range(value, "a number such as 7 or IR-7", |text| {
        let id: IncidentId = text.parse().ok()?;
        let number = u32::try_from(id.number()).unwrap_or(u32::MAX);
        Some(f64::from(number))
    })
}

fn number_range(
    value: &FacetValue,
    expected: &str,
    parse: impl Fn(&str) -> Option<f64>,
) -> Result<Ordered<NumberRange>, SearchError> {
    let parsed = |text: &SearchText| {
        parse(text.text.trim()).ok_or_else(|| unexpected(value.position, text, expected))
    };
    let bound = |text: &SearchText| match text.is_any() {
        true => Ok(Bound::Unbounded),
        false => parsed(text).map(Bound::Included),
    };
    let range = match &value.kind {
        FacetValueKind::Text(text) if text.is_any() => return Ok(Ordered::Any),
        FacetValueKind::Text(text) => NumberRange {
            low: bound(text)?,
            high: bound(text)?,
        },
        FacetValueKind::Range(from, to) => NumberRange {
            low: bound(from)?,
            high: bound(to)?,
        },
        FacetValueKind::Compared(comparison, text) => {
            let number = parsed(text)?;
            let (low, high) = match comparison {
                Comparison::Greater => (Bound::Excluded(number), Bound::Unbounded),
                Comparison::GreaterOrEqual => (Bound::Included(number), Bound::Unbounded),
                Comparison::Less => (Bound::Unbounded, Bound::Excluded(number)),
                Comparison::LessOrEqual => (Bound::Unbounded, Bound::Included(number)),
            };
            NumberRange { low, high }
        }
    };
    Ok(Ordered::Range(range))
}

/// Returns the times that a value matches.
pub(super) fn times(
    value: &FacetValue,
    now: Timestamp,
) -> Result<Ordered<TimeBounds>, SearchError> {
    let parsed = |text: &SearchText| {
        let expected = "a time such as 2026-11-23, 2026-11-23T14:05:00Z or now-7d";
        let span = TimeSpan::parse(&text.text, now);
        span.ok_or_else(|| unexpected(value.position, text, expected))
    };
    let bound = |text: &SearchText| match text.is_any() {
        true => Ok(None),
        false => parsed(text).map(Some),
    };
    let bounds = match &value.kind {
        FacetValueKind::Text(text) if text.is_any() => return Ok(Ordered::Any),
        FacetValueKind::Text(text) => {
            let span = parsed(text)?;
            time_bounds(Some(span.from), Some(span.before))
        }
        FacetValueKind::Range(from, to) => time_bounds(
            bound(from)?.map(|span| span.from),
            bound(to)?.map(|span| span.before),
        ),
        FacetValueKind::Compared(comparison, text) => {
            let span = parsed(text)?;
            match comparison {
                Comparison::Greater => time_bounds(Some(span.before), None),
                Comparison::GreaterOrEqual => time_bounds(Some(span.from), None),
                Comparison::Less => time_bounds(None, Some(span.from)),
                Comparison::LessOrEqual => time_bounds(None, Some(span.before)),
            }
        }
    };
    Ok(Ordered::Range(bounds))
}

fn time_bounds(from: Option<Timestamp>, before: Option<Timestamp>) -> TimeBounds {
    TimeBounds { from, before }
}

fn unexpected(position: usize, text: &SearchText, expected: &str) -> SearchError {
    SearchError::new(position, format!("“{}” isn't {expected}", text.text))
}
