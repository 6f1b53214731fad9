//! The driver of a filter: the condition that is left to the indexes.

use rusqlite::types::Value;

use crate::domain::{FieldSelection, FilterField, ImpactState, IncidentFilter, Status, Viewer};
use crate::store::queries::incident_filter::field_sql::{self, INCIDENTS_BY_VALUE};
use crate::store::queries::incident_filter::filter_sql::{IS_MINE, Parameter};
use crate::store::queries::incident_filter::list_sections::SectionOrder;

/// The purpose for which rows are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A page, in this order.
    Page(SectionOrder),
    /// Counts of the newest incidents.
    Counts,
}

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
    pub(super) orders: &'static [SectionOrder],
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
    /// Returns the conditions of a filter that an index can find, by the number of rows that they usually
    /// select.
    pub(super) fn candidates(filter: &IncidentFilter) -> Vec<Self> {
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

    /// Returns the driver that reads all incidents in order.
    pub(super) fn none() -> Self {
        Self {
            field: None,
            orders: &[],
            order: DriverOrder::Requested,
            source: "incidents",
            arms: vec![Arm::literal("1 = 1")],
        }
    }

    /// Returns the driver for open and completed incidents, of which there are few.
    pub(super) fn by_status(filter: &IncidentFilter) -> Self {
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

    pub(super) fn of_private(viewer: &Viewer) -> Self {
        let condition = match viewer {
            Viewer::Operator => "visibility = 'private'",
            Viewer::User { .. } | Viewer::Guest { .. } | Viewer::Program => VISIBLE_PRIVATE,
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
    pub(super) fn is_by_value(&self) -> bool {
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
