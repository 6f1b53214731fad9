//! Searches for the words of a filter, and applies the rest of the filter to the incidents that contain them.

use rusqlite::Connection;

use crate::domain::{FilterField, IncidentId};
use crate::error::Result;
use crate::store::ListRequest;
use crate::store::db::full_text::{self, SearchWords};
use crate::store::queries::list_sections::SectionOrder;
use crate::store::queries::matching_rows::{COLUMNS_WITH_MINE, MatchingRow, SearchResult, search};

/// The number of incidents from which the index is searched instead of each incident that passes the rest of
/// the filter.
const FEW: usize = 200;

/// The incidents with the search words.
pub(crate) struct Search {
    /// Those that pass the filter.
    pub(crate) passing: Vec<MatchingRow>,
    /// All of them; for the counts of facets, which ignore a part of the filter.
    pub(crate) hits: SearchResult,
    /// Whether `passing` may be incomplete.
    pub(crate) is_partial: bool,
}

impl Search {
    /// Searches for the words of the filter. Returns `None` if it has none.
    pub(crate) fn run(tx: &Connection, request: &ListRequest) -> Result<Option<Self>> {
        let filter = &request.query.filter;
        if filter.words.is_empty() {
            return Ok(None);
        }
        let hits = search(tx, &request.viewer, &filter.words)?;
        let few = if hits.is_capped {
            search_few(tx, request)?
        } else {
            None
        };
        let is_partial = hits.is_capped && few.is_none();
        let declared = request.declared();
        let passes = |row: &&MatchingRow| filter.failed_fields(&row.incident, declared).is_empty();
        let passing = few.unwrap_or_else(|| hits.rows.iter().filter(passes).cloned().collect());
        Ok(Some(Self {
            passing,
            hits,
            is_partial,
        }))
    }
}

/// Searches the incidents that pass the rest of the filter, one by one. Returns `None` if there are many.
fn search_few(tx: &Connection, request: &ListRequest) -> Result<Option<Vec<MatchingRow>>> {
    let words = SearchWords::new(&request.query.filter.words);
    if !words.is_indexed() {
        return Ok(None);
    }
    let rest = request.query.filter.without(FilterField::Words);
    let mut rows = Vec::new();
    request.selection(&rest, SectionOrder::Newest).for_each(
        tx,
        COLUMNS_WITH_MINE,
        FEW + 1,
        |row| {
            rows.push(MatchingRow::from_row(row)?);
            Ok(())
        },
    )?;
    if rows.len() > FEW {
        return Ok(None);
    }
    let mut matching = Vec::new();
    for row in rows {
        if full_text::is_hit(tx, &words, IncidentId(row.id))? {
            matching.push(row);
        }
    }
    Ok(Some(matching))
}
