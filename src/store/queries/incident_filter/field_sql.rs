//! The SQL of the filter by fields that the settings define.
//!
//! Long texts are in no index, and no filter finds them. The plus hides `type` from the index of the values where
//! the primary key finds them by incident.

use rusqlite::types::Value;

use crate::domain::FieldSelection;
use crate::store::queries::incident_filter::filter_driver::Arm;
use crate::store::queries::incident_filter::filter_sql::Parameter;

/// The source of the rows that the index of the values yields, the newest incident last.
pub(crate) const INCIDENTS_BY_VALUE: &str =
    "field_values CROSS JOIN incidents ON incidents.id = incident_id";

/// The condition for the values of an incident's field. `:field_` precedes the name.
const OF_INCIDENT: &str = "incident_id = incidents.id AND field = :field_";

/// Returns the condition for the incidents that have one of the values, and its parameters.
pub(crate) fn condition(name: &str, selection: &FieldSelection) -> (String, Vec<Parameter>) {
    let mut parameters = vec![text(format!(":field_{name}"), name)];
    let mut alternatives = Vec::new();
    if !selection.values.is_empty() {
        let values = add_values(name, selection.values.iter(), &mut parameters);
        alternatives.push(has_value(name, &values));
    }
    if selection.has_none {
        alternatives.push(format!(
            "NOT EXISTS (SELECT 1 FROM field_values WHERE {OF_INCIDENT}{name} AND +type <> 'text')"
        ));
    }
    (format!("({})", alternatives.join(" OR ")), parameters)
}

/// Returns the condition that is left to the index, once for each value. An incident with several of the values is
/// found by the first one.
pub(crate) fn arms(name: &str, selection: &FieldSelection) -> Vec<Arm> {
    let arms = selection.values.iter().enumerate().map(|(index, value)| {
        let parameter = value_name(index, name);
        let earlier: Vec<_> = (0..index).map(|it| value_name(it, name)).collect();
        Arm {
            indexed: format!("field = :field_{name} AND value = {parameter} AND type <> 'text'"),
            distinct: match index {
                0 => String::new(),
                _ => format!(" AND NOT {}", has_value(name, &earlier.join(", "))),
            },
            parameters: vec![text(format!(":field_{name}"), name), text(parameter, value)],
        }
    });
    arms.collect()
}

/// Returns the condition for the incidents that have one of the values.
fn has_value(name: &str, values: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM field_values WHERE {OF_INCIDENT}{name}
                    AND +type <> 'text' AND value IN ({values}))"
    )
}

/// Adds the parameters of values, and returns their names.
fn add_values<'v>(
    name: &str,
    values: impl Iterator<Item = &'v String>,
    parameters: &mut Vec<Parameter>,
) -> String {
    let mut names = Vec::new();
    for (index, value) in values.enumerate() {
        let name = value_name(index, name);
        parameters.push(text(name.clone(), value));
        names.push(name);
    }
    names.join(", ")
}

fn value_name(index: usize, field: &str) -> String {
    format!(":value{index}_{field}")
}

fn text(name: String, value: &str) -> Parameter {
    (name, Value::Text(value.to_owned()))
}
