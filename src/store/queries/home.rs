//! The content of a Home view: the user's open incidents and tasks, and all open incidents.

use std::ops::ControlFlow;

use rusqlite::{Connection, OptionalExtension, Row, Statement, named_params};

use crate::domain::postmortem::PostmortemStatus;
use crate::domain::{
    ChannelId, IncidentId, ScheduleKind, SeverityScale, TaskRef, Timestamp, UserId, Viewer,
};
use crate::error::Result;
use crate::store::IncidentSummary;
use crate::store::db::sql_types::{parse_column, parse_optional_column};
use crate::store::effective_viewer::effective_viewer;
use crate::store::queries::filtered_list;
use crate::store::queries::incident_list::{self, PageRange};
use crate::store::tables::postmortem::postmortems;
use crate::store::tables::workspace::{home_views, settings};

/// Number of the user's incidents per page.
const OWN_INCIDENTS_PER_PAGE: i64 = 10;

/// Number of open incidents per page. Slack: a view has at most 100 blocks, and each item takes two,
/// docs.slack.dev/surfaces/app-home.
const OPEN_INCIDENTS_PER_PAGE: i64 = 15;

/// Number of tasks per page.
const TASKS_PER_PAGE: i64 = 10;

/// Number of closed incidents.
const RECENTLY_RESOLVED: usize = 5;

/// The current content of a user's Home view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeView {
    /// The user's ID.
    pub user: UserId,
    /// The open incidents in which the user is a responder.
    pub own_incidents: Page<IncidentSummary>,
    /// The user's open tasks and follow-ups.
    pub tasks: Page<HomeTask>,
    /// All open incidents that the user may see.
    pub open_incidents: Page<IncidentSummary>,
    /// The last resolved incidents that the user may see, the latest first.
    pub recently_resolved: Vec<ResolvedIncident>,
    /// The severities that the team uses.
    pub scale: SeverityScale,
    /// Digest of the published view; empty if unknown.
    pub published_digest: String,
    /// Number of attempts since the last successful publication.
    pub attempts: i64,
    /// Whether the user is waiting for the view: they opened it or changed a page.
    pub is_requested: bool,
    /// When it became outdated.
    pub(crate) since: Timestamp,
    /// The revision that it shows.
    pub(crate) revision: i64,
}

/// A resolved incident and the state of its postmortem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedIncident {
    /// The incident.
    pub summary: IncidentSummary,
    /// The status of its postmortem; `None` without one.
    pub postmortem: Option<PostmortemStatus>,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<Item> {
    /// The items on the page.
    pub items: Vec<Item>,
    /// The page number, from 0.
    pub number: i64,
    /// Number of pages, at least 1.
    pub page_count: i64,
    /// Number of items on all pages.
    pub item_count: i64,
}

/// A task in its assignee's Home view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeTask {
    /// The incident's ID.
    pub incident: IncidentId,
    /// The incident's channel; `None` until it is created.
    pub channel: Option<ChannelId>,
    /// The task.
    pub task: TaskRef,
    /// The deadline; `None` without one.
    pub due_at: Option<Timestamp>,
}

/// Loads the Home view of a user, or `None` if they never opened it.
pub(crate) fn find_home_view(tx: &Connection, user: &UserId) -> Result<Option<HomeView>> {
    let Some(row) = find_row(tx, user)? else {
        return Ok(None);
    };
    let viewer = Viewer::user(user);
    let [mine, tasks, open] = row.page_numbers;
    Ok(Some(HomeView {
        user: user.clone(),
        own_incidents: load_page(mine, OWN_INCIDENTS_PER_PAGE, |part| {
            incidents_of_user(tx, user, part)
        })?,
        tasks: load_page(tasks, TASKS_PER_PAGE, |part| tasks_of_user(tx, user, part))?,
        open_incidents: load_page(open, OPEN_INCIDENTS_PER_PAGE, |part| {
            incident_list::open_incidents_page(tx, &viewer, part)
        })?,
        recently_resolved: recently_resolved(tx, &viewer)?,
        scale: settings::current_settings(tx)?.severity_scale(),
        published_digest: row.published_digest,
        attempts: row.attempts,
        is_requested: row.is_requested,
        since: row.since,
        revision: home_views::home_revision(tx)?,
    }))
}

/// The stored state of a Home view.
struct HomeViewRow {
    page_numbers: [i64; 3],
    published_digest: String,
    attempts: i64,
    since: Timestamp,
    is_requested: bool,
}

fn find_row(tx: &Connection, user: &UserId) -> Result<Option<HomeViewRow>> {
    let row = tx
        .prepare_cached(
            "SELECT mine_page, tasks_page, open_page, published_digest, attempts, since,
                    base_at IS NULL AS is_requested
               FROM home_views JOIN schedule ON kind = :kind AND key = user_id
              WHERE user_id = :user",
        )?
        .query_row(
            named_params! { ":user": user.as_str(), ":kind": ScheduleKind::HomeRefresh.as_str() },
            |row| {
                Ok(HomeViewRow {
                    page_numbers: [
                        row.get("mine_page")?,
                        row.get("tasks_page")?,
                        row.get("open_page")?,
                    ],
                    published_digest: row.get("published_digest")?,
                    attempts: row.get("attempts")?,
                    since: parse_column(row, "since")?,
                    is_requested: row.get("is_requested")?,
                })
            },
        )
        .optional()?;
    Ok(row)
}

/// Loads a page of a list, or the last page if the list has become shorter. `list` returns a range and
/// the total number.
pub(crate) fn load_page<Item>(
    requested_number: i64,
    size: i64,
    list: impl Fn(PageRange) -> Result<(Vec<Item>, i64)>,
) -> Result<Page<Item>> {
    let part = |number: i64| PageRange {
        offset: number.saturating_mul(size),
        limit: size,
    };
    let mut number = requested_number.max(0);
    let (mut items, total) = list(part(number))?;
    let page_count = ((total + size - 1) / size).max(1);
    if number >= page_count {
        number = page_count - 1;
        items = list(part(number))?.0;
    }
    Ok(Page {
        items,
        number,
        page_count,
        item_count: total,
    })
}

/// Returns the last resolved incidents that the viewer may see.
fn recently_resolved(tx: &Connection, viewer: &Viewer) -> Result<Vec<ResolvedIncident>> {
    let mut incidents = Vec::new();
    incident_list::for_each_visible(tx, viewer, filtered_list::RESOLVED, |incident| {
        incidents.push(incident);
        if incidents.len() < RECENTLY_RESOLVED {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    })?;
    let with_postmortem = |summary: IncidentSummary| {
        let postmortem = postmortems::find(tx, summary.id)?;
        Ok(ResolvedIncident {
            summary,
            postmortem: postmortem.map(|it| it.status),
        })
    };
    incidents.into_iter().map(with_postmortem).collect()
}

/// Returns a page of the open incidents in which the user is a responder, and their total number.
pub fn incidents_of_user(
    tx: &Connection,
    user: &UserId,
    part: PageRange,
) -> Result<(Vec<IncidentSummary>, i64)> {
    let mut select = tx.prepare_cached(
        "SELECT id, title, severity, status, commander, declared_by, declared_at, resolved_at, channel_id,
                channel_state, visibility, kind, 1 AS takes_part
           FROM responders INDEXED BY responders_by_user
           JOIN incidents ON incidents.id = responders.incident_id
          WHERE responders.user_id = :user AND status IN ('active', 'stable')
          ORDER BY status, severity_rank, id DESC",
    )?;
    select_visible(tx, &mut select, user, part, incident_list::summary_from_row)
}

/// Returns a page of the user's open tasks and follow-ups, ordered by deadline, and their total number.
pub fn tasks_of_user(
    tx: &Connection,
    user: &UserId,
    part: PageRange,
) -> Result<(Vec<HomeTask>, i64)> {
    let mut select = tx.prepare_cached(
        "SELECT tasks.incident_id, tasks.number, tasks.kind, description, tasks.due_at, channel_id,
                visibility, EXISTS (SELECT 1 FROM responders
                                     WHERE responders.incident_id = tasks.incident_id
                                       AND responders.user_id = :user) AS takes_part
           FROM task_assignees INDEXED BY task_assignees_by_user
           JOIN tasks ON tasks.incident_id = task_assignees.incident_id
                     AND tasks.number = task_assignees.number
           JOIN incidents ON incidents.id = tasks.incident_id
          WHERE task_assignees.user_id = :user AND done_at IS NULL
          ORDER BY tasks.due_at IS NULL, tasks.due_at, tasks.incident_id, tasks.number",
    )?;
    select_visible(tx, &mut select, user, part, task_from_row)
}

/// Runs a query for a user. Returns a page of the rows that the user may see, and their total number.
fn select_visible<Item>(
    tx: &Connection,
    select: &mut Statement<'_>,
    user: &UserId,
    part: PageRange,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<Item>,
) -> Result<(Vec<Item>, i64)> {
    let viewer = effective_viewer(tx, &Viewer::user(user))?;
    let range = part.offset..part.offset.saturating_add(part.limit);
    let mut rows = select.query(named_params! { ":user": user.as_str() })?;
    let (mut visible, mut total) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        if !incident_list::is_row_visible(&viewer, row)? {
            continue;
        }
        if range.contains(&total) {
            visible.push(read(row)?);
        }
        total += 1;
    }
    Ok((visible, total))
}

fn task_from_row(row: &Row<'_>) -> rusqlite::Result<HomeTask> {
    Ok(HomeTask {
        incident: IncidentId(row.get("incident_id")?),
        channel: row.get::<_, Option<String>>("channel_id")?.map(ChannelId),
        task: TaskRef {
            number: row.get("number")?,
            kind: parse_column(row, "kind")?,
            description: row.get("description")?,
        },
        due_at: parse_optional_column(row, "due_at")?,
    })
}
