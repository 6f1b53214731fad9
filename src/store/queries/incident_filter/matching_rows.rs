//! The rows of incidents that pages with search words and facets read: the attributes that a filter compares,
//! and those that a list is ordered by.

use std::str::FromStr;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::domain::{
    DetectionMethod, FilteredIncident, ImpactState, IncidentFilter, IncidentId, Severity, Status,
    UserId, Viewer, Visibility,
};
use crate::error::Result;
use crate::store::db::full_text::{Hits, SearchWords};
use crate::store::db::sql_types::parse_column;
use crate::store::queries::incident_filter::filter_sql::{
    Parameter, VISIBLE, bound, viewer_parameters,
};
use crate::store::queries::incident_filter::list_sections::SectionOrder;

/// The maximum number of rows that are counted. A count that reaches it is shown as “10,000+”.
pub(crate) const MAX_COUNTED: usize = 10_000;

/// The number of the newest incidents whose titles are searched for words that the index cannot find.
const MAX_TITLES: usize = 50_000;

/// The columns that a filter compares, without the order's columns. An index contains all of them.
const COUNTED_COLUMNS: &str =
    "id, status, severity, commander, impact_state, detection_method, declared_at,
        visibility, kind, channel_state";

/// Whether the viewer is a responder.
const IS_RESPONDER: &str = "EXISTS (SELECT 1 FROM responders
        WHERE incident_id = incidents.id AND user_id = :viewer) AS is_mine";

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
    if filter.is_mine {
        IS_RESPONDER
    } else {
        "0 AS is_mine"
    }
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
    /// Reads a row.
    pub(crate) fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let kind = row.get_ref("kind")?;
        let channel_state = row.get_ref("channel_state")?;
        Ok(Self {
            id: row.get("id")?,
            incident: FilteredIncident {
                status: enum_column(row, "status", &Status::ALL, Status::as_str)?,
                severity: enum_column(row, "severity", &Severity::ALL, Severity::as_str)?,
                commander: UserId(row.get("commander")?),
                is_mine: row.get("is_mine")?,
                impact: enum_column(row, "impact_state", &ImpactState::ALL, ImpactState::as_str)?,
                detection_method: enum_column(
                    row,
                    "detection_method",
                    &DetectionMethod::ALL,
                    DetectionMethod::as_str,
                )?,
                declared_at: parse_column(row, "declared_at")?,
                visibility: enum_column(row, "visibility", &Visibility::ALL, Visibility::as_str)?,
                is_test: kind.as_str()? != "real",
                is_archived: channel_state.as_str()? == "archived",
            },
            resolved_at: row
                .get::<_, Option<String>>("resolved_at")?
                .unwrap_or_default(),
            last_activity_at: row.get("last_activity_at")?,
        })
    }

    /// Returns the timestamp by which a section orders the row.
    pub(crate) fn sort_key(&self, order: SectionOrder) -> String {
        match order {
            SectionOrder::Newest | SectionOrder::Oldest => self.incident.declared_at.to_string(),
            SectionOrder::LastResolved => self.resolved_at.clone(),
            SectionOrder::LastActive => self.last_activity_at.clone(),
        }
    }
}

/// Reads a stored name of an enum. Parsing would normalize each of thousands of names.
fn enum_column<T: Copy + FromStr>(
    row: &Row<'_>,
    column: &str,
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
        if rows.len() > MAX_COUNTED {
            rows.truncate(MAX_COUNTED);
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
        "SELECT title, {columns} FROM incidents WHERE {VISIBLE} ORDER BY id DESC LIMIT {MAX_TITLES}"
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
        if result.rows.len() >= MAX_COUNTED {
            break;
        }
    }
    result.is_capped = count >= MAX_TITLES || result.rows.len() >= MAX_COUNTED;
    Ok(result)
}

/// Reads rows of incidents that the viewer may see.
struct RowReader<'a> {
    statement: rusqlite::CachedStatement<'a>,
    parameters: Vec<Parameter>,
}

impl<'a> RowReader<'a> {
    /// Prepares the statement.
    fn new(tx: &'a Connection, viewer: &Viewer, columns: &str) -> Result<Self> {
        let sql = format!("SELECT {columns} FROM incidents WHERE id = :id AND {VISIBLE}");
        let mut parameters = viewer_parameters(viewer);
        parameters.push((":id".to_owned(), Value::Null));
        Ok(Self {
            statement: tx.prepare_cached(&sql)?,
            parameters,
        })
    }

    /// Returns the row of an incident, or `None` if the viewer may not see it.
    fn read(&mut self, id: IncidentId) -> Result<Option<MatchingRow>> {
        if let Some((_, value)) = self.parameters.last_mut() {
            *value = Value::Integer(id.number());
        }
        let parameters = bound(&self.parameters);
        let row = self
            .statement
            .query_row(parameters.as_slice(), MatchingRow::from_row);
        Ok(row.optional()?)
    }
}
