//! Translates the condition of a search to SQL: the attributes in columns of `incidents`.

use std::ops::Bound;

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::domain::api::search::{Condition, NumberRange, TimeFacet};
use crate::domain::{Status, TimeBounds, Timestamp, Visibility};
use crate::error::Result;
use crate::store::queries::api_search::node::{Candidates, Leaf, LeafRows, MAX_CANDIDATES, Node};
use crate::store::queries::incident_filter::filter_sql::Parameter;

/// The translation of one condition.
pub(super) struct Lowering<'a> {
    pub(super) tx: &'a Connection,
    pub(super) store_id: &'a str,
    pub(super) now: Timestamp,
    /// The maximum number of hits that are read of each text.
    pub(super) max_hits: usize,
    /// Whether a text has more hits.
    pub(super) has_more_hits: bool,
    /// The number of parameters so far.
    count: usize,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(tx: &'a Connection, store_id: &'a str, now: Timestamp) -> Self {
        Self {
            tx,
            store_id,
            now,
            max_hits: MAX_CANDIDATES,
            has_more_hits: false,
            count: 0,
        }
    }

    /// Limits the number of hits that are read of each text.
    pub(super) fn with_max_hits(self, max_hits: usize) -> Self {
        Self { max_hits, ..self }
    }

    /// Translates a condition.
    #[expect(clippy::too_many_lines, reason = "one arm per condition")]
    pub(super) fn lower(&mut self, condition: &Condition) -> Result<Node> {
        Ok(match condition {
            Condition::Everything => Node::Constant(true),
            Condition::Nothing => Node::Constant(false),
            Condition::And(parts) => Node::And(self.lower_each(parts)?),
            Condition::Or(parts) => Node::Or(self.lower_each(parts)?),
            Condition::Not(part) => Node::Not(Box::new(self.lower(part)?)),
            Condition::Text(text) => self.text(text)?,
            Condition::TextIn(column, text) => self.text_in(*column, text)?,
            Condition::Statuses(statuses) => self.statuses(statuses),
            Condition::Severities(severities) => {
                Self::names("severity", severities.iter().map(|it| it.as_str()))
            }
            Condition::DetectionMethods(methods) => {
                Self::names("detection_method", methods.iter().map(|it| it.as_str()))
            }
            Condition::Visibility(Visibility::Private) => Leaf::selected(
                "+visibility = 'private'".to_owned(),
                "SELECT id FROM incidents WHERE visibility = 'private'",
            ),
            Condition::Visibility(Visibility::Public) => {
                Leaf::unindexed("+visibility = 'public'".to_owned(), Vec::new())
            }
            Condition::IsTest => Leaf::selected(
                "+kind <> 'real'".to_owned(),
                "SELECT id FROM incidents WHERE kind <> 'real'",
            ),
            Condition::IncidentTypes(numbers) => {
                let numbers: Vec<_> = numbers.iter().map(ToString::to_string).collect();
                let condition = format!("+incident_type IN ({})", numbers.join(", "));
                Leaf::unindexed(condition, Vec::new())
            }
            Condition::HasImpact => {
                Leaf::unindexed("+impact_state <> 'none'".to_owned(), Vec::new())
            }
            Condition::HasPostmortem => Leaf::selected(
                "+postmortem_state <> 'not_started'".to_owned(),
                "SELECT id FROM incidents INDEXED BY incidents_with_postmortem
                  WHERE postmortem_state <> 'not_started'",
            ),
            Condition::Number(range) => self.number(*range),
            Condition::User(facet, text) => self.user(*facet, text)?,
            Condition::Time(facet, bounds) => self.time(*facet, *bounds),
            Condition::HasTime(TimeFacet::Resolved) => {
                Leaf::unindexed("+resolved_at IS NOT NULL".to_owned(), Vec::new())
            }
            Condition::HasTime(_) => Node::Constant(true),
            Condition::Duration(facet, range) => self.duration(*facet, Some(*range)),
            Condition::HasDuration(facet) => self.duration(*facet, None),
            Condition::FieldValue(name, text) => self.field_value(name, text)?,
            Condition::FieldText(name, text) => self.field_text(name, text),
            Condition::FieldNumber(name, range) => self.field_number(name, *range),
            Condition::FieldTime(name, bounds) => self.field_time(name, *bounds),
            Condition::HasField(name) => self.has_field(name),
        })
    }

    fn lower_each(&mut self, parts: &[Condition]) -> Result<Vec<Node>> {
        parts.iter().map(|part| self.lower(part)).collect()
    }

    /// Returns a parameter with a new name.
    pub(super) fn parameter(&mut self, value: Value) -> Parameter {
        self.count += 1;
        (format!(":search{}", self.count), value)
    }

    /// Returns a parameter with a text.
    pub(super) fn text_parameter(&mut self, text: impl Into<String>) -> Parameter {
        self.parameter(Value::Text(text.into()))
    }

    /// Returns a condition that the names of an enum, which need no parameters, are the value of a column, by which
    /// the rows are indexed.
    fn names<'n>(column: &str, names: impl Iterator<Item = &'n str>) -> Node {
        let names: Vec<String> = names.map(|name| format!("'{name}'")).collect();
        let is_one = format!("{column} IN ({})", names.join(", "));
        Leaf::selected(
            format!("+{is_one}"),
            &format!("SELECT id FROM incidents WHERE {is_one}"),
        )
    }

    /// Returns the condition of the statuses. Most incidents are resolved, so that no index finds these.
    fn statuses(&self, statuses: &[Status]) -> Node {
        let names = |statuses: &[Status]| {
            let names = statuses.iter().map(|it| format!("'{}'", it.as_str()));
            names.collect::<Vec<_>>().join(", ")
        };
        let condition = format!("+status IN ({})", names(statuses));
        let open: Vec<Status> = statuses.iter().copied().filter(|it| it.is_open()).collect();
        let mut selects = Vec::new();
        if !open.is_empty() {
            selects.push(format!(
                "SELECT id FROM incidents INDEXED BY incidents_open
                  WHERE status IN ('active', 'stable') AND status IN ({})",
                names(&open)
            ));
        }
        if statuses.contains(&Status::Completed) {
            selects.push("SELECT id FROM incidents WHERE status = 'completed'".to_owned());
        }
        match statuses.contains(&Status::Resolved) {
            true => Leaf::unindexed(condition, Vec::new()),
            false => Leaf::selected(condition, &selects.join(" UNION ALL ")),
        }
    }

    fn number(&mut self, range: NumberRange) -> Node {
        let (conditions, parameters) = self.bounds("+id", range);
        let rows = match (range.low, range.high) {
            #[expect(clippy::cast_possible_truncation, reason = "the number of an incident")]
            (Bound::Included(low), Bound::Included(high)) if low >= high => {
                LeafRows::Known(Candidates {
                    numbers: vec![low as i64],
                    are_complete: true,
                })
            }
            _ => LeafRows::Unindexed,
        };
        Node::Leaf(Leaf {
            condition: conditions,
            parameters,
            for_many: None,
            rows,
        })
    }

    fn time(&mut self, facet: TimeFacet, bounds: TimeBounds) -> Node {
        let (column, hidden, is_indexed) = match facet {
            TimeFacet::Declared => ("declared_at", "declared_at", true),
            TimeFacet::Detected => ("detected_at", "+detected_at", false),
            TimeFacet::Resolved => ("resolved_at", "+resolved_at", true),
            TimeFacet::Modified => ("last_activity_at", "+last_activity_at", true),
        };
        let (condition, parameters) = self.time_bounds(hidden, bounds);
        let rows = match is_indexed {
            false => LeafRows::Unindexed,
            true => {
                let (indexed, parameters) = self.time_bounds(column, bounds);
                let select =
                    format!("SELECT id FROM incidents WHERE {column} IS NOT NULL AND {indexed}");
                LeafRows::Selected(select, parameters)
            }
        };
        Node::Leaf(Leaf {
            condition,
            parameters,
            for_many: None,
            rows,
        })
    }

    /// Returns the condition that a time is in a range.
    pub(super) fn time_bounds(
        &mut self,
        expression: &str,
        bounds: TimeBounds,
    ) -> (String, Vec<Parameter>) {
        let bounds = [(bounds.from, ">="), (bounds.before, "<")];
        let bounds = bounds.map(|(bound, sign)| {
            let bound = bound?;
            Some((sign, Value::Text(bound.to_string())))
        });
        self.compared(expression, bounds)
    }

    /// Returns the condition that a number is in a range.
    pub(super) fn bounds(
        &mut self,
        expression: &str,
        range: NumberRange,
    ) -> (String, Vec<Parameter>) {
        let low = match range.low {
            Bound::Included(number) => Some((">=", Value::Real(number))),
            Bound::Excluded(number) => Some((">", Value::Real(number))),
            Bound::Unbounded => None,
        };
        let high = match range.high {
            Bound::Included(number) => Some(("<=", Value::Real(number))),
            Bound::Excluded(number) => Some(("<", Value::Real(number))),
            Bound::Unbounded => None,
        };
        self.compared(expression, [low, high])
    }

    fn compared(
        &mut self,
        expression: &str,
        bounds: [Option<(&'static str, Value)>; 2],
    ) -> (String, Vec<Parameter>) {
        let mut conditions = vec![format!("{expression} IS NOT NULL")];
        let mut parameters = Vec::new();
        for (sign, value) in bounds.into_iter().flatten() {
            let parameter = self.parameter(value);
            conditions.push(format!("{expression} {sign} {}", parameter.0));
            parameters.push(parameter);
        }
        (format!("({})", conditions.join(" AND ")), parameters)
    }
}

/// Returns numbers as a JSON list.
pub(super) fn json_numbers(numbers: &[i64]) -> Value {
    let numbers: Vec<_> = numbers.iter().map(i64::to_string).collect();
    Value::Text(format!("[{}]", numbers.join(",")))
}

/// Returns texts as a JSON list.
pub(super) fn json_texts(texts: &[String]) -> Value {
    Value::Text(serde_json::Value::from(texts).to_string())
}
