//! Searches for the words of a filter, and applies the rest of the filter to the incidents that contain them.

use rusqlite::Connection;

use crate::domain::{FilterField, IncidentId};
use crate::error::Result;
use crate::store::ListRequest;
use crate::store::db::full_text::{self, SearchWords};
use crate::store::queries::incident_filter::list_sections::SectionOrder;
use crate::store::queries::incident_filter::matching_rows::{
    MatchingRow, SearchResult, columns_of, search,
};

/// The number of incidents from which the index is searched instead of each incident that passes the rest of
/// the filter.
const FEW: usize = 200;

/// The incidents with the search words.
pub(crate) struct Search {
    /// Those that pass the filter.
    pub(crate) passing: Vec<MatchingRow>,
    /// Whether `passing` may be incomplete.
    pub(crate) is_partial: bool,
    /// All of them, if they were read.
    hits: Option<SearchResult>,
}

impl Search {
    /// Searches for the words of the filter. Returns `None` if it has none.
    pub(crate) fn run(tx: &Connection, request: &ListRequest) -> Result<Option<Self>> {
        let filter = &request.query.filter;
        if filter.words.is_empty() {
            return Ok(None);
        }
        if let Some(passing) = search_few(tx, request)? {
            return Ok(Some(Self {
                passing,
                is_partial: false,
                hits: None,
            }));
        }
        let hits = search(tx, &request.viewer, filter)?;
        let declared = request.declared();
        let passes = |row: &&MatchingRow| filter.failed_fields(&row.incident, declared).is_empty();
        Ok(Some(Self {
            passing: hits.rows.iter().filter(passes).cloned().collect(),
            is_partial: hits.is_capped,
            hits: Some(hits),
        }))
    }

    /// Returns the incidents with the search words, whether they pass the rest of the filter or not. The
    /// counts of facets need them, because they ignore a part of the filter.
    pub(crate) fn into_hits(self, tx: &Connection, request: &ListRequest) -> Result<SearchResult> {
        match self.hits {
            Some(hits) => Ok(hits),
            None => search(tx, &request.viewer, &request.query.filter),
        }
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
        &columns_of(&rest),
        FEW + 1,
        |row| {
            rows.push(MatchingRow::from_row(row)?);
            Ok(())
        },
    )?;
    if rows.len() > FEW {
        return Ok(None);
    }
    let number = request.query.filter.words.parse::<IncidentId>().ok();
    let mut matching = Vec::new();
    for row in rows {
        let id = IncidentId(row.id);
        if number == Some(id) || full_text::is_hit(tx, &words, id)? {
            matching.push(row);
        }
    }
    Ok(Some(matching))
}
