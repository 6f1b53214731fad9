//! Searches for the words of a filter, and applies the rest of the filter to the incidents that contain them.

use std::collections::BTreeSet;

use rusqlite::Connection;

use crate::domain::{FilterField, IncidentId};
use crate::error::Result;
use crate::store::ListRequest;
use crate::store::db::full_text::{self, Hits, SearchWords};
use crate::store::queries::incident_filter::filter_driver::Purpose;
use crate::store::queries::incident_filter::list_sections::SectionOrder;
use crate::store::queries::incident_filter::matching_rows::{
    MatchingRow, SearchResult, columns_of, search,
};

/// The number of incidents that pass the rest of the filter, up to which only these are searched.
const FEW: usize = 200;

/// The number of incidents that are searched one by one. Each takes as long as reading hundreds of hits.
const MAX_TESTS: usize = 20;

/// The number of hits that are read to find which of a few incidents contain the words.
const MAX_HITS: usize = 10_000;

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
        if let Some(search) = search_few(tx, request)? {
            return Ok(Some(search));
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

/// Searches among the incidents that pass the rest of the filter. Returns `None` if there are many.
fn search_few(tx: &Connection, request: &ListRequest) -> Result<Option<Search>> {
    let words = SearchWords::new(&request.query.filter.words);
    if !words.is_indexed() {
        return Ok(None);
    }
    let rest = request.query.filter.without(&FilterField::Words);
    let mut rows = Vec::new();
    request
        .selection(&rest, Purpose::Page(SectionOrder::Newest))
        .for_each(tx, &columns_of(&rest), FEW + 1, |row| {
            rows.push(MatchingRow::from_row(row)?);
            Ok(())
        })?;
    if rows.len() > FEW {
        return Ok(None);
    }
    let candidates = rows.iter().map(|row| row.id).collect();
    let mut matches = find_among(tx, &words, candidates)?;
    if let Ok(number) = request.query.filter.words.parse::<IncidentId>() {
        matches.ids.insert(number.number());
    }
    rows.retain(|row| matches.ids.contains(&row.id));
    Ok(Some(Search {
        passing: rows,
        is_partial: matches.is_partial,
        hits: None,
    }))
}

/// The candidates that contain the words.
struct Matches {
    ids: BTreeSet<i64>,
    /// Whether older candidates were not searched.
    is_partial: bool,
}

/// Searches for the words in some incidents. A few are searched one by one. Otherwise the index is read from
/// the newest hit on, and the rest is searched one by one if it is small.
fn find_among(
    tx: &Connection,
    words: &SearchWords,
    mut candidates: BTreeSet<i64>,
) -> Result<Matches> {
    let mut ids = BTreeSet::new();
    if candidates.len() > MAX_TESTS {
        let mut hits = Hits::new(tx, words);
        for _ in 0..MAX_HITS {
            let oldest = candidates.first().copied().unwrap_or(i64::MAX);
            match hits.next_hit()?.map(|hit| hit.number()) {
                Some(hit) if hit >= oldest => {
                    if candidates.contains(&hit) {
                        ids.insert(hit);
                    }
                    // Newer candidates than the hit do not contain the words.
                    candidates.split_off(&hit);
                }
                Some(_) | None => candidates.clear(),
            }
            if candidates.is_empty() {
                break;
            }
        }
    }
    let is_partial = candidates.len() > MAX_TESTS;
    if !is_partial {
        for id in candidates {
            if full_text::is_hit(tx, words, IncidentId(id))? {
                ids.insert(id);
            }
        }
    }
    Ok(Matches { ids, is_partial })
}
