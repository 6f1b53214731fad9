//! The condition of a search in SQL, with the rows that its indexes find.

use std::collections::BTreeSet;

use rusqlite::Connection;

use crate::error::Result;
use crate::store::db::full_text::HitTest;
use crate::store::queries::incident_filter::filter_sql::{Parameter, bound};

/// The maximum number of candidates.
pub(super) const MAX_CANDIDATES: usize = 10_000;

/// The number of candidates that are few enough to look for no fewer.
const FEW: usize = 100;

/// A part of a condition.
pub(super) enum Node {
    Constant(bool),
    And(Vec<Self>),
    Or(Vec<Self>),
    Not(Box<Self>),
    Leaf(Leaf),
}

/// A condition on one attribute.
pub(super) struct Leaf {
    /// The condition for one row of `incidents`. It hides its columns from the indexes, except `declared_at`.
    pub(super) condition: String,
    /// Its parameters. Their names are unique in the statement.
    pub(super) parameters: Vec<Parameter>,
    /// The same condition, if it is faster for many rows; with the same parameters.
    pub(super) for_many: Option<String>,
    /// The rows for which it holds.
    pub(super) rows: LeafRows,
}

/// The rows for which a condition holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum LeafRows {
    /// No index finds them.
    Unindexed,
    /// Their numbers.
    Known(Candidates),
    /// A statement that yields their numbers from an index, and its parameters.
    Selected(String, Vec<Parameter>),
}

/// The numbers of the incidents that a condition can hold for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Candidates {
    /// The numbers.
    pub(super) numbers: Vec<i64>,
    /// Whether these are all; otherwise these are the newest.
    pub(super) are_complete: bool,
}

impl Leaf {
    /// Returns a condition that no index helps with.
    pub(super) fn unindexed(condition: String, parameters: Vec<Parameter>) -> Node {
        let rows = LeafRows::Unindexed;
        Node::Leaf(Self {
            condition,
            parameters,
            for_many: None,
            rows,
        })
    }

    /// Returns a condition without parameters, and the statement for its rows.
    pub(super) fn selected(condition: String, rows: &str) -> Node {
        Node::Leaf(Self {
            condition,
            parameters: Vec::new(),
            for_many: None,
            rows: LeafRows::Selected(rows.to_owned(), Vec::new()),
        })
    }
}

impl Node {
    /// Returns the condition. Null counts as false.
    pub(super) fn sql(&self, test: HitTest) -> String {
        let joined = |parts: &[Self], operator: &str| {
            let parts: Vec<String> = parts.iter().map(|part| part.sql(test)).collect();
            format!("({})", parts.join(operator))
        };
        match self {
            Self::Constant(true) => "1 = 1".to_owned(),
            Self::Constant(false) => "1 = 0".to_owned(),
            Self::And(parts) => joined(parts, " AND "),
            Self::Or(parts) => joined(parts, " OR "),
            Self::Not(part) => format!("NOT coalesce(({}), 0)", part.sql(test)),
            Self::Leaf(leaf) => match (&leaf.for_many, test) {
                (Some(condition), HitTest::Whole) => condition.clone(),
                (Some(_) | None, _) => leaf.condition.clone(),
            },
        }
    }

    /// Returns the parameters of the condition.
    pub(super) fn parameters(&self) -> Vec<Parameter> {
        match self {
            Self::Constant(_) => Vec::new(),
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::parameters).collect(),
            Self::Not(part) => part.parameters(),
            Self::Leaf(leaf) => leaf.parameters.clone(),
        }
    }

    /// Returns the incidents that the condition can hold for, if an index finds them and they are not too many.
    pub(super) fn candidates(&self, tx: &Connection) -> Result<Option<Candidates>> {
        match self {
            Self::Constant(true) | Self::Not(_) => Ok(None),
            Self::Constant(false) => Ok(Some(Candidates {
                numbers: Vec::new(),
                are_complete: true,
            })),
            Self::And(parts) => fewest(tx, parts),
            Self::Or(parts) => union(tx, parts),
            Self::Leaf(leaf) => leaf.candidates(tx),
        }
    }
}

impl Leaf {
    fn candidates(&self, tx: &Connection) -> Result<Option<Candidates>> {
        match &self.rows {
            LeafRows::Unindexed => Ok(None),
            LeafRows::Known(known) => Ok(Some(known.clone())),
            LeafRows::Selected(sql, parameters) => {
                let limited = format!("{sql} LIMIT {}", MAX_CANDIDATES + 1);
                let mut statement = tx.prepare(&limited)?;
                let rows = statement.query_map(bound(parameters).as_slice(), |row| row.get(0))?;
                let numbers = rows.collect::<rusqlite::Result<Vec<i64>>>()?;
                Ok(complete(numbers))
            }
        }
    }
}

fn complete(numbers: Vec<i64>) -> Option<Candidates> {
    let are_few = numbers.len() <= MAX_CANDIDATES;
    are_few.then_some(Candidates {
        numbers,
        are_complete: true,
    })
}

/// Returns the fewest candidates of conditions that must all hold.
fn fewest(tx: &Connection, parts: &[Node]) -> Result<Option<Candidates>> {
    let mut fewest: Option<Candidates> = None;
    for part in parts {
        let Some(candidates) = part.candidates(tx)? else {
            continue;
        };
        let is_better = fewest.as_ref().is_none_or(|best| {
            let quality = |it: &Candidates| (!it.are_complete, it.numbers.len());
            quality(&candidates) < quality(best)
        });
        if is_better {
            let is_enough = candidates.are_complete && candidates.numbers.len() <= FEW;
            fewest = Some(candidates);
            if is_enough {
                break;
            }
        }
    }
    Ok(fewest)
}

/// Returns the candidates of conditions of which one must hold.
fn union(tx: &Connection, parts: &[Node]) -> Result<Option<Candidates>> {
    let mut numbers = BTreeSet::new();
    for part in parts {
        match part.candidates(tx)? {
            Some(candidates) if candidates.are_complete => numbers.extend(candidates.numbers),
            Some(_) | None => return Ok(None),
        }
        if numbers.len() > MAX_CANDIDATES {
            return Ok(None);
        }
    }
    Ok(complete(numbers.into_iter().collect()))
}
