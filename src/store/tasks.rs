//! The tables `tasks` and `task_assignees`.

use muster_commands::{IncidentId, PersonId};
use rusqlite::{Connection, named_params};

use super::columns::word;
use crate::domain::{Moment, Task};
use crate::error::Result;

/// Somebody who is to be told of a task that is to_tell.
pub struct ToTell {
    /// The incident.
    pub incident: IncidentId,
    /// The task.
    pub number: i64,
    /// Whom it was given to.
    pub person: PersonId,
    /// When they were last told; `None` if not yet.
    pub told_at: Option<Moment>,
}

/// Stores the tasks of an incident that differ from those `before`.
pub fn keep(tx: &Connection, incident: IncidentId, before: &[Task], now: &[Task]) -> Result<()> {
    for (at, task) in now.iter().enumerate() {
        let known = before.get(at).filter(|known| known.number == task.number);
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
            ":due_at": task.due_at,
            ":done_at": task.done_at,
        })?;
        assign(tx, incident, known, task)?;
    }
    Ok(())
}

/// Gives the tasks of an incident, in the order in which they were added.
pub fn of(tx: &Connection, incident: IncidentId) -> Result<Vec<Task>> {
    let mut tasks: Vec<Task> = tx
        .prepare_cached(
            "SELECT number, kind, description, due_at, done_at
               FROM tasks WHERE incident_id = :incident ORDER BY number",
        )?
        .query_map(named_params! { ":incident": incident.number() }, |row| {
            Ok(Task {
                number: row.get("number")?,
                kind: word(row, "kind")?,
                description: row.get("description")?,
                assignees: Vec::new(),
                due_at: row.get("due_at")?,
                done_at: row.get("done_at")?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    if tasks.is_empty() {
        return Ok(tasks);
    }
    let mut select = tx.prepare_cached(
        "SELECT number, person FROM task_assignees
          WHERE incident_id = :incident AND position IS NOT NULL ORDER BY number, position",
    )?;
    let assigned = select.query_map(named_params! { ":incident": incident.number() }, |row| {
        Ok((row.get::<_, i64>("number")?, PersonId(row.get("person")?)))
    })?;
    for assigned in assigned {
        let (number, person) = assigned?;
        if let Ok(at) = tasks.binary_search_by_key(&number, |task| task.number) {
            tasks[at].assignees.push(person);
        }
    }
    Ok(tasks)
}

/// Gives when the next person is to be told of a task that is to_tell.
pub fn next_overdue(tx: &Connection) -> Result<Option<Moment>> {
    let next = tx
        .prepare_cached(
            "SELECT min(tell_at) FROM task_assignees INDEXED BY task_assignees_to_tell
              WHERE tell_at IS NOT NULL",
        )?
        .query_row([], |row| row.get(0))?;
    Ok(next)
}

/// Gives whose time has come to be told, at most so many.
pub fn to_tell(tx: &Connection, now: Moment, limit: i64) -> Result<Vec<ToTell>> {
    let found = tx
        .prepare_cached(
            "SELECT incident_id, number, person, told_at
               FROM task_assignees INDEXED BY task_assignees_to_tell
              WHERE tell_at IS NOT NULL AND tell_at <= :now
              ORDER BY tell_at, incident_id, number LIMIT :limit",
        )?
        .query_map(named_params! { ":now": now, ":limit": limit }, |row| {
            Ok(ToTell {
                incident: IncidentId(row.get("incident_id")?),
                number: row.get("number")?,
                person: PersonId(row.get("person")?),
                told_at: row.get("told_at")?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(found)
}

/// Notes when somebody was last told of a task, and when they are to be told next, if ever.
pub fn told(tx: &Connection, to_tell: &ToTell, next: Option<Moment>) -> Result<()> {
    tx.prepare_cached(
        "UPDATE task_assignees SET told_at = :told_at, tell_at = :next
          WHERE incident_id = :incident AND number = :number AND person = :person",
    )?
    .execute(named_params! {
        ":incident": to_tell.incident.number(),
        ":number": to_tell.number,
        ":person": to_tell.person.as_str(),
        ":told_at": to_tell.told_at,
        ":next": next,
    })?;
    Ok(())
}

/// Stores who has a task, and when they are to be told that it is to_tell.
fn assign(tx: &Connection, incident: IncidentId, before: Option<&Task>, task: &Task) -> Result<()> {
    let tell_at = task.due_at.filter(|_| task.done_at.is_none());
    let store = |position: Option<i64>, person: &PersonId| -> Result<()> {
        tx.prepare_cached(
            "INSERT INTO task_assignees (incident_id, number, person, position, tell_at)
             VALUES (:incident, :number, :person, :position, :tell_at)
             ON CONFLICT (incident_id, number, person) DO UPDATE
                SET position = excluded.position, tell_at = excluded.tell_at",
        )?
        .execute(named_params! {
            ":incident": incident.number(),
            ":number": task.number,
            ":person": person.as_str(),
            ":position": position,
            ":tell_at": tell_at.filter(|_| position.is_some()),
        })?;
        Ok(())
    };
    for (position, person) in (0..).zip(&task.assignees) {
        store(Some(position), person)?;
    }
    let gone = before.into_iter().flat_map(|before| &before.assignees);
    for person in gone.filter(|person| !task.assignees.contains(person)) {
        store(None, person)?;
    }
    Ok(())
}
