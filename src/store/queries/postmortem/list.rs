//! The list of postmortems: the resolved incidents that a viewer may see and the states of their postmortems, page
//! by page. Incidents that are open and have a postmortem all the same come first.

use rusqlite::types::Value;
use rusqlite::{Connection, Row};

use crate::domain::postmortem::{PostmortemState, PostmortemStatus};
use crate::domain::{ListCursor, Timestamp, UserId, UserNames, Viewer};
use crate::error::{Error, Result};
use crate::store::db::sql_types::{optional_user, parse_column, parse_optional_column};
use crate::store::effective_viewer::effective_viewer;
use crate::store::queries::incident_filter::filter_sql::{
    IS_MINE, Parameter, VISIBLE, bound, viewer_parameters,
};
use crate::store::queries::incident_list;
use crate::store::tables::workspace::users;
use crate::store::{IncidentSummary, Store};

/// The number of postmortems of a page.
const PER_PAGE: usize = 50;

/// The columns of a listed postmortem.
const COLUMNS: &str = "id, title, severity, status, commander, declared_by, declared_at, resolved_at, channel_id,
    channel_state, visibility, kind, postmortem_state, coalesce(postmortem_owner, commander) AS owner,
    (SELECT status FROM postmortems WHERE incident_id = incidents.id) AS postmortem_status,
    (SELECT attached_url FROM postmortems WHERE incident_id = incidents.id) AS attached_url,
    (SELECT count(*) FROM tasks
      WHERE incident_id = incidents.id AND tasks.kind = 'follow_up' AND done_at IS NULL) AS open_follow_ups";

/// Which postmortems the list contains.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostmortemListFilter {
    /// The state; `None` for all.
    pub state: Option<PostmortemState>,
    /// Whether only those that the viewer owns are listed. One that is not started is up to the commander.
    pub is_mine: bool,
    /// When the incidents were resolved at the earliest; `None` for any time.
    pub resolved_since: Option<Timestamp>,
    /// Whether tests are listed as well.
    pub has_tests: bool,
}

/// A request for a page of the list.
#[derive(Clone, Debug)]
pub struct PostmortemListRequest {
    /// On whose behalf it is read.
    pub viewer: Viewer,
    /// The filter.
    pub filter: PostmortemListFilter,
    /// The last postmortem of the page before; `None` for the first page.
    pub after: Option<ListCursor>,
}

/// An incident and the state of its postmortem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPostmortem {
    /// The incident.
    pub incident: IncidentSummary,
    /// The state.
    pub state: PostmortemState,
    /// The status, also of one that is attached; `None` while there is no postmortem.
    pub status: Option<PostmortemStatus>,
    /// The owner; the commander while there is no postmortem, or `None` if there is none either.
    pub owner: Option<UserId>,
    /// The URL of one that is attached.
    pub attached_url: Option<String>,
    /// The number of follow-ups that are not done.
    pub open_follow_ups: i64,
}

/// A page of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostmortemPage {
    /// The postmortems.
    pub postmortems: Vec<ListedPostmortem>,
    /// The names of the owners.
    pub names: UserNames,
    /// The cursor of the next page, if there is one.
    pub next: Option<ListCursor>,
}

impl Store {
    /// Returns a page of the list of postmortems.
    ///
    /// # Errors
    /// Returns [`Error::Rejected`] if the list has no page with this cursor.
    pub async fn postmortem_page(&self, request: PostmortemListRequest) -> Result<PostmortemPage> {
        self.read_pool
            .run(move |tx| {
                let request = PostmortemListRequest {
                    viewer: effective_viewer(tx, &request.viewer)?,
                    ..request
                };
                load_page(tx, &request)
            })
            .await
    }
}

/// A part of the list with an order of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListSection {
    /// Open incidents that have a postmortem, the newest first.
    Open,
    /// Resolved incidents, the last resolved first.
    Resolved,
}

const SECTIONS: [ListSection; 2] = [ListSection::Open, ListSection::Resolved];

fn load_page(tx: &Connection, request: &PostmortemListRequest) -> Result<PostmortemPage> {
    let start = request.after.map_or(0, |cursor| cursor.section);
    if start >= SECTIONS.len() {
        return Err(Error::Rejected(ListCursor::rejection().0));
    }
    let mut rows: Vec<(usize, ListedPostmortem)> = Vec::new();
    for (index, section) in SECTIONS.into_iter().enumerate().skip(start) {
        let missing = PER_PAGE + 1 - rows.len();
        let after = request.after.filter(|cursor| cursor.section == index);
        let listed = load_section(tx, request, (section, after), missing)?;
        rows.extend(listed.into_iter().map(|listed| (index, listed)));
    }
    let has_more = rows.len() > PER_PAGE;
    rows.truncate(PER_PAGE);
    let last = rows.last().filter(|_| has_more);
    let next = last.map(|(section, listed)| cursor_after(*section, &listed.incident));
    let postmortems: Vec<_> = rows.into_iter().map(|(_, listed)| listed).collect();
    let owners: Vec<_> = postmortems
        .iter()
        .filter_map(|it| it.owner.clone())
        .collect();
    Ok(PostmortemPage {
        names: users::user_names(tx, &owners)?,
        postmortems,
        next,
    })
}

fn cursor_after(section: usize, incident: &IncidentSummary) -> ListCursor {
    ListCursor {
        section,
        millis: incident.resolved_at.map_or(0, Timestamp::epoch_millis),
        id: incident.id,
    }
}

fn load_section(
    tx: &Connection,
    request: &PostmortemListRequest,
    (section, after): (ListSection, Option<ListCursor>),
    limit: usize,
) -> Result<Vec<ListedPostmortem>> {
    let Some((sql, mut parameters)) = section_sql(request, section, after) else {
        return Ok(Vec::new());
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    parameters.push((":limit".to_owned(), Value::Integer(limit)));
    let listed = tx
        .prepare_cached(&sql)?
        .query_map(bound(&parameters).as_slice(), from_row)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(listed)
}

/// Returns the statement of a section and its parameters, without `:limit`; `None` if the filter excludes the
/// section.
pub(super) fn section_sql(
    request: &PostmortemListRequest,
    section: ListSection,
    after: Option<ListCursor>,
) -> Option<(String, Vec<Parameter>)> {
    let filter = &request.filter;
    let mut parameters = viewer_parameters(&request.viewer);
    let mut conditions = vec![VISIBLE.to_owned()];
    let (source, order) = match section {
        ListSection::Open if filter.resolved_since.is_some() => return None,
        ListSection::Open => {
            conditions.push("status IN ('active', 'stable')".to_owned());
            conditions.push("postmortem_state <> 'not_started'".to_owned());
            ("INDEXED BY incidents_open", "id DESC")
        }
        ListSection::Resolved => {
            conditions.push("resolved_at IS NOT NULL".to_owned());
            (resolved_source(request), "resolved_at DESC, id DESC")
        }
    };
    if request.viewer.is_restricted() {
        conditions.push(IS_MINE.to_owned());
    }
    if let Some(state) = filter.state {
        conditions.push(format!("postmortem_state = '{}'", state.as_str()));
    }
    if filter.is_mine {
        conditions.push("coalesce(postmortem_owner, commander) = :viewer".to_owned());
    }
    if !filter.has_tests {
        conditions.push("+kind = 'real'".to_owned());
    }
    if let Some(since) = filter.resolved_since {
        conditions.push("resolved_at >= :since".to_owned());
        parameters.push((":since".to_owned(), Value::Text(since.to_string())));
    }
    if let Some(cursor) = after {
        add_cursor(section, cursor, &mut conditions, &mut parameters);
    }
    let conditions = conditions.join(" AND ");
    let sql = format!(
        "SELECT {COLUMNS} FROM incidents {source} WHERE {conditions} ORDER BY {order} LIMIT :limit"
    );
    Some((sql, parameters))
}

fn add_cursor(
    section: ListSection,
    cursor: ListCursor,
    conditions: &mut Vec<String>,
    parameters: &mut Vec<Parameter>,
) {
    let id = Value::Integer(cursor.id.number());
    parameters.push((":after_id".to_owned(), id));
    match section {
        ListSection::Open => conditions.push("id < :after_id".to_owned()),
        ListSection::Resolved => {
            let at = Timestamp::from_epoch_millis(cursor.millis).to_string();
            parameters.push((":after_at".to_owned(), Value::Text(at)));
            conditions.push("(resolved_at, id) < (:after_at, :after_id)".to_owned());
        }
    }
}

/// Returns the index that yields the resolved incidents in order. A restricted viewer sees few: they are sorted.
fn resolved_source(request: &PostmortemListRequest) -> &'static str {
    let filter = &request.filter;
    match (request.viewer.is_restricted(), filter.is_mine, filter.state) {
        (true, ..) => "",
        (false, true, _) => "INDEXED BY incidents_of_postmortem_owner",
        (false, false, Some(_)) => "INDEXED BY incidents_of_postmortem_state",
        (false, false, None) => "INDEXED BY incidents_resolved",
    }
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<ListedPostmortem> {
    Ok(ListedPostmortem {
        incident: incident_list::summary_from_row(row)?,
        state: parse_column(row, "postmortem_state")?,
        status: parse_optional_column(row, "postmortem_status")?,
        owner: optional_user(row, "owner")?,
        attached_url: row.get("attached_url")?,
        open_follow_ups: row.get("open_follow_ups")?,
    })
}
