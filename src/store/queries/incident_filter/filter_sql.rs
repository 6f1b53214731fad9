//! The SQL of a filter, except its words.
//!
//! One condition, the driver, is left to the indexes; a unary plus hides the columns of the others from them:
//! sqlite.org/optoverview.html. If the driver has several values, each gets its own SELECT, and SQLite merges
//! their ordered rows.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, ToSql};

use crate::domain::{FilterField, IncidentFilter, TimeBounds, UserId, Viewer};
use crate::error::Result;
use crate::store::queries::incident_filter::field_sql;
use crate::store::queries::incident_filter::filter_driver::{Driver, DriverOrder, Purpose};
use crate::store::queries::incident_filter::list_sections::SectionOrder;

/// The condition for the incidents that the viewer may see: [`Viewer::may_see`] in SQL. Its parameters are
/// those of [`viewer_parameters`].
pub(crate) const VISIBLE: &str =
    "((+visibility = 'public' AND :is_restricted = 0) OR :is_operator = 1
        OR EXISTS (SELECT 1 FROM responders
                    WHERE incident_id = incidents.id AND user_id = :viewer)
        OR +channel_id = :member_of)";

/// A named parameter and its value.
pub(crate) type Parameter = (String, Value);

/// Returns the parameters of [`VISIBLE`].
pub(crate) fn viewer_parameters(viewer: &Viewer) -> Vec<Parameter> {
    let (is_operator, member_of) = match viewer {
        Viewer::Operator => (1, None),
        Viewer::Program => (0, None),
        Viewer::User { member_of, .. } | Viewer::Guest { member_of, .. } => (0, member_of.as_ref()),
    };
    let text = |it: Option<&str>| it.map_or(Value::Null, |it| Value::Text(it.to_owned()));
    vec![
        (":is_operator".to_owned(), Value::Integer(is_operator)),
        (
            ":is_restricted".to_owned(),
            Value::Integer(i64::from(viewer.is_restricted())),
        ),
        (
            ":viewer".to_owned(),
            text(viewer.user_id().map(UserId::as_str)),
        ),
        (
            ":member_of".to_owned(),
            text(member_of.map(|it| it.as_str())),
        ),
    ]
}

/// Returns parameters as a statement takes them.
pub(crate) fn bound(parameters: &[Parameter]) -> Vec<(&str, &dyn ToSql)> {
    let named = parameters.iter();
    named
        .map(|(name, value)| (name.as_str(), value as &dyn ToSql))
        .collect()
}

/// A filter, the viewer, and the bounds of the declared range.
#[derive(Clone, Copy)]
pub(crate) struct Selection<'a> {
    /// On whose behalf the incidents are read.
    pub(crate) viewer: &'a Viewer,
    /// The filter. Its words are ignored.
    pub(crate) filter: &'a IncidentFilter,
    /// The bounds of its declared range.
    pub(crate) declared: TimeBounds,
    /// The purpose for which the rows are read.
    pub(crate) purpose: Purpose,
    /// The timestamp and number after which the rows start.
    pub(crate) after: Option<(&'a str, i64)>,
}

impl Selection<'_> {
    /// Calls `visit` for at most `limit` rows, in order. `columns` are the columns that it reads.
    pub(crate) fn for_each(
        &self,
        tx: &Connection,
        columns: &str,
        limit: usize,
        mut visit: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<()> {
        let (sql, mut parameters) = self.sql(tx, columns)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        parameters.push((":limit".to_owned(), Value::Integer(limit)));
        let mut statement = tx.prepare_cached(&sql)?;
        let mut rows = statement.query(bound(&parameters).as_slice())?;
        while let Some(row) = rows.next()? {
            visit(row)?;
        }
        Ok(())
    }

    /// Returns the statement and its parameters, without `:limit`.
    pub(crate) fn sql(&self, tx: &Connection, columns: &str) -> Result<(String, Vec<Parameter>)> {
        let mut parameters = viewer_parameters(self.viewer);
        let driver = Driver::choose(tx, self.filter, self.viewer, self.purpose)?;
        let order = self.order();
        let mut conditions = self.conditions(driver.field.as_ref(), &mut parameters);
        let column = order.column();
        if let Some((at, id)) = self.after {
            let sign = if order.ascends() { '>' } else { '<' };
            conditions.push(format!("({column}, id) {sign} (:after_at, :after_id)"));
            parameters.push((":after_at".to_owned(), Value::Text(at.to_owned())));
            parameters.push((":after_id".to_owned(), Value::Integer(id)));
        }
        if order == SectionOrder::LastResolved {
            conditions.push("resolved_at IS NOT NULL".to_owned());
        }
        conditions.push(VISIBLE.to_owned());
        let rest = conditions.join(" AND ");
        // SQLite does not know that the number of the incident has the order of the index of values.
        let number = match driver.order {
            DriverOrder::Number => ", incident_id AS number",
            DriverOrder::Requested | DriverOrder::Any => "",
        };
        let mut arms = Vec::new();
        for arm in driver.arms {
            let condition = format!("{}{}", arm.indexed, arm.distinct);
            arms.push(format!(
                "SELECT {columns}{number} FROM {} WHERE {condition} AND {rest}",
                driver.source
            ));
            parameters.extend(arm.parameters);
        }
        let direction = if order.ascends() { "ASC" } else { "DESC" };
        let order_by = match driver.order {
            DriverOrder::Requested => format!("ORDER BY {column} {direction}, id {direction}"),
            DriverOrder::Number => "ORDER BY number DESC".to_owned(),
            DriverOrder::Any => String::new(),
        };
        let sql = format!("{} {order_by} LIMIT :limit", arms.join(" UNION ALL "));
        Ok((sql, parameters))
    }

    fn order(&self) -> SectionOrder {
        match self.purpose {
            Purpose::Page(order) => order,
            Purpose::Counts => SectionOrder::Newest,
        }
    }

    /// Returns the conditions of all fields but that of the driver.
    fn conditions(
        &self,
        driver: Option<&FilterField>,
        parameters: &mut Vec<Parameter>,
    ) -> Vec<String> {
        let fields = self.filter.restricted_fields().into_iter();
        fields
            .filter(|field| Some(field) != driver)
            .flat_map(|field| self.field_conditions(&field, parameters))
            .collect()
    }

    fn field_conditions(
        &self,
        field: &FilterField,
        parameters: &mut Vec<Parameter>,
    ) -> Vec<String> {
        let filter = self.filter;
        let is = |is_true: bool| if is_true { "=" } else { "<>" };
        let condition = match field {
            FilterField::Words => return Vec::new(),
            FilterField::Status => one_of("status", filter.statuses.iter().map(|it| it.as_str())),
            FilterField::Severity => {
                one_of("severity", filter.severities.iter().map(|it| it.as_str()))
            }
            FilterField::Commander => self.commanders(parameters),
            FilterField::Mine => IS_RESPONDER.to_owned(),
            FilterField::Impact => {
                one_of("impact_state", filter.impacts.iter().map(|it| it.as_str()))
            }
            FilterField::Detection => one_of(
                "detection_method",
                filter.detection_methods.iter().map(|it| it.as_str()),
            ),
            FilterField::Declared => return self.declared_conditions(parameters),
            FilterField::Visibility => one_of(
                "visibility",
                filter.visibilities.iter().map(|it| it.as_str()),
            ),
            FilterField::Test => format!("+kind {} 'real'", is(filter.is_test == Some(false))),
            FilterField::Archived => format!(
                "+channel_state {} 'archived'",
                is(filter.is_archived == Some(true))
            ),
            FilterField::Field(name) => {
                let Some(selection) = filter.fields.get(name) else {
                    return Vec::new();
                };
                let (condition, values) = field_sql::condition(name, selection);
                parameters.extend(values);
                condition
            }
        };
        vec![condition]
    }

    fn commanders(&self, parameters: &mut Vec<Parameter>) -> String {
        let mut names = Vec::new();
        for (index, user) in self.filter.commanders.iter().enumerate() {
            let name = format!(":commander{index}");
            parameters.push((name.clone(), Value::Text(user.0.clone())));
            names.push(name);
        }
        format!("+commander IN ({})", names.join(", "))
    }

    /// Returns the conditions of the declared range. They bound the index if it yields the order.
    fn declared_conditions(&self, parameters: &mut Vec<Parameter>) -> Vec<String> {
        let plus = match self.order() {
            SectionOrder::Newest | SectionOrder::Oldest => "",
            SectionOrder::LastResolved
            | SectionOrder::LastActive
            | SectionOrder::LongestInactive => "+",
        };
        let bounds = [
            (self.declared.from, ">=", ":declared_from"),
            (self.declared.before, "<", ":declared_before"),
        ];
        let mut conditions = Vec::new();
        for (bound, sign, name) in bounds {
            if let Some(bound) = bound {
                parameters.push((name.to_owned(), Value::Text(bound.to_string())));
                conditions.push(format!("{plus}declared_at {sign} {name}"));
            }
        }
        conditions
    }
}

/// The condition for the incidents whose responder the viewer is, as a driver.
pub(crate) const IS_MINE: &str =
    "id IN (SELECT incident_id FROM responders WHERE user_id = :viewer)";

/// The same condition for single rows.
pub(crate) const IS_RESPONDER: &str = "EXISTS (SELECT 1 FROM responders
        WHERE incident_id = incidents.id AND user_id = :viewer)";

/// Returns a condition with the stored names of an enum, which need no parameters.
fn one_of<'a>(column: &str, names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.map(|name| format!("'{name}'")).collect();
    format!("+{column} IN ({})", names.join(", "))
}
