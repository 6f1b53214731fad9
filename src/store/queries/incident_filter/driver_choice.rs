//! Chooses the driver of a filter. Without statistics SQLite cannot know which condition selects few rows, and
//! guesses; so the rows are counted.

use rusqlite::Connection;

use crate::domain::{FilterField, IncidentFilter, Status, Viewer, Visibility};
use crate::error::Result;
use crate::store::queries::incident_filter::filter_driver::{Driver, DriverOrder, Purpose};
use crate::store::queries::incident_filter::filter_sql::{bound, viewer_parameters};
use crate::store::queries::incident_filter::list_sections::SectionOrder;
use crate::store::queries::incident_filter::matching_rows::MAX_COUNTED;
use crate::store::queries::incident_search::MAX_PAGE;

/// The number of rows up to which sorting them is faster than reading all incidents in order until a page is
/// full: with n of a million incidents, about 51 million / n are read.
const FEW_ROWS: i64 = 7_000;

/// The number of rows up to which all are counted.
const ALL_COUNTED: i64 = MAX_COUNTED as i64;

/// The number of incidents at the start of the order, among which a page must be full to be read in order. A value
/// that no recent incident has would be searched for in all of them.
const START: i64 = 10_000;

/// The number of incidents on a page.
const PAGE: i64 = MAX_PAGE as i64;

impl Driver {
    /// Returns the condition that is left to the indexes: one that selects few rows, or else one whose index
    /// yields the order.
    pub(crate) fn choose(
        tx: &Connection,
        filter: &IncidentFilter,
        viewer: &Viewer,
        purpose: Purpose,
    ) -> Result<Self> {
        let few = match purpose {
            Purpose::Page(_) => FEW_ROWS,
            Purpose::Counts => ALL_COUNTED,
        };
        let is_rare = |it: &Status| *it != Status::Resolved;
        if !filter.statuses.is_empty() && filter.statuses.iter().all(is_rare) {
            return Ok(Self::by_status(filter));
        }
        if filter.visibilities.iter().eq([&Visibility::Private]) {
            return Ok(Self::of_private(viewer));
        }
        let mut candidates = Vec::new();
        for candidate in Self::candidates(filter) {
            candidates.push((candidate.count_rows(tx, viewer, few)?, candidate));
        }
        let fewest = candidates.iter().map(|(count, _)| *count).min();
        if fewest.is_some_and(|count| count <= few) {
            let is_fewest = |(count, _): &(i64, Self)| Some(*count) == fewest;
            let position = candidates.iter().position(is_fewest).unwrap_or_default();
            let driver = candidates.swap_remove(position).1;
            let order = match purpose {
                Purpose::Page(_) => DriverOrder::Requested,
                Purpose::Counts => DriverOrder::Any,
            };
            return Ok(Self { order, ..driver });
        }
        let candidates = candidates.into_iter().map(|(_, it)| it).collect();
        match purpose {
            Purpose::Page(order) => Self::for_page(tx, candidates, order),
            Purpose::Counts => Ok(Self::for_counts(candidates)),
        }
    }

    /// Returns the driver of a page from conditions that select many rows.
    fn for_page(tx: &Connection, candidates: Vec<Self>, order: SectionOrder) -> Result<Self> {
        let mut ordered = None;
        for candidate in candidates {
            if candidate.is_by_value() && !candidate.fills_page(tx, order)? {
                return Ok(candidate);
            }
            if ordered.is_none() && candidate.orders.contains(&order) {
                ordered = Some(candidate);
            }
        }
        Ok(ordered.unwrap_or_else(Self::none))
    }

    /// Returns the driver of counts from conditions that select more rows than are counted.
    fn for_counts(candidates: Vec<Self>) -> Self {
        let mut ordered = None;
        for candidate in candidates {
            if candidate.is_by_value() {
                let order = DriverOrder::Number;
                return Self { order, ..candidate };
            }
            if ordered.is_none() && candidate.orders.contains(&SectionOrder::Newest) {
                ordered = Some(candidate);
            }
        }
        ordered.unwrap_or_else(Self::none)
    }

    /// Returns whether enough incidents at the start of an order have one of the values for a page.
    fn fills_page(&self, tx: &Connection, order: SectionOrder) -> Result<bool> {
        let start = match order.ascends() {
            true => format!("incident_id < (SELECT min(id) FROM incidents) + {START}"),
            false => format!("incident_id > (SELECT max(id) FROM incidents) - {START}"),
        };
        let mut total = 0;
        for arm in &self.arms {
            let sql = format!(
                "SELECT count(*) FROM (
                     SELECT 1 FROM field_values WHERE {} AND {start} LIMIT {})",
                arm.indexed,
                PAGE + 1
            );
            let mut statement = tx.prepare_cached(&sql)?;
            let parameters = bound(&arm.parameters);
            total += statement.query_row(parameters.as_slice(), |row| row.get::<_, i64>(0))?;
        }
        Ok(total > PAGE)
    }

    /// Returns the number of rows that the condition selects, at most one more than `few` for each arm.
    fn count_rows(&self, tx: &Connection, viewer: &Viewer, few: i64) -> Result<i64> {
        let mut total = 0;
        for arm in &self.arms {
            let (table, condition) = match self.field {
                Some(FilterField::Mine) => ("responders", "user_id = :viewer"),
                Some(FilterField::Field(_)) => ("field_values", arm.indexed.as_str()),
                Some(_) | None => ("incidents", arm.indexed.as_str()),
            };
            let sql = format!(
                "SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {condition} LIMIT {})",
                few + 1
            );
            let mut statement = tx.prepare_cached(&sql)?;
            let count = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
            let mut parameters = Vec::new();
            if condition.contains(":viewer") {
                parameters = viewer_parameters(viewer);
                parameters.retain(|(name, _)| condition.contains(name.as_str()));
            }
            parameters.extend(arm.parameters.iter().cloned());
            total += statement.query_row(bound(&parameters).as_slice(), count)?;
        }
        Ok(total)
    }
}
