//! Texts in a search: the full-text index finds them, or else a comparison of each text.

use rusqlite::types::Value;

use crate::domain::IncidentId;
use crate::domain::api::search::{SearchText, TextColumn};
use crate::error::Result;
use crate::store::db::full_text::{HitTest, Hits, SearchWords, hit_condition};
use crate::store::queries::api_search::lowering::{Lowering, json_numbers};
use crate::store::queries::api_search::node::{Candidates, Leaf, LeafRows, Node};

impl Lowering<'_> {
    /// Returns the condition for a text anywhere. The number of an incident is a text of it.
    pub(super) fn text(&mut self, text: &SearchText) -> Result<Node> {
        let words = SearchWords::phrases(&indexed_parts(text), None);
        let number = text.text.parse::<IncidentId>().ok();
        let mut alternatives = Vec::new();
        if words.is_indexed() {
            alternatives.push(self.indexed_text(&words)?);
        } else if !is_blank(text) {
            alternatives.push(self.like("+title", text));
        }
        if let Some(id) = number {
            let parameter = self.parameter(Value::Integer(id.number()));
            alternatives.push(Node::Leaf(Leaf {
                condition: format!("+id = {}", parameter.0),
                parameters: vec![parameter],
                for_many: None,
                rows: LeafRows::Known(Candidates {
                    numbers: vec![id.number()],
                    are_complete: true,
                }),
            }));
        }
        Ok(match alternatives.len() {
            0 => Node::Constant(true),
            1 => alternatives.remove(0),
            _ => Node::Or(alternatives),
        })
    }

    /// Returns the condition for a text in one column.
    pub(super) fn text_in(&mut self, column: TextColumn, text: &SearchText) -> Result<Node> {
        let name = match column {
            TextColumn::Title => "+title",
            TextColumn::Summary => "+summary",
            TextColumn::RootCause => "+root_cause",
        };
        if is_blank(text) {
            return Ok(match text.is_any() {
                true => Leaf::unindexed(format!("{name} <> ''"), Vec::new()),
                false => Node::Constant(true),
            });
        }
        let words = SearchWords::phrases(&indexed_parts(text), Some(column));
        if !words.is_indexed() {
            return Ok(self.like(name, text));
        }
        let indexed = self.indexed_text(&words)?;
        Ok(match text.has_wildcard() {
            false => indexed,
            // The index does not know the order of the parts.
            true => Node::And(vec![indexed, self.like(name, text)]),
        })
    }

    /// Returns the condition that the index finds the words. If it finds many, the newest are read, and each older
    /// incident is tested.
    fn indexed_text(&mut self, words: &SearchWords) -> Result<Node> {
        let mut numbers = Vec::new();
        let mut hits = Hits::new(self.tx, words);
        while numbers.len() <= self.max_hits {
            match hits.next_hit()? {
                Some(hit) => numbers.push(hit.number()),
                None => break,
            }
        }
        let are_complete = numbers.len() <= self.max_hits;
        self.has_more_hits |= !are_complete;
        numbers.truncate(self.max_hits);
        let list = self.parameter(json_numbers(&numbers));
        let newest = format!("+id IN (SELECT value FROM json_each({}))", list.0);
        let mut parameters = vec![list];
        let (condition, for_many) = match numbers.last() {
            Some(oldest) if !are_complete => {
                let expression = self.text_parameter(words.expression());
                let older = |test| {
                    let hit = hit_condition(words, &expression.0, test);
                    format!("({newest} OR (+id < {oldest} AND {hit}))")
                };
                let conditions = (older(HitTest::Single), Some(older(HitTest::Whole)));
                parameters.push(expression);
                conditions
            }
            Some(_) | None => (newest, None),
        };
        Ok(Node::Leaf(Leaf {
            condition,
            parameters,
            for_many,
            rows: LeafRows::Known(Candidates {
                numbers,
                are_complete,
            }),
        }))
    }

    /// Returns the condition that a text contains the parts in their order.
    fn like(&mut self, expression: &str, text: &SearchText) -> Node {
        let pattern = self.text_parameter(format!("%{}%", like_pattern(text)));
        let condition = format!("{expression} LIKE {} ESCAPE '\\'", pattern.0);
        Leaf::unindexed(condition, vec![pattern])
    }
}

/// The shortest part next to a wildcard that the index finds. It finds a shorter one at the start of words only.
const SHORTEST_PART: usize = 3;

/// Returns the parts that the index can be asked for.
fn indexed_parts(text: &SearchText) -> Vec<&str> {
    let mut parts = text.parts();
    parts.retain(|part| !part.trim().is_empty());
    if parts.len() > 1 {
        parts.retain(|part| part.trim().chars().count() >= SHORTEST_PART);
    }
    parts
}

fn is_blank(text: &SearchText) -> bool {
    text.parts().iter().all(|part| part.trim().is_empty())
}

/// Returns a pattern of LIKE, whose escape character is a backslash.
pub(super) fn like_pattern(text: &SearchText) -> String {
    let escaped = text.parts().into_iter().map(|part| {
        let part = part.replace('\\', "\\\\");
        part.replace('%', "\\%").replace('_', "\\_")
    });
    escaped.collect::<Vec<_>>().join("%")
}
