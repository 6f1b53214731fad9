//! The tables `tasks` and `task_assignees`.

use rusqlite::{Connection, named_params};

use crate::domain::{IncidentId, Task, Timestamp, UserId};
use crate::error::Result;
use crate::store::db::sql_types::{parse_column, parse_optional_column};

/// An assignee whose overdue notice is due.
pub struct DueNotice {
    /// The incident's ID.
    pub incident: IncidentId,
    /// The task's number.
    pub number: i64,
    /// The assignee.
    pub user: UserId,
    /// When the last notice was enqueued; `None` if none was.
    pub sent_at: Option<Timestamp>,
}

/// Stores the tasks of an incident that differ from `before`.
pub fn upsert_tasks(
    tx: &Connection,
    incident: IncidentId,
    before: &[Task],
    now: &[Task],
) -> Result<()> {
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
            ":due_at": task.due_at.map(String::from),
            ":done_at": task.done_at.map(String::from),
        })?;
        upsert_assignees(tx, incident, known, task)?;
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
          WHERE incident_id = :incident AND position IS NOT NULL ORDER BY number, position",
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
    Ok(tasks)
}

/// Returns when the next overdue notice is due.
pub fn next_notice_at(tx: &Connection) -> Result<Option<Timestamp>> {
    let next = tx
        .prepare_cached(
            "SELECT min(notice_due_at) FROM task_assignees INDEXED BY task_assignees_due
              WHERE notice_due_at IS NOT NULL",
        )?
        .query_row([], |row| parse_optional_column(row, 0))?;
    Ok(next)
}

/// Returns up to `limit` notices that are due, the earliest first.
pub fn due_notices(tx: &Connection, now: Timestamp, limit: i64) -> Result<Vec<DueNotice>> {
    let next = tx
        .prepare_cached(
            "SELECT incident_id, number, user_id, notice_sent_at
               FROM task_assignees INDEXED BY task_assignees_due
              WHERE notice_due_at IS NOT NULL AND notice_due_at <= :now
              ORDER BY notice_due_at, incident_id, number LIMIT :limit",
        )?
        .query_map(
            named_params! { ":now": now.to_string(), ":limit": limit },
            |row| {
                Ok(DueNotice {
                    incident: IncidentId(row.get("incident_id")?),
                    number: row.get("number")?,
                    user: UserId(row.get("user_id")?),
                    sent_at: parse_optional_column(row, "notice_sent_at")?,
                })
            },
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(next)
}

/// Records when the last notice was enqueued and when the next one is due; `None` if there is no next
/// one.
pub fn record_notice(tx: &Connection, to_tell: &DueNotice, next: Option<Timestamp>) -> Result<()> {
    tx.prepare_cached(
        "UPDATE task_assignees SET notice_sent_at = :told_at, notice_due_at = :next
          WHERE incident_id = :incident AND number = :number AND user_id = :user",
    )?
    .execute(named_params! {
        ":incident": to_tell.incident.number(),
        ":number": to_tell.number,
        ":user": to_tell.user.as_str(),
        ":told_at": to_tell.sent_at.map(String::from),
        ":next": next.map(String::from),
    })?;
    Ok(())
}

/// Stores the assignees of a task and when their overdue notices are due.
fn upsert_assignees(
    tx: &Connection,
    incident: IncidentId,
    before: Option<&Task>,
    task: &Task,
) -> Result<()> {
    let tell_at = task.due_at.filter(|_| task.done_at.is_none());
    let store = |position: Option<i64>, user: &UserId| -> Result<()> {
        tx.prepare_cached(
            "INSERT INTO task_assignees (incident_id, number, user_id, position, notice_due_at)
             VALUES (:incident, :number, :user, :position, :notice_due_at)
             ON CONFLICT (incident_id, number, user_id) DO UPDATE
                SET position = excluded.position, notice_due_at = excluded.notice_due_at",
        )?
        .execute(named_params! {
            ":incident": incident.number(),
            ":number": task.number,
            ":user": user.as_str(),
            ":position": position,
            ":notice_due_at": tell_at.filter(|_| position.is_some()).map(String::from),
        })?;
        Ok(())
    };
    for (position, user) in (0..).zip(&task.assignees) {
        store(Some(position), user)?;
    }
    let gone = before.into_iter().flat_map(|before| &before.assignees);
    for user in gone.filter(|user| !task.assignees.contains(user)) {
        store(None, user)?;
    }
    Ok(())
}
