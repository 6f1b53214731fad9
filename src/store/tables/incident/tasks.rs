//! The tables `tasks` and `task_assignees`. The handles are in `task_handles`.

use rusqlite::{Connection, named_params};

use crate::domain::{IncidentId, Task, UserId};
use crate::error::Result;
use crate::store::db::sql_types::{parse_column, parse_optional_column};
use crate::store::tables::incident::task_handles;

/// Stores the tasks of an incident that differ from `before`, and deletes removed ones.
pub fn upsert_tasks(
    tx: &Connection,
    incident: IncidentId,
    before: &[Task],
    now: &[Task],
) -> Result<()> {
    for removed in before
        .iter()
        .filter(|known| find(now, known.number).is_none())
    {
        delete_task(tx, incident, removed.number)?;
    }
    for task in now {
        let known = find(before, task.number);
        if known == Some(task) {
            continue;
        }
        tx.prepare_cached(
            "INSERT INTO tasks (incident_id, number, kind, description, due_at, done_at)
             VALUES (:incident, :number, :kind, :description, :due_at, :done_at)
             ON CONFLICT (incident_id, number) DO UPDATE
                SET description = excluded.description, due_at = excluded.due_at,
                    done_at = excluded.done_at",
        )?
        .execute(named_params! {
            ":incident": incident.number(),
            ":number": task.number,
            ":kind": task.kind.as_str(),
            ":description": task.description,
            ":due_at": task.due_at.map(String::from),
            ":done_at": task.done_at.map(String::from),
        })?;
        if known.is_none_or(|known| known.assignees != task.assignees) {
            replace_assignees(tx, incident, task)?;
        }
        if known.map_or(&[][..], |known| &known.handles) != task.handles {
            task_handles::replace_handles(tx, incident, task)?;
        }
    }
    Ok(())
}

/// Returns the tasks of an incident by number.
pub fn tasks_of(tx: &Connection, incident: IncidentId) -> Result<Vec<Task>> {
    let mut tasks: Vec<Task> = tx
        .prepare_cached(
            "SELECT number, kind, description, due_at, done_at
               FROM tasks WHERE incident_id = :incident ORDER BY number",
        )?
        .query_map(named_params! { ":incident": incident.number() }, |row| {
            Ok(Task {
                number: row.get("number")?,
                kind: parse_column(row, "kind")?,
                description: row.get("description")?,
                assignees: Vec::new(),
                handles: Vec::new(),
                due_at: parse_optional_column(row, "due_at")?,
                done_at: parse_optional_column(row, "done_at")?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    if tasks.is_empty() {
        return Ok(tasks);
    }
    let mut select = tx.prepare_cached(
        "SELECT number, user_id FROM task_assignees
          WHERE incident_id = :incident ORDER BY number, position",
    )?;
    let assigned = select.query_map(named_params! { ":incident": incident.number() }, |row| {
        Ok((row.get::<_, i64>("number")?, UserId(row.get("user_id")?)))
    })?;
    for assigned in assigned {
        let (number, user) = assigned?;
        if let Ok(at) = tasks.binary_search_by_key(&number, |task| task.number) {
            tasks[at].assignees.push(user);
        }
    }
    task_handles::load_handles(tx, incident, &mut tasks)?;
    Ok(tasks)
}

/// Returns the assignees of a task, in the order of assignment.
pub fn assignees_of(tx: &Connection, incident: IncidentId, number: i64) -> Result<Vec<UserId>> {
    let assignees = tx
        .prepare_cached(
            "SELECT user_id FROM task_assignees
              WHERE incident_id = :incident AND number = :number ORDER BY position",
        )?
        .query_map(
            named_params! { ":incident": incident.number(), ":number": number },
            |row| row.get("user_id").map(UserId),
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(assignees)
}

/// Returns the task with a number. Tasks are sorted by number.
fn find(tasks: &[Task], number: i64) -> Option<&Task> {
    let at = tasks.binary_search_by_key(&number, |task| task.number);
    at.ok().and_then(|at| tasks.get(at))
}

fn delete_task(tx: &Connection, incident: IncidentId, number: i64) -> Result<()> {
    for delete in [
        "DELETE FROM task_assignees WHERE incident_id = :incident AND number = :number",
        "DELETE FROM task_handles WHERE incident_id = :incident AND number = :number",
        "DELETE FROM tasks WHERE incident_id = :incident AND number = :number",
    ] {
        tx.prepare_cached(delete)?
            .execute(named_params! { ":incident": incident.number(), ":number": number })?;
    }
    Ok(())
}

/// Stores the assignees of a task.
fn replace_assignees(tx: &Connection, incident: IncidentId, task: &Task) -> Result<()> {
    tx.prepare_cached(
        "DELETE FROM task_assignees WHERE incident_id = :incident AND number = :number",
    )?
    .execute(named_params! { ":incident": incident.number(), ":number": task.number })?;
    for (position, user) in (0_i64..).zip(&task.assignees) {
        tx.prepare_cached(
            "INSERT INTO task_assignees (incident_id, number, user_id, position)
             VALUES (:incident, :number, :user, :position)",
        )?
        .execute(named_params! {
            ":incident": incident.number(),
            ":number": task.number,
            ":user": user.as_str(),
            ":position": position,
        })?;
    }
    Ok(())
}
