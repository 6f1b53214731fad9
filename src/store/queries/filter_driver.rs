//! The driver of a filter: the condition that is left to the indexes. Without statistics SQLite cannot know
//! which condition selects few rows, and guesses.

use rusqlite::types::Value;

use crate::domain::{FilterField, ImpactState, IncidentFilter, Status, Visibility};
use crate::store::queries::filter_sql::IS_MINE;
use crate::store::queries::list_sections::SectionOrder;

/// The condition that is left to the indexes, once for each of its values.
pub(crate) struct Driver {
    /// The field of the condition; `None` if all incidents are read in order.
    pub(crate) field: Option<FilterField>,
    /// The condition and the value of its parameter `:driver`, once for each value.
    pub(crate) arms: Vec<(String, Option<Value>)>,
}

impl Driver {
    /// Returns the condition that is left to the indexes: the one that probably selects the fewest rows.
    pub(crate) fn new(filter: &IncidentFilter, order: SectionOrder) -> Self {
        let is_by_declaration = order.column() == "declared_at";
        let is_rare = |it: &Status| *it != Status::Resolved;
        if !filter.statuses.is_empty() && filter.statuses.iter().all(is_rare) {
            return Self::by_status(filter);
        }
        if filter.impacts.iter().eq([&ImpactState::Ongoing]) {
            return Self::literal(FilterField::Impact, "impact_state = 'ongoing'");
        }
        if filter.is_test == Some(true) {
            return Self::literal(FilterField::Test, "kind <> 'real'");
        }
        if filter.visibilities.iter().eq([&Visibility::Private]) {
            return Self::literal(FilterField::Visibility, "visibility = 'private'");
        }
        if filter.is_mine {
            return Self::literal(FilterField::Mine, IS_MINE);
        }
        if !filter.commanders.is_empty() {
            let values = filter.commanders.iter().map(|it| Value::Text(it.0.clone()));
            return Self::values(FilterField::Commander, "commander = :driver", values);
        }
        let is_by_time = is_by_declaration || order == SectionOrder::LastResolved;
        if is_by_time && (1..=4).contains(&filter.severities.len()) {
            let values = filter.severities.iter().map(|it| sort_key(it.sort_key()));
            return Self::values(FilterField::Severity, "severity_rank = :driver", values);
        }
        if is_by_declaration && (1..=2).contains(&filter.detection_methods.len()) {
            let values = filter.detection_methods.iter();
            let values = values.map(|it| Value::Text(it.as_str().to_owned()));
            return Self::values(FilterField::Detection, "detection_method = :driver", values);
        }
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
