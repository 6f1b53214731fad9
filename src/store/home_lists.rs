//! What is listed on somebody's Home as theirs: the incidents in which they take part, and their tasks.

use muster_commands::{ChannelId, IncidentId, PersonId};
use rusqlite::{Connection, Row, Statement, named_params};

use super::Summary;
use super::columns::word;
use super::homes::HomeTask;
use super::incidents::{self, Part};
use crate::domain::{TaskRef, Viewer};
use crate::error::Result;

/// Gives a part of the open incidents in which somebody takes part, in the order of a list; and how many
/// there are in all.
pub fn incidents_of(tx: &Connection, person: &PersonId, part: Part) -> Result<(Vec<Summary>, i64)> {
    let mut select = tx.prepare_cached(
        "SELECT id, title, severity, status, commander, declared_at, channel_id, channel_state,
                visibility, nature, 1 AS takes_part
           FROM responders INDEXED BY responders_of_person
           JOIN incidents ON incidents.id = responders.incident_id
          WHERE responders.person = :person AND status IN ('active', 'stable')
          ORDER BY status, severity_rank, id DESC",
    )?;
    listed(&mut select, person, part, incidents::summary)
}

/// Gives a part of somebody's open tasks and follow-ups, those first that are due first; and how many there
/// are in all.
pub fn tasks_of(tx: &Connection, person: &PersonId, part: Part) -> Result<(Vec<HomeTask>, i64)> {
    let mut select = tx.prepare_cached(
        "SELECT tasks.incident_id, tasks.number, tasks.kind, description, tasks.due_at, channel_id,
                visibility, EXISTS (SELECT 1 FROM responders
                                     WHERE responders.incident_id = tasks.incident_id
                                       AND responders.person = :person) AS takes_part
           FROM task_assignees INDEXED BY task_assignees_of_person
           JOIN tasks ON tasks.incident_id = task_assignees.incident_id
                     AND tasks.number = task_assignees.number
           JOIN incidents ON incidents.id = tasks.incident_id
          WHERE task_assignees.person = :person AND position IS NOT NULL AND done_at IS NULL
          ORDER BY tasks.due_at IS NULL, tasks.due_at, tasks.incident_id, tasks.number",
    )?;
    listed(&mut select, person, part, task)
}

/// Gives a part of what a statement finds for somebody, as far as they may see it; and how much there is in all.
fn listed<Item>(
    select: &mut Statement<'_>,
    person: &PersonId,
    part: Part,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<Item>,
) -> Result<(Vec<Item>, i64)> {
    let viewer = Viewer::person(person);
    let shown = part.from..part.from.saturating_add(part.limit);
    let mut rows = select.query(named_params! { ":person": person.as_str() })?;
    let (mut listed, mut all) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        if !incidents::is_seen(&viewer, row)? {
            continue;
        }
        if shown.contains(&all) {
            listed.push(read(row)?);
        }
        all += 1;
    }
    Ok((listed, all))
}

fn task(row: &Row<'_>) -> rusqlite::Result<HomeTask> {
    Ok(HomeTask {
        incident: IncidentId(row.get("incident_id")?),
        channel: row.get::<_, Option<String>>("channel_id")?.map(ChannelId),
        task: TaskRef {
            number: row.get("number")?,
            kind: word(row, "kind")?,
            description: row.get("description")?,
        },
        due_at: row.get("due_at")?,
    })
}
