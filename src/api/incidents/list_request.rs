//! The query of a list of incidents.

use crate::api::error::{ApiError, Mistake};
use crate::api::incidents::document::INCLUDES;
use crate::api::query::{Mistakes, Query};
use crate::domain::{IncidentFilter, Severity, Status, TimeBounds, Timestamp, Viewer};
use crate::store::{DocumentOrder, DocumentRange};

/// The sizes of a page. A larger one is rejected: clients take a page that is not full for the last one.
pub(super) const PAGE_SIZES: std::ops::RangeInclusive<usize> = 1..=100;

/// The size of a page without `page[size]`.
pub(super) const DEFAULT_SIZE: usize = 10;

/// The filters.
const FILTERS: [&str; 4] = [
    "filter[state]",
    "filter[severity]",
    "filter[since]",
    "filter[until]",
];

/// The orders: their names, and what they mean.
const ORDERS: [(&str, DocumentOrder); 4] = [
    ("created", DocumentOrder::Created),
    ("-created", DocumentOrder::CreatedDescending),
    ("modified", DocumentOrder::Modified),
    ("-modified", DocumentOrder::ModifiedDescending),
];

/// A request for a list of incidents.
#[derive(Debug)]
pub(super) struct ListRequest {
    statuses: Vec<Status>,
    severities: Vec<Severity>,
    declared: TimeBounds,
    order: DocumentOrder,
    offset: usize,
    size: usize,
    /// The values of `include`.
    pub(super) includes: Vec<&'static str>,
}

impl ListRequest {
    /// Parses a query. All mistakes are reported together.
    pub(super) fn parse(query: &Query) -> Result<Self, ApiError> {
        let mut mistakes = Mistakes::default();
        let mut check_time = |name| mistakes.check(parse_time(query, name));
        let declared = TimeBounds {
            from: check_time("filter[since]"),
            before: check_time("filter[until]"),
        };
        let request = Self {
            statuses: mistakes.check(parse_statuses(query)),
            severities: mistakes.check(parse_severities(query)),
            declared,
            order: mistakes.check(parse_order(query)),
            offset: mistakes.check(query.number("page[offset]", 0..=usize::MAX, 0)),
            size: mistakes.check(query.number("page[size]", PAGE_SIZES, DEFAULT_SIZE)),
            includes: mistakes.check(query.includes(&INCLUDES)),
        };
        mistakes.check(query.check_filters(&FILTERS));
        mistakes.into_result()?;
        Ok(request)
    }

    /// Returns the range of incidents that the store reads.
    pub(super) fn range(&self, viewer: Viewer) -> DocumentRange {
        DocumentRange {
            viewer,
            filter: IncidentFilter {
                statuses: self.statuses.iter().copied().collect(),
                severities: self.severities.iter().copied().collect(),
                ..IncidentFilter::default()
            },
            declared: self.declared,
            order: self.order,
            offset: self.offset,
            size: self.size,
        }
    }
}

fn parse_statuses(query: &Query) -> Result<Vec<Status>, Mistake> {
    let names = Status::ALL.map(Status::as_str).join(", ");
    let parse = |name: &str| Status::ALL.into_iter().find(|it| it.as_str() == name);
    query.parsed_list("filter[state]", parse, &names)
}

fn parse_severities(query: &Query) -> Result<Vec<Severity>, Mistake> {
    let names = Severity::ALL.map(Severity::as_str).join(", ");
    let parse = |name: &str| Severity::ALL.into_iter().find(|it| it.as_str() == name);
    query.parsed_list("filter[severity]", parse, &names)
}

/// Returns a time. The plus of a time zone is a space in a query that is not encoded.
fn parse_time(query: &Query, name: &str) -> Result<Option<Timestamp>, Mistake> {
    let Some(value) = query.value(name) else {
        return Ok(None);
    };
    let time = value.replace(' ', "+").parse().map(Some);
    time.map_err(|_| {
        let detail = format!("“{value}” isn't a time such as 2026-11-23T14:05:00Z");
        Mistake::in_parameter(name, detail)
    })
}

fn parse_order(query: &Query) -> Result<DocumentOrder, Mistake> {
    let name = query.value("sort").unwrap_or("created");
    let order = ORDERS.into_iter().find(|(known, _)| *known == name);
    order.map(|(_, order)| order).ok_or_else(|| {
        let names = ORDERS.map(|(name, _)| name).join(", ");
        Mistake::in_parameter("sort", format!("“{name}” isn't one of {names}"))
    })
}
