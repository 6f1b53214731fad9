//! The personal lists of a Home view: the user's open incidents and tasks.

use muster_commands::{ChannelId, IncidentId, UserId};
use rusqlite::{Connection, Row, Statement, named_params};

use crate::domain::{TaskRef, Viewer};
use crate::error::Result;
use crate::store::IncidentSummary;
use crate::store::db::sql_types::parse_column;
use crate::store::tables::incident::incidents;
use crate::store::tables::incident::incidents::PageRange;
use crate::store::tables::workspace::home_views::HomeTask;

/// Returns a page of the open incidents in which the user is a responder, and their total number.
pub fn incidents_of_user(
    tx: &Connection,
    user: &UserId,
    part: PageRange,
) -> Result<(Vec<IncidentSummary>, i64)> {
    let mut select = tx.prepare_cached(
        "SELECT id, title, severity, status, commander, declared_at, channel_id, channel_state,
                visibility, kind, 1 AS takes_part
           FROM responders INDEXED BY responders_by_user
           JOIN incidents ON incidents.id = responders.incident_id
          WHERE responders.user_id = :user AND status IN ('active', 'stable')
          ORDER BY status, severity_rank, id DESC",
    )?;
    select_visible(&mut select, user, part, incidents::summary_from_row)
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
          WHERE task_assignees.user_id = :user AND position IS NOT NULL AND done_at IS NULL
          ORDER BY tasks.due_at IS NULL, tasks.due_at, tasks.incident_id, tasks.number",
    )?;
    select_visible(&mut select, user, part, task_from_row)
}

/// Runs a query for a user. Returns a page of the rows that the user may see, and their total number.
fn select_visible<Item>(
    select: &mut Statement<'_>,
    user: &UserId,
    part: PageRange,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<Item>,
) -> Result<(Vec<Item>, i64)> {
    let viewer = Viewer::user(user);
    let shown = part.offset..part.offset.saturating_add(part.limit);
    let mut rows = select.query(named_params! { ":user": user.as_str() })?;
    let (mut select_visible, mut all) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        if !incidents::is_row_visible(&viewer, row)? {
            continue;
        }
        if shown.contains(&all) {
            select_visible.push(read(row)?);
        }
        all += 1;
    }
    Ok((select_visible, all))
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
        due_at: row.get("due_at")?,
    })
}
