//! The driver of a filter: the condition that is left to the indexes. Without statistics SQLite cannot know
//! which condition selects few rows, and guesses; so the rows are counted.

use rusqlite::types::Value;
use rusqlite::{Connection, named_params};

use crate::domain::{FilterField, ImpactState, IncidentFilter, Status, UserId, Viewer, Visibility};
use crate::error::Result;
use crate::store::queries::filter_sql::IS_MINE;
use crate::store::queries::list_sections::SectionOrder;

/// The number of rows that are rather sorted than searched for in a million ordered ones: about the square root
/// of the product of the page length and a million.
const FEW_ROWS: i64 = 5_000;

/// The maximum number of values of a driver.
const MAX_ARMS: usize = 4;

/// The condition that is left to the indexes, once for each of its values.
pub(crate) struct Driver {
    /// The field of the condition; `None` if all incidents are read in order.
    pub(crate) field: Option<FilterField>,
    /// The condition and the value of its parameter `:driver`, once for each value.
    pub(crate) arms: Vec<(String, Option<Value>)>,
}

impl Driver {
    /// Returns the condition that is left to the indexes: one that selects few rows, or else one whose index
    /// yields the order.
    pub(crate) fn choose(
        tx: &Connection,
        filter: &IncidentFilter,
        viewer: &Viewer,
        order: SectionOrder,
    ) -> Result<Self> {
        let is_rare = |it: &Status| *it != Status::Resolved;
        if !filter.statuses.is_empty() && filter.statuses.iter().all(is_rare) {
            return Ok(Self::by_status(filter));
        }
        let mut candidates = Vec::new();
        for candidate in Self::candidates(filter) {
            candidates.push((candidate.count_rows(tx, viewer)?, candidate));
        }
        let fewest = candidates.iter().map(|(count, _)| *count).min();
        if fewest.is_some_and(|count| count <= FEW_ROWS) {
            let is_fewest = |(count, _): &(i64, Self)| Some(*count) == fewest;
            let position = candidates.iter().position(is_fewest).unwrap_or_default();
            return Ok(candidates.swap_remove(position).1);
        }
        let ordered = candidates.into_iter().find(|(_, it)| it.yields(order));
        Ok(ordered.map_or_else(Self::none, |(_, driver)| driver))
    }

    /// Returns the conditions of a filter that an index can find, by the number of rows that they usually
    /// select.
    fn candidates(filter: &IncidentFilter) -> Vec<Self> {
        let mut candidates = Vec::new();
        let mut add = |is_set: bool, field, condition| {
            if is_set {
                candidates.push(Self::literal(field, condition));
            }
        };
        let is_ongoing = filter.impacts.iter().eq([&ImpactState::Ongoing]);
        let is_private = filter.visibilities.iter().eq([&Visibility::Private]);
        add(is_ongoing, FilterField::Impact, "impact_state = 'ongoing'");
        add(
            filter.is_test == Some(true),
            FilterField::Test,
            "kind <> 'real'",
        );
        add(
            is_private,
            FilterField::Visibility,
            "visibility = 'private'",
        );
        add(filter.is_mine, FilterField::Mine, IS_MINE);
        let commanders = filter.commanders.iter().map(|it| Value::Text(it.0.clone()));
        let sort_keys = filter.severities.iter().map(|it| sort_key(it.sort_key()));
        let methods = filter.detection_methods.iter();
        let methods = methods.map(|it| Value::Text(it.as_str().to_owned()));
        candidates.extend([
            Self::values(FilterField::Commander, "commander = :driver", commanders),
            Self::values(FilterField::Severity, "severity_rank = :driver", sort_keys),
            Self::values(
                FilterField::Detection,
                "detection_method = :driver",
                methods,
            ),
        ]);
        candidates.retain(|it| (1..=MAX_ARMS).contains(&it.arms.len()));
        candidates
    }

    /// Returns the number of rows that the condition selects, at most one more than [`FEW_ROWS`].
    fn count_rows(&self, tx: &Connection, viewer: &Viewer) -> Result<i64> {
        let mut total = 0;
        for (condition, value) in &self.arms {
            let sql = format!(
                "SELECT count(*) FROM (SELECT 1 FROM incidents WHERE {condition} LIMIT {})",
                FEW_ROWS + 1
            );
            let mut statement = tx.prepare_cached(&sql)?;
            let count = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
            total += if self.field == Some(FilterField::Mine) {
                let viewer = viewer.user_id().map(UserId::as_str);
                statement.query_row(named_params! { ":viewer": viewer }, count)?
            } else if let Some(value) = value {
                statement.query_row(named_params! { ":driver": value }, count)?
            } else {
                statement.query_row([], count)?
            };
        }
        Ok(total)
    }

    /// Returns whether the index of the condition yields rows in an order.
    fn yields(&self, order: SectionOrder) -> bool {
        match order {
            SectionOrder::Newest | SectionOrder::Oldest => self.field != Some(FilterField::Mine),
            SectionOrder::LastResolved => self.field == Some(FilterField::Severity),
            SectionOrder::LastActive => false,
        }
    }

    /// Returns the driver that reads all incidents in order.
    fn none() -> Self {
        Self {
            field: None,
            arms: vec![("1 = 1".to_owned(), None)],
        }
    }

    /// Returns the driver for open and completed incidents, of which there are few.
    fn by_status(filter: &IncidentFilter) -> Self {
        let one_severity = filter.severities.iter().next();
        let severity = one_severity.filter(|_| filter.severities.len() == 1);
        let arms = filter.statuses.iter().map(|status| match status {
            Status::Completed | Status::Resolved => ("status = 'completed'".to_owned(), None),
            Status::Active | Status::Stable => {
                let open = "status IN ('active', 'stable')";
                let status = format!("{open} AND status = '{}'", status.as_str());
                match severity {
                    Some(it) => (
                        format!("{status} AND severity_rank = :driver"),
                        Some(sort_key(it.sort_key())),
                    ),
                    None => (status, None),
                }
            }
        });
        Self {
            field: Some(FilterField::Status),
            arms: arms.collect(),
        }
    }

    fn literal(field: FilterField, condition: &str) -> Self {
        Self {
            field: Some(field),
            arms: vec![(condition.to_owned(), None)],
        }
    }

    fn values(field: FilterField, condition: &str, values: impl Iterator<Item = Value>) -> Self {
        Self {
            field: Some(field),
            arms: values.map(|it| (condition.to_owned(), Some(it))).collect(),
        }
    }
}

fn sort_key(sort_key: u8) -> Value {
    Value::Integer(i64::from(sort_key))
}
