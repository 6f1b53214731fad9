//! Fields of the settings in a search.

use rusqlite::named_params;

use crate::domain::TimeBounds;
use crate::domain::api::search::{NumberRange, SearchText};
use crate::error::Result;
use crate::store::queries::api_search::lowering::{Lowering, json_texts};
use crate::store::queries::api_search::node::{Leaf, LeafRows, Node};
use crate::store::queries::api_search::texts::like_pattern;
use crate::store::queries::incident_filter::filter_sql::Parameter;

/// The maximum number of different values of a field that are compared. One with more is a free text.
const MAX_VALUES: usize = 2_000;

impl Lowering<'_> {
    /// Returns the condition for a single value. The values that match are found first, because the index
    /// distinguishes cases.
    pub(super) fn field_value(&mut self, name: &str, text: &SearchText) -> Result<Node> {
        let Some(values) = self.matching_values(name, text)? else {
            let pattern = self.text_parameter(like_pattern(text));
            let condition = format!("+type <> 'text' AND value LIKE {} ESCAPE '\\'", pattern.0);
            return Ok(self.field(name, &condition, vec![pattern]));
        };
        let list = self.parameter(json_texts(&values));
        let is_one = format!("value IN (SELECT value FROM json_each({}))", list.0);
        let node = self.field(name, &format!("+type <> 'text' AND {is_one}"), vec![list]);
        Ok(match node {
            Node::Leaf(leaf) => {
                let select = format!(
                    "SELECT DISTINCT incident_id FROM field_values
                      WHERE field = {} AND type <> 'text' AND {is_one}",
                    leaf.parameters[0].0
                );
                Node::Leaf(Leaf {
                    rows: LeafRows::Selected(select, leaf.parameters.clone()),
                    ..leaf
                })
            }
            other => other,
        })
    }

    /// Returns the condition for a part of a long text.
    pub(super) fn field_text(&mut self, name: &str, text: &SearchText) -> Node {
        let pattern = self.text_parameter(format!("%{}%", like_pattern(text)));
        let condition = format!("+type = 'text' AND value LIKE {} ESCAPE '\\'", pattern.0);
        self.field(name, &condition, vec![pattern])
    }

    /// Returns the condition for a number.
    pub(super) fn field_number(&mut self, name: &str, range: NumberRange) -> Node {
        let (condition, parameters) = self.bounds("CAST(value AS REAL)", range);
        let condition = format!("+type = 'number' AND {condition}");
        self.field(name, &condition, parameters)
    }

    /// Returns the condition for a time.
    pub(super) fn field_time(&mut self, name: &str, bounds: TimeBounds) -> Node {
        let (condition, parameters) = self.time_bounds("value", bounds);
        let condition = format!("+type = 'datetime' AND {condition}");
        self.field(name, &condition, parameters)
    }

    /// Returns the condition for any value.
    pub(super) fn has_field(&mut self, name: &str) -> Node {
        self.field(name, "1 = 1", Vec::new())
    }

    /// Returns the condition that a value of a field passes another one. The name is the first parameter.
    fn field(&mut self, name: &str, condition: &str, rest: Vec<Parameter>) -> Node {
        let field = self.text_parameter(name);
        let condition = format!(
            "EXISTS (SELECT 1 FROM field_values
                      WHERE incident_id = incidents.id AND field = {} AND {condition})",
            field.0
        );
        Leaf::unindexed(condition, [vec![field], rest].concat())
    }

    /// Returns the values of a field that a text matches; `None` if the field has too many. Each is one search in the
    /// index of values.
    fn matching_values(&self, name: &str, text: &SearchText) -> Result<Option<Vec<String>>> {
        let mut next = self.tx.prepare_cached(
            "SELECT min(value) FROM field_values
              WHERE field = :field AND value > :after AND type <> 'text'",
        )?;
        let (mut matching, mut after) = (Vec::new(), String::new());
        for _ in 0..MAX_VALUES {
            let parameters = named_params! { ":field": name, ":after": after };
            let value: Option<String> = next.query_row(parameters, |row| row.get(0))?;
            let Some(value) = value else {
                return Ok(Some(matching));
            };
            if text.matches(&value) {
                matching.push(value.clone());
            }
            after = value;
        }
        Ok(None)
    }
}
