//! The filtered list of incidents: pages by keyset, with or without search words.

use rusqlite::{Connection, named_params};

use crate::domain::{
    FieldValues, ImpactState, IncidentFilter, IncidentId, ListCursor, ListQuery, TimeBounds,
    Timestamp, UserClock, UserNames, Viewer,
};
use crate::error::Result;
use crate::store::db::sql_types::{parse_column, parse_optional_column};
use crate::store::effective_viewer::effective_viewer;
use crate::store::queries::incident_filter::facets::{self, Facets};
use crate::store::queries::incident_filter::filter_driver::Purpose;
use crate::store::queries::incident_filter::filter_sql::Selection;
use crate::store::queries::incident_filter::list_sections::{Section, sections};
use crate::store::queries::incident_filter::matching_rows::MatchingRow;
use crate::store::queries::incident_filter::word_search::Search;
use crate::store::queries::incident_list::summary_from_row;
use crate::store::tables::incident::field_values;
use crate::store::tables::workspace::users;
use crate::store::{IncidentSummary, Store};

/// The maximum number of incidents on a page.
pub const MAX_PAGE: usize = 50;

/// A request for a list of incidents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRequest {
    /// On whose behalf it is read.
    pub viewer: Viewer,
    /// The content of the list.
    pub query: ListQuery,
    /// The current time in the time zone of the viewer.
    pub clock: UserClock,
}

/// An incident in a filtered list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedIncident {
    /// The fields that every list shows.
    pub summary: IncidentSummary,
    /// Whether customers are affected.
    pub impact: ImpactState,
    /// When the first ongoing impact started.
    pub impact_since: Option<Timestamp>,
    /// When the last timeline entry was recorded.
    pub last_activity_at: Timestamp,
    /// The number of open tasks and follow-ups.
    pub open_tasks: i64,
    /// The values of fields. The settings may not define them all any more.
    pub fields: FieldValues,
}

/// A page of a filtered list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IncidentPage {
    /// The incidents, in the order of the list.
    pub incidents: Vec<ListedIncident>,
    /// The cursor of the next page; `None` on the last one.
    pub next: Option<ListCursor>,
    /// The names of the commanders, if they have been fetched.
    pub names: UserNames,
    /// Whether only the newest incidents with the search words were searched: there are too many.
    pub is_partial: bool,
}

/// A page and the counts of the whole list, read in one transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IncidentList {
    /// The page.
    pub page: IncidentPage,
    /// The counts.
    pub facets: Facets,
}

impl Store {
    /// Returns a page of the incidents that match and that the viewer may see. Rejects a cursor that is not
    /// one of this list.
    pub async fn incident_page(&self, request: ListRequest) -> Result<IncidentPage> {
        self.prepare_search(&request).await;
        self.read_pool
            .run(move |tx| {
                let request = request.for_account(tx)?;
                let search = Search::run(tx, &request)?;
                load_page(tx, &request, search.as_ref())
            })
            .await
    }

    /// Returns a page like [`Store::incident_page`], with the counts of the whole list.
    pub async fn incident_list(&self, request: ListRequest) -> Result<IncidentList> {
        self.prepare_search(&request).await;
        self.read_pool
            .run(move |tx| {
                let request = request.for_account(tx)?;
                let search = Search::run(tx, &request)?;
                Ok(IncidentList {
                    page: load_page(tx, &request, search.as_ref())?,
                    facets: facets::load_facets(tx, &request, search)?,
                })
            })
            .await
    }

    async fn prepare_search(&self, request: &ListRequest) {
        if !request.query.filter.words.is_empty() {
            self.index_before_search().await;
        }
    }
}

impl ListRequest {
    /// Returns the request with what the account of the viewer may see.
    fn for_account(self, tx: &Connection) -> Result<Self> {
        Ok(Self {
            viewer: effective_viewer(tx, &self.viewer)?,
            ..self
        })
    }

    /// Returns the bounds of the declared range.
    pub(crate) fn declared(&self) -> TimeBounds {
        self.query.filter.declared_bounds(&self.clock)
    }

    /// Returns the selection of the incidents that pass a filter.
    pub(crate) fn selection<'a>(
        &'a self,
        filter: &'a IncidentFilter,
        purpose: Purpose,
    ) -> Selection<'a> {
        Selection {
            viewer: &self.viewer,
            filter,
            declared: filter.declared_bounds(&self.clock),
            purpose,
            after: None,
        }
    }
}

/// The position of an incident in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Position {
    section: usize,
    at: String,
    id: i64,
}

fn load_page(
    tx: &Connection,
    request: &ListRequest,
    search: Option<&Search>,
) -> Result<IncidentPage> {
    let query = &request.query;
    let sections = sections(query.grouping, query.sort);
    if query.cursor.is_some_and(|it| it.section >= sections.len()) {
        return Err(ListCursor::rejection().into());
    }
    let mut positions = match search {
        Some(search) => positions_of(&search.passing, &sections, query.cursor),
        None => select_positions(tx, request, &sections)?,
    };
    let has_more = positions.len() > MAX_PAGE;
    positions.truncate(MAX_PAGE);
    let last = positions.last().filter(|_| has_more);
    let next = last.map(cursor_of).transpose()?;
    let incidents = positions
        .iter()
        .map(|position| find_listed_incident(tx, position.id))
        .collect::<Result<Vec<_>>>()?;
    let commanders = incidents
        .iter()
        .filter_map(|it| it.summary.commander.as_ref());
    Ok(IncidentPage {
        names: users::user_names(tx, commanders)?,
        incidents,
        next,
        is_partial: search.is_some_and(|it| it.is_partial),
    })
}

fn cursor_of(position: &Position) -> Result<ListCursor> {
    let at: Timestamp = position.at.parse().map_err(crate::error::Error::internal)?;
    Ok(ListCursor {
        section: position.section,
        millis: at.epoch_millis(),
        id: IncidentId(position.id),
    })
}

/// Selects the positions of a page, and one more.
fn select_positions(
    tx: &Connection,
    request: &ListRequest,
    sections: &[Section],
) -> Result<Vec<Position>> {
    let cursor = request.query.cursor;
    let first = cursor.map_or(0, |it| it.section);
    let after = cursor.map(|it| {
        let at = Timestamp::from_epoch_millis(it.millis);
        (at.to_string(), it.id.number())
    });
    let mut positions = Vec::new();
    for (index, section) in sections.iter().enumerate().skip(first) {
        let Some(filter) = section.narrow(&request.query.filter) else {
            continue;
        };
        let start = after.as_ref().filter(|_| index == first);
        let selection = Selection {
            after: start.map(|(at, id)| (at.as_str(), *id)),
            ..request.selection(&filter, Purpose::Page(section.order))
        };
        let columns = format!("id, {}", section.order.column());
        let missing = MAX_PAGE + 1 - positions.len();
        selection.for_each(tx, &columns, missing, |row| {
            positions.push(Position {
                section: index,
                at: row.get(1)?,
                id: row.get(0)?,
            });
            Ok(())
        })?;
        if positions.len() > MAX_PAGE {
            break;
        }
    }
    Ok(positions)
}

/// Returns the positions of a page among the matching rows, and one more.
fn positions_of(
    rows: &[MatchingRow],
    sections: &[Section],
    cursor: Option<ListCursor>,
) -> Vec<Position> {
    let mut positions: Vec<Position> = rows
        .iter()
        .filter_map(|row| {
            let section = sections.iter().position(|it| it.contains(&row.incident))?;
            Some(Position {
                section,
                at: row.sort_key(sections[section].order),
                id: row.id,
            })
        })
        .collect();
    let order = |a: &Position, b: &Position| {
        let within = (&a.at, a.id).cmp(&(&b.at, b.id));
        let ascends = sections[a.section].order.ascends();
        let within = if ascends { within } else { within.reverse() };
        a.section.cmp(&b.section).then(within)
    };
    if let Some(cursor) = cursor {
        let last = Position {
            section: cursor.section,
            at: Timestamp::from_epoch_millis(cursor.millis).to_string(),
            id: cursor.id.number(),
        };
        positions.retain(|it| order(it, &last).is_gt());
    }
    if positions.len() > MAX_PAGE + 1 {
        positions.select_nth_unstable_by(MAX_PAGE, order);
        positions.truncate(MAX_PAGE + 1);
    }
    positions.sort_by(order);
    positions
}

fn find_listed_incident(tx: &Connection, id: i64) -> Result<ListedIncident> {
    let fields = field_values::field_values_of(tx, IncidentId(id))?;
    let incident = tx
        .prepare_cached(
            "SELECT id, title, severity, status, commander, declared_by, declared_at, resolved_at,
                    channel_id, channel_state, visibility, kind, impact_state, last_activity_at,
                    (SELECT min(started_at) FROM impacts
                      WHERE incident_id = :id AND ended_at IS NULL) AS impact_since,
                    (SELECT count(*) FROM tasks
                      WHERE incident_id = :id AND done_at IS NULL) AS open_tasks
               FROM incidents WHERE id = :id",
        )?
        .query_row(named_params! { ":id": id }, |row| {
            Ok(ListedIncident {
                summary: summary_from_row(row)?,
                impact: parse_column(row, "impact_state")?,
                impact_since: parse_optional_column(row, "impact_since")?,
                last_activity_at: parse_column(row, "last_activity_at")?,
                open_tasks: row.get("open_tasks")?,
                fields,
            })
        })?;
    Ok(incident)
}
