//! The tasks and follow-ups of all incidents that a viewer may see, page by page.

use rusqlite::{Connection, Row, named_params};

use crate::domain::{IncidentId, IncidentKind, Task, Timestamp, UserId, Viewer, Visibility};
use crate::error::Result;
use crate::store::db::sql_types::{parse_column, parse_optional_column};
use crate::store::effective_viewer::effective_viewer;
use crate::store::queries::home::{self, Page};
use crate::store::queries::incident_list::{self, PageRange};
use crate::store::tables::incident::task_handles;
use crate::store::{Store, tables};

/// Number of tasks per page.
const TASKS_PER_PAGE: i64 = 50;

/// Which tasks a list contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskFilter {
    /// The open ones of the viewer.
    Mine,
    /// The open ones.
    Open,
    /// The open ones whose deadline has passed.
    Overdue,
    /// The open follow-ups.
    FollowUps,
    /// The finished ones, the last finished first.
    Done,
}

impl TaskFilter {
    /// Returns the SQL that selects the tasks. `:user` and `:now` are bound.
    fn condition(self) -> &'static str {
        match self {
            Self::Mine => {
                "done_at IS NULL AND EXISTS (
                     SELECT 1 FROM task_assignees
                      WHERE task_assignees.incident_id = tasks.incident_id
                        AND task_assignees.number = tasks.number AND user_id = :user)"
            }
            Self::Open => "done_at IS NULL",
            Self::Overdue => "done_at IS NULL AND due_at <= :now",
            Self::FollowUps => "done_at IS NULL AND tasks.kind = 'follow_up'",
            Self::Done => "done_at IS NOT NULL",
        }
    }

    fn order(self) -> &'static str {
        match self {
            Self::Mine | Self::Open | Self::Overdue | Self::FollowUps => {
                "due_at IS NULL, due_at, tasks.incident_id, tasks.number"
            }
            Self::Done => "done_at DESC, tasks.incident_id, tasks.number",
        }
    }
}

/// A task, with its incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedTask {
    /// The incident's ID.
    pub incident: IncidentId,
    /// The incident's title.
    pub title: String,
    /// The incident's visibility.
    pub visibility: Visibility,
    /// Whether the incident is real or a test.
    pub incident_kind: IncidentKind,
    /// The task.
    pub task: Task,
}

impl Store {
    /// Returns a page of the tasks that match the filter, of incidents that the viewer may see. Pages are
    /// counted from 0; a page after the last one is the last.
    pub async fn list_tasks(
        &self,
        viewer: Viewer,
        filter: TaskFilter,
        now: Timestamp,
        page: i64,
    ) -> Result<Page<ListedTask>> {
        self.read_pool
            .run(move |tx| {
                home::load_page(page, TASKS_PER_PAGE, |range| {
                    tasks_in_range(tx, &viewer, filter, now, range)
                })
            })
            .await
    }
}

fn tasks_in_range(
    tx: &Connection,
    viewer: &Viewer,
    filter: TaskFilter,
    now: Timestamp,
    range: PageRange,
) -> Result<(Vec<ListedTask>, i64)> {
    let (condition, order) = (filter.condition(), filter.order());
    let mut select = tx.prepare_cached(&format!(
        "SELECT tasks.incident_id, tasks.number, tasks.kind, description, due_at, done_at,
                title, visibility, incidents.kind AS incident_kind, channel_id,
                EXISTS (SELECT 1 FROM responders
                         WHERE responders.incident_id = tasks.incident_id
                           AND responders.user_id = :user) AS takes_part
           FROM tasks JOIN incidents ON incidents.id = tasks.incident_id
          WHERE {condition} AND :now IS NOT NULL ORDER BY {order}"
    ))?;
    let viewer = &effective_viewer(tx, viewer)?;
    let user = viewer.user_id().map(UserId::as_str);
    let mut rows = select.query(named_params! { ":user": user, ":now": now.to_string() })?;
    let positions = range.offset..range.offset.saturating_add(range.limit);
    let (mut tasks, mut total) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        if !incident_list::is_row_visible(viewer, row)? {
            continue;
        }
        if positions.contains(&total) {
            tasks.push(task_from_row(row)?);
        }
        total += 1;
    }
    for listed in &mut tasks {
        let task = &mut listed.task;
        task.assignees = tables::incident::tasks::assignees_of(tx, listed.incident, task.number)?;
        task_handles::load_handles(tx, listed.incident, std::slice::from_mut(task))?;
    }
    Ok((tasks, total))
}

fn task_from_row(row: &Row<'_>) -> rusqlite::Result<ListedTask> {
    Ok(ListedTask {
        incident: IncidentId(row.get("incident_id")?),
        title: row.get("title")?,
        visibility: parse_column(row, "visibility")?,
        incident_kind: parse_column(row, "incident_kind")?,
        task: Task {
            number: row.get("number")?,
            kind: parse_column(row, "kind")?,
            description: row.get("description")?,
            assignees: Vec::new(),
            handles: Vec::new(),
            due_at: parse_optional_column(row, "due_at")?,
            done_at: parse_optional_column(row, "done_at")?,
        },
    })
}
