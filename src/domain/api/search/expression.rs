//! The syntax tree of a query. Its display is a query that parses to the same tree.

use std::fmt;

use super::SearchText;

/// A query, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// Matches all incidents.
    Everything,
    /// Matches if all parts do.
    And(Vec<Self>),
    /// Matches if one of the parts does.
    Or(Vec<Self>),
    /// Matches if the part does not.
    Not(Box<Self>),
    /// A text without a facet.
    Text(TextTerm),
    /// A facet and its values.
    Facet(FacetTerm),
}

/// A text without a facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextTerm {
    /// The position in the query, from 1.
    pub position: usize,
    /// The text.
    pub text: SearchText,
}

/// A facet and its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetTerm {
    /// The position in the query, from 1.
    pub position: usize,
    /// The name, as in the query.
    pub name: String,
    /// The values. One of them must match.
    pub values: Vec<FacetValue>,
}

/// A value of a facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetValue {
    /// The position in the query, from 1.
    pub position: usize,
    /// The value.
    pub kind: FacetValueKind,
}

/// The kinds of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FacetValueKind {
    /// One value.
    Text(SearchText),
    /// Values on one side of a bound.
    Compared(Comparison, SearchText),
    /// Values between two bounds, which belong to them.
    Range(SearchText, SearchText),
}

/// A comparison with a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Higher or later.
    Greater,
    /// The bound, or higher or later.
    GreaterOrEqual,
    /// Lower or earlier.
    Less,
    /// The bound, or lower or earlier.
    LessOrEqual,
}

impl Comparison {
    /// The comparisons with two characters precede those with one.
    pub const ALL: [Self; 4] = [
        Self::GreaterOrEqual,
        Self::LessOrEqual,
        Self::Greater,
        Self::Less,
    ];

    /// Returns the sign.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => f.write_str("*"),
            Self::And(parts) => {
                let parts: Vec<String> = parts.iter().map(parenthesized).collect();
                f.write_str(&parts.join(" AND "))
            }
            Self::Or(parts) => {
                // AND binds more tightly.
                let parts = parts.iter().map(|part| match part {
                    Self::And(_) => part.to_string(),
                    Self::Everything
                    | Self::Or(_)
                    | Self::Not(_)
                    | Self::Text(_)
                    | Self::Facet(_) => parenthesized(part),
                });
                f.write_str(&parts.collect::<Vec<_>>().join(" OR "))
            }
            Self::Not(part) => write!(f, "NOT {}", parenthesized(part)),
            Self::Text(term) => write!(f, "{}", term.text),
            Self::Facet(term) => {
                let values: Vec<_> = term.values.iter().map(ToString::to_string).collect();
                match values.as_slice() {
                    [only] => write!(f, "{}:{only}", term.name),
                    values => write!(f, "{}:({})", term.name, values.join(" OR ")),
                }
            }
        }
    }
}

impl fmt::Display for FacetValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            FacetValueKind::Text(text) => write!(f, "{text}"),
            FacetValueKind::Compared(comparison, bound) => {
                write!(f, "{}{bound}", comparison.as_str())
            }
            FacetValueKind::Range(from, to) => write!(f, "[{from} TO {to}]"),
        }
    }
}

/// Returns a part as an operand: in parentheses if it has operands that would be separated otherwise.
fn parenthesized(part: &Expression) -> String {
    match part {
        Expression::And(_) | Expression::Or(_) => format!("({part})"),
        Expression::Everything
        | Expression::Not(_)
        | Expression::Text(_)
        | Expression::Facet(_) => part.to_string(),
    }
}
