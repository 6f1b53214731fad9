//! The rows of incidents that pages with search words and facets read: the attributes that a filter compares,
//! and those that a list is ordered by.

use std::collections::BTreeMap;
use std::str::FromStr;

use rusqlite::{Connection, Row};

use crate::domain::{
    DetectionMethod, FilteredIncident, ImpactState, IncidentFilter, IncidentId, Severity, Status,
    UserId, Viewer, Visibility,
};
use crate::error::Result;
use crate::store::db::full_text::{Hits, SearchWords};
use crate::store::db::sql_types::parse_column;
use crate::store::queries::incident_filter::field_counts;
use crate::store::queries::incident_filter::filter_sql::{
    IS_RESPONDER, VISIBLE, bound, viewer_parameters,
};
use crate::store::queries::incident_filter::list_sections::SectionOrder;

/// The maximum number of rows that are counted. A count that reaches it is shown as “10,000+”.
pub(crate) const MAX_COUNTED: usize = 10_000;

/// The maximum number of incidents with the search words. The newest are read.
const MAX_FOUND: usize = 4_000;

/// The number of the newest incidents whose titles are searched for words that the index cannot find.
const MAX_TITLES: usize = 20_000;

/// The columns that a filter compares, without the order's columns, in the order in which
/// [`MatchingRow::from_row`] reads them. An index contains all of them.
const COUNTED_COLUMNS: &str =
    "id, status, severity, commander, impact_state, detection_method, declared_at,
        visibility, kind, channel_state";

/// Returns the columns of a row for a filter.
pub(crate) fn columns_of(filter: &IncidentFilter) -> String {
    let is_mine = is_mine_column(filter);
    format!("{COUNTED_COLUMNS}, {is_mine}, resolved_at, last_activity_at")
}

/// Returns the columns of a row that is counted, not listed.
pub(crate) fn counted_columns_of(filter: &IncidentFilter) -> String {
    let is_mine = is_mine_column(filter);
    format!("{COUNTED_COLUMNS}, {is_mine}, NULL AS resolved_at, '' AS last_activity_at")
}

/// Returns whether the viewer is a responder, if the filter asks.
fn is_mine_column(filter: &IncidentFilter) -> &'static str {
    if filter.is_mine { IS_RESPONDER } else { "0" }
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MatchingRow {
    /// The incident's number.
    pub(crate) id: i64,
    /// The attributes that a filter compares.
    pub(crate) incident: FilteredIncident,
    /// When it was resolved; empty while it is open.
    pub(crate) resolved_at: String,
    /// When its last timeline entry was recorded.
    pub(crate) last_activity_at: String,
}

impl MatchingRow {
    /// Reads a row with the columns of [`columns_of`], by their positions: finding a column by its name
    /// takes longer than reading it.
    pub(crate) fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let text = |position| {
            row.get_ref(position)?
                .as_str()
                .map_err(rusqlite::Error::from)
        };
        Ok(Self {
            id: row.get(0)?,
            incident: FilteredIncident {
                status: enum_column(row, 1, &Status::ALL, Status::as_str)?,
                severity: enum_column(row, 2, &Severity::ALL, Severity::as_str)?,
                commander: row.get::<_, Option<String>>(3)?.map(UserId),
                impact: enum_column(row, 4, &ImpactState::ALL, ImpactState::as_str)?,
                detection_method: enum_column(
                    row,
                    5,
                    &DetectionMethod::ALL,
                    DetectionMethod::as_str,
                )?,
                declared_at: parse_column(row, 6)?,
                visibility: enum_column(row, 7, &Visibility::ALL, Visibility::as_str)?,
                is_test: text(8)? != "real",
                is_archived: text(9)? == "archived",
                is_mine: row.get(10)?,
                // Few filters compare them; see `field_counts::add_values`.
                fields: BTreeMap::new(),
            },
            resolved_at: row.get::<_, Option<String>>(11)?.unwrap_or_default(),
            last_activity_at: row.get(12)?,
        })
    }

    /// Returns the timestamp by which a section orders the row.
    pub(crate) fn sort_key(&self, order: SectionOrder) -> String {
        match order {
            SectionOrder::Newest | SectionOrder::Oldest => self.incident.declared_at.to_string(),
            SectionOrder::LastResolved => self.resolved_at.clone(),
            SectionOrder::LastActive | SectionOrder::LongestInactive => {
                self.last_activity_at.clone()
            }
        }
    }
}

/// Reads a stored name of an enum. Parsing would normalize each of thousands of names.
pub(crate) fn enum_column<T: Copy + FromStr>(
    row: &Row<'_>,
    column: usize,
    values: &[T],
    name_of: fn(T) -> &'static str,
) -> rusqlite::Result<T>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text = row.get_ref(column)?.as_str()?;
    let stored = values.iter().copied().find(|it| name_of(*it) == text);
    stored.map_or_else(|| parse_column(row, column), Ok)
}

/// The rows with the search words that the viewer may see, the newest first.
pub(crate) struct SearchResult {
    /// The rows.
    pub(crate) rows: Vec<MatchingRow>,
    /// Whether there may be more rows.
    pub(crate) is_capped: bool,
}

/// Finds the incidents with the search words. An incident's own number is found as well: `IR-7`.
pub(crate) fn search(
    tx: &Connection,
    viewer: &Viewer,
    filter: &IncidentFilter,
) -> Result<SearchResult> {
    let search = SearchWords::new(&filter.words);
    let columns = columns_of(filter);
    let mut result = if search.is_indexed() {
        search_index(tx, RowReader::new(tx, viewer, &columns)?, &search)?
    } else {
        search_titles(tx, viewer, &search, &columns)?
    };
    if let Ok(id) = filter.words.parse::<IncidentId>()
        && result.rows.iter().all(|row| row.id != id.number())
        && let Some(row) = RowReader::new(tx, viewer, &columns)?.read(id)?
    {
        result.rows.insert(0, row);
    }
    if !filter.fields.is_empty() {
        field_counts::add_values(tx, &mut result.rows)?;
    }
    Ok(result)
}

fn search_index(
    tx: &Connection,
    mut reader: RowReader<'_>,
    words: &SearchWords,
) -> Result<SearchResult> {
    let mut hits = Hits::new(tx, words);
    let mut rows = Vec::new();
    while let Some(id) = hits.next_hit()? {
        rows.extend(reader.read(id)?);
        if rows.len() > MAX_FOUND {
            rows.truncate(MAX_FOUND);
            return Ok(SearchResult {
                rows,
                is_capped: true,
            });
        }
    }
    Ok(SearchResult {
        rows,
        is_capped: false,
    })
}

/// Searches the titles of the newest incidents for words that the index cannot find.
fn search_titles(
    tx: &Connection,
    viewer: &Viewer,
    words: &SearchWords,
    columns: &str,
) -> Result<SearchResult> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT {columns}, title FROM incidents WHERE {VISIBLE} ORDER BY id DESC LIMIT {MAX_TITLES}"
    ))?;
    let parameters = viewer_parameters(viewer);
    let mut rows = statement.query(bound(&parameters).as_slice())?;
    let mut result = SearchResult {
        rows: Vec::new(),
        is_capped: false,
    };
    let mut count = 0;
    while let Some(row) = rows.next()? {
        count += 1;
        if words.are_in_title(row.get_ref("title")?.as_str().unwrap_or_default()) {
            result.rows.push(MatchingRow::from_row(row)?);
        }
        if result.rows.len() >= MAX_FOUND {
            break;
        }
    }
    result.is_capped = count >= MAX_TITLES || result.rows.len() >= MAX_FOUND;
    Ok(result)
}

/// Reads rows of incidents that the viewer may see. The parameters of the viewer are bound once.
struct RowReader<'a> {
    statement: rusqlite::CachedStatement<'a>,
    id_position: usize,
}

impl<'a> RowReader<'a> {
    /// Prepares the statement.
    fn new(tx: &'a Connection, viewer: &Viewer, columns: &str) -> Result<Self> {
        let sql = format!("SELECT {columns} FROM incidents WHERE id = :id AND {VISIBLE}");
        let mut statement = tx.prepare_cached(&sql)?;
        for (name, value) in viewer_parameters(viewer) {
            if let Some(position) = statement.parameter_index(&name)? {
                statement.raw_bind_parameter(position, value)?;
            }
        }
        let id_position = statement.parameter_index(":id")?.unwrap_or_default();
        Ok(Self {
            statement,
            id_position,
        })
    }

    /// Returns the row of an incident, or `None` if the viewer may not see it.
    fn read(&mut self, id: IncidentId) -> Result<Option<MatchingRow>> {
        self.statement
            .raw_bind_parameter(self.id_position, id.number())?;
        let mut rows = self.statement.raw_query();
        Ok(rows.next()?.map(MatchingRow::from_row).transpose()?)
    }
}
