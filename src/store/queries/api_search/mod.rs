//! The search of the API.
//!
//! A condition is lowered to SQL. If an index finds few incidents for a part of it, only these are read; otherwise
//! all incidents are read in the order of the declaration. Facets count the newest 10,000 incidents at most.

mod durations;
mod fields;
mod lowering;
mod node;
#[cfg(test)]
mod plans;
mod statement;
mod tally;
mod texts;
mod users;

use rusqlite::Connection;

use crate::domain::api::KnownUsers;
use crate::domain::api::search::{Condition, SearchCounts};
use crate::domain::{IncidentId, Timestamp, UserId, Viewer};
use crate::error::Result;
use crate::store::effective_viewer::effective_viewer;
use crate::store::queries::api_search::lowering::Lowering;
use crate::store::queries::api_search::node::{Candidates, Node};
use crate::store::queries::api_search::statement::Rows;
use crate::store::queries::api_search::tally::{COLUMNS, Tally};
use crate::store::queries::incident_documents::{self, IncidentDocuments};
use crate::store::queries::incident_filter::facets::CappedCount;
use crate::store::queries::incident_filter::list_sections::SectionOrder;
use crate::store::queries::incident_filter::matching_rows::MAX_COUNTED;
use crate::store::tables::incident::incidents;
use crate::store::tables::workspace::users as user_table;
use crate::store::{DocumentOrder, Store};

/// The number of hits of a text that are read first.
const FEW_HITS: usize = 500;

/// The number of incidents that are tested for a text faster than thousands of its hits are read.
const FEW_CANDIDATES: usize = 50;

/// A search for incidents.
#[derive(Clone, Debug)]
pub struct DocumentSearch {
    /// On whose behalf it is made.
    pub viewer: Viewer,
    /// The condition.
    pub condition: Condition,
    /// The order: by the time of the declaration, in either direction.
    pub order: DocumentOrder,
    /// How many incidents are skipped.
    pub offset: usize,
    /// The maximum number of incidents.
    pub size: usize,
    /// The time up to which running durations are counted.
    pub now: Timestamp,
}

/// A page of a search, with the counts of its whole result.
#[derive(Clone, Debug)]
pub struct DocumentSearchPage {
    /// The incidents.
    pub documents: IncidentDocuments,
    /// The number of incidents in the result.
    pub total: CappedCount,
    /// The counts of the facets.
    pub counts: SearchCounts,
    /// The users in the counts, if they have been fetched.
    pub users: KnownUsers,
}

impl Store {
    /// Returns a page of the incidents that match and that the viewer may see, with the counts of all of them.
    pub async fn search_documents(&self, search: DocumentSearch) -> Result<DocumentSearchPage> {
        self.index_before_search().await;
        let store_id = self.store_id().to_owned();
        self.read_pool
            .run(move |tx| {
                let viewer = effective_viewer(tx, &search.viewer)?;
                let search = DocumentSearch { viewer, ..search };
                search_documents(tx, &search, &store_id)
            })
            .await
    }
}

fn search_documents(
    tx: &Connection,
    search: &DocumentSearch,
    store_id: &str,
) -> Result<DocumentSearchPage> {
    let (node, candidates) = lower(tx, search, store_id)?;
    let rows = Rows {
        viewer: &search.viewer,
        node: &node,
        candidates: candidates.as_ref().map(|it| it.numbers.as_slice()),
        order: SectionOrder::Newest,
        offset: 0,
        limit: MAX_COUNTED + 1,
    };
    let mut tally = Tally::default();
    let mut has_more = false;
    rows.for_each(tx, COLUMNS, |row| {
        has_more = tally.numbers.len() == MAX_COUNTED;
        if has_more { Ok(()) } else { tally.add(row) }
    })?;
    let is_capped = has_more || candidates.as_ref().is_some_and(|it| !it.are_complete);
    let numbers = match is_capped {
        true => select_page(tx, &rows, search)?,
        false => page_of(&tally.numbers, search),
    };
    tally.complete(tx)?;
    let numbers = numbers.into_iter();
    let matching = numbers.map(|number| incidents::find_incident(tx, IncidentId(number)));
    Ok(DocumentSearchPage {
        documents: incident_documents::load(tx, matching.collect::<Result<_>>()?)?,
        total: CappedCount {
            value: tally.counts.incidents,
            is_capped,
        },
        users: user_table::known_users(tx, named_users(&tally.counts))?,
        counts: tally.counts,
    })
}

/// Lowers the condition and finds its candidates. Few hits of its texts are read first: they suffice if another part of
/// the condition holds for few incidents, and a common word has many.
fn lower(
    tx: &Connection,
    search: &DocumentSearch,
    store_id: &str,
) -> Result<(Node, Option<Candidates>)> {
    let lowering = || Lowering::new(tx, store_id, search.now);
    let mut first = lowering().with_max_hits(FEW_HITS);
    let node = first.lower(&search.condition)?;
    let candidates = node.candidates(tx)?;
    let are_few = candidates
        .as_ref()
        .is_some_and(|it| it.are_complete && it.numbers.len() <= FEW_CANDIDATES);
    if are_few || !first.has_more_hits {
        return Ok((node, candidates));
    }
    let node = lowering().lower(&search.condition)?;
    let candidates = node.candidates(tx)?;
    Ok((node, candidates))
}

/// Returns a page of all matching incidents, the newest first.
fn page_of(numbers: &[i64], search: &DocumentSearch) -> Vec<i64> {
    let page = |numbers: &mut dyn Iterator<Item = &i64>| {
        let page = numbers.skip(search.offset).take(search.size);
        page.copied().collect()
    };
    match order_of(search).ascends() {
        true => page(&mut numbers.iter().rev()),
        false => page(&mut numbers.iter()),
    }
}

/// Selects a page of more incidents than are counted.
fn select_page(tx: &Connection, rows: &Rows<'_>, search: &DocumentSearch) -> Result<Vec<i64>> {
    let rows = Rows {
        candidates: None,
        order: order_of(search),
        offset: search.offset,
        limit: search.size,
        ..*rows
    };
    let mut numbers = Vec::new();
    rows.for_each(tx, "id", |row| {
        numbers.push(row.get(0)?);
        Ok(())
    })?;
    Ok(numbers)
}

fn order_of(search: &DocumentSearch) -> SectionOrder {
    match search.order {
        DocumentOrder::Created => SectionOrder::Oldest,
        DocumentOrder::CreatedDescending
        | DocumentOrder::Modified
        | DocumentOrder::ModifiedDescending => SectionOrder::Newest,
    }
}

fn named_users(counts: &SearchCounts) -> impl Iterator<Item = &UserId> {
    let users = counts.commanders.keys().chain(counts.responders.keys());
    let users = users.chain(counts.declared_by.keys());
    users.chain(counts.modified_by.keys().flatten())
}
