//! The query of a search for incidents: a subset of Datadog's search syntax.
//!
//! ```text
//! query = and { "OR" and }        and = not { ["AND"] not }        not = ["NOT" | "-"] term
//! term  = "(" query ")" | facet ":" value | text
//! value = text | "(" value { ["OR"] value } ")" | (">" | ">=" | "<" | "<=") text | "[" text "TO" text "]"
//! text  = '"' … '"', or a run without blanks, quotes and parentheses, in which "*" matches anything
//! ```
//!
//! `parser` checks the syntax only. `resolve` finds the facets, of which the team's fields are a part, and parses
//! their values.

mod condition;
mod counts;
mod error;
mod expression;
mod facet;
mod facet_document;
mod facet_values;
mod lexer;
mod parser;
mod resolve;
mod search_text;
#[cfg(test)]
mod tests;
mod time_span;

pub use condition::{Condition, DurationFacet, NumberRange, TextColumn, TimeFacet, UserFacet};
pub use counts::{Aggregate, SearchCounts};
pub use error::SearchError;
pub use expression::{Comparison, Expression, FacetTerm, FacetValue, FacetValueKind, TextTerm};
pub use facet_document::{FacetContext, facet_document};
pub use parser::{LONGEST_QUERY, MAX_DEPTH, MAX_TERMS, parse_query};
pub use resolve::{SearchContext, resolve};
pub use search_text::SearchText;
