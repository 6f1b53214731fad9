//! The driver of a filter: the condition that is left to the indexes. Without statistics SQLite cannot know
//! which condition selects few rows, and guesses; so the rows are counted.

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::domain::{
    FieldSelection, FilterField, ImpactState, IncidentFilter, Status, Viewer, Visibility,
};
use crate::error::Result;
use crate::store::queries::incident_filter::field_sql::{self, INCIDENTS_BY_VALUE};
use crate::store::queries::incident_filter::filter_sql::{
    IS_MINE, Parameter, bound, viewer_parameters,
};
use crate::store::queries::incident_filter::list_sections::SectionOrder;
use crate::store::queries::incident_filter::matching_rows::MAX_COUNTED;

/// The number of rows up to which sorting them is faster than reading all incidents in order until a page is
/// full: with n of a million incidents, about 51 million / n are read.
const FEW_ROWS: i64 = 7_000;

/// The purpose for which rows are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A page, in this order.
    Page(SectionOrder),
    /// Counts of the newest incidents.
    Counts,
}

/// The number of rows up to which all are counted.
const ALL_COUNTED: i64 = MAX_COUNTED as i64;

/// The orders that the indexes of most fields yield, and the orders that those of the severity yield.
const BY_DECLARATION: &[SectionOrder] = &[SectionOrder::Newest, SectionOrder::Oldest];
const BY_SEVERITY: &[SectionOrder] = &[
    SectionOrder::Newest,
    SectionOrder::Oldest,
    SectionOrder::LastResolved,
];

/// The condition for the private incidents that a user may see. The plus makes SQLite read the index of
/// private incidents, which contains the number, instead of all incidents of the user.
const VISIBLE_PRIVATE: &str = "visibility = 'private' AND +id IN (
        SELECT incident_id FROM responders WHERE user_id = :viewer
        UNION SELECT id FROM incidents WHERE channel_id = :member_of)";

/// The maximum number of values of a driver.
const MAX_ARMS: usize = 4;

/// The condition that is left to the indexes, once for each of its values.
pub(crate) struct Driver {
    /// The field whose condition it is; `None` if the other conditions include those of all fields.
    pub(crate) field: Option<FilterField>,
    /// The orders in which its index yields the rows.
    orders: &'static [SectionOrder],
    /// The order in which its rows are read.
    pub(crate) order: DriverOrder,
    /// The table of its rows, or the tables.
    pub(crate) source: &'static str,
    /// The condition, once for each value.
    pub(crate) arms: Vec<Arm>,
}

/// The condition for one value of a driver.
pub(crate) struct Arm {
    /// The part that an index finds.
    pub(crate) indexed: String,
    /// The part that excludes the rows of earlier arms; empty if each row has one value.
    pub(crate) distinct: String,
    /// The parameters, each with a name of its own.
    pub(crate) parameters: Vec<Parameter>,
}

impl Arm {
    fn literal(condition: &str) -> Self {
        Self {
            indexed: condition.to_owned(),
            distinct: String::new(),
            parameters: Vec::new(),
        }
    }

    /// Returns a condition whose parameter is written `?`.
    fn value(condition: &str, index: usize, value: Value) -> Self {
        let name = format!(":driver{index}");
        Self {
            indexed: condition.replace('?', &name),
            distinct: String::new(),
            parameters: vec![(name, value)],
        }
    }
}

/// The order in which the rows of a driver are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DriverOrder {
    /// The order of the page.
    Requested,
    /// The highest number first. Numbers are given at the declaration, so these are the newest.
    Number,
    /// Any order, because all rows are counted.
    Any,
}

impl Driver {
    /// Returns the condition that is left to the indexes: one that selects few rows, or else one whose index
    /// yields the order.
    pub(crate) fn choose(
        tx: &Connection,
        filter: &IncidentFilter,
        viewer: &Viewer,
        purpose: Purpose,
    ) -> Result<Self> {
        let (order, few) = match purpose {
            Purpose::Page(order) => (order, FEW_ROWS),
            Purpose::Counts => (SectionOrder::Newest, ALL_COUNTED),
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
        if purpose == Purpose::Counts
            && let Some(position) = candidates.iter().position(|(_, it)| it.is_by_value())
        {
            let driver = candidates.swap_remove(position).1;
            return Ok(Self {
                order: DriverOrder::Number,
                ..driver
            });
        }
        let ordered = candidates
            .into_iter()
            .find(|(_, it)| it.orders.contains(&order));
        Ok(ordered.map_or_else(Self::none, |(_, driver)| driver))
    }

    /// Returns the conditions of a filter that an index can find, by the number of rows that they usually
    /// select.
    fn candidates(filter: &IncidentFilter) -> Vec<Self> {
        let mut candidates = Vec::new();
        if filter.impacts.iter().eq([&ImpactState::Ongoing]) {
            let arms = vec!["impact_state = 'ongoing'"];
            candidates.push(Self::literals(FilterField::Impact, arms));
        }
        if filter.is_test == Some(true) {
            let arms = vec![
                "kind <> 'real' AND kind = 'test'",
                "kind <> 'real' AND kind = 'announced test'",
            ];
            candidates.push(Self::literals(FilterField::Test, arms));
        }
        if filter.is_mine {
            candidates.push(Self::mine());
        }
        let commanders = filter.commanders.iter().map(|it| Value::Text(it.0.clone()));
        let severities = filter.severities.iter();
        let severities = severities.map(|it| Value::Text(it.as_str().to_owned()));
        let methods = filter.detection_methods.iter();
        let methods = methods.map(|it| Value::Text(it.as_str().to_owned()));
        candidates.extend([
            Self::values(FilterField::Commander, "commander = ?", commanders),
            Self::values(FilterField::Severity, "severity = ?", severities),
            Self::values(FilterField::Detection, "detection_method = ?", methods),
        ]);
        let fields = filter.fields.iter().filter(|(_, it)| !it.has_none);
        candidates.extend(fields.map(|(name, selection)| Self::of_field(name, selection)));
        candidates.retain(|it| (1..=MAX_ARMS).contains(&it.arms.len()));
        candidates
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

    /// Returns the driver that reads all incidents in order.
    fn none() -> Self {
        Self {
            field: None,
            orders: &[],
            order: DriverOrder::Requested,
            source: "incidents",
            arms: vec![Arm::literal("1 = 1")],
        }
    }

    /// Returns the driver for open and completed incidents, of which there are few.
    fn by_status(filter: &IncidentFilter) -> Self {
        let one_severity = filter.severities.iter().next();
        let severity = one_severity.filter(|_| filter.severities.len() == 1);
        let statuses = filter.statuses.iter().enumerate();
        let arms = statuses.map(|(index, status)| match status {
            Status::Completed | Status::Resolved => Arm::literal("status = 'completed'"),
            Status::Active | Status::Stable => {
                let open = "status IN ('active', 'stable')";
                let status = format!("{open} AND status = '{}'", status.as_str());
                match severity {
                    Some(it) => {
                        let sort_key = Value::Integer(i64::from(it.sort_key()));
                        Arm::value(&format!("{status} AND severity_rank = ?"), index, sort_key)
                    }
                    None => Arm::literal(&status),
                }
            }
        });
        Self {
            field: Some(FilterField::Status),
            arms: arms.collect(),
            ..Self::none()
        }
    }

    fn literals(field: FilterField, conditions: Vec<&str>) -> Self {
        let arms = conditions.into_iter().map(Arm::literal);
        Self {
            field: Some(field),
            orders: BY_DECLARATION,
            arms: arms.collect(),
            ..Self::none()
        }
    }

    fn of_private(viewer: &Viewer) -> Self {
        let condition = match viewer {
            Viewer::Operator => "visibility = 'private'",
            Viewer::User { .. } | Viewer::Guest { .. } => VISIBLE_PRIVATE,
        };
        Self::literals(FilterField::Visibility, vec![condition])
    }

    fn mine() -> Self {
        Self {
            field: Some(FilterField::Mine),
            arms: vec![Arm::literal(IS_MINE)],
            ..Self::none()
        }
    }

    /// Returns the driver for the values of a field of the settings. Its index yields the rows by number.
    fn of_field(name: &str, selection: &FieldSelection) -> Self {
        Self {
            field: Some(FilterField::Field(name.to_owned())),
            source: INCIDENTS_BY_VALUE,
            arms: field_sql::arms(name, selection),
            ..Self::none()
        }
    }

    /// Returns whether it is the condition of a field of the settings.
    fn is_by_value(&self) -> bool {
        matches!(self.field, Some(FilterField::Field(_)))
    }

    fn values(field: FilterField, condition: &str, values: impl Iterator<Item = Value>) -> Self {
        let has_resolved = field == FilterField::Severity;
        let values = values.enumerate();
        let arms = values.map(|(index, value)| Arm::value(condition, index, value));
        Self {
            field: Some(field),
            orders: if has_resolved {
                BY_SEVERITY
            } else {
                BY_DECLARATION
            },
            arms: arms.collect(),
            ..Self::none()
        }
    }
}
