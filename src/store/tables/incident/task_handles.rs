//! The table `task_handles`: assignees of tasks as programs named them.

use rusqlite::{Connection, named_params};
use serde_json::Value;

use crate::domain::{IncidentId, Task, TaskHandle, UserId};
use crate::error::Result;
use crate::store::db::sql_types::json_column;

/// Stores the handles of a task instead of the previous ones.
pub fn replace_handles(tx: &Connection, incident: IncidentId, task: &Task) -> Result<()> {
    tx.prepare_cached(
        "DELETE FROM task_handles WHERE incident_id = :incident AND number = :number",
    )?
    .execute(named_params! { ":incident": incident.number(), ":number": task.number })?;
    for (position, handle) in (0_i64..).zip(&task.handles) {
        tx.prepare_cached(
            "INSERT INTO task_handles (incident_id, number, position, assignee, user_id)
             VALUES (:incident, :number, :position, :assignee, :user)",
        )?
        .execute(named_params! {
            ":incident": incident.number(),
            ":number": task.number,
            ":position": position,
            ":assignee": handle.sent.to_string(),
            ":user": handle.user.as_ref().map(UserId::as_str),
        })?;
    }
    Ok(())
}

/// Adds the handles to tasks of an incident, which are sorted by number.
pub fn load_handles(tx: &Connection, incident: IncidentId, tasks: &mut [Task]) -> Result<()> {
    let mut select = tx.prepare_cached(
        "SELECT number, assignee, user_id FROM task_handles
          WHERE incident_id = :incident ORDER BY number, position",
    )?;
    let handles = select.query_map(named_params! { ":incident": incident.number() }, |row| {
        let sent: Value = json_column(row, "assignee")?;
        let user = row.get::<_, Option<String>>("user_id")?.map(UserId);
        Ok((row.get::<_, i64>("number")?, TaskHandle { sent, user }))
    })?;
    for handle in handles {
        let (number, handle) = handle?;
        if let Ok(at) = tasks.binary_search_by_key(&number, |task| task.number) {
            tasks[at].handles.push(handle);
        }
    }
    Ok(())
}
