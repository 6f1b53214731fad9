//! The tasks of an incident. Those that were added after its resolution are follow-ups.

use serde_json::Value;

use crate::cli::import::incident::{Conversion, time};
use crate::cli::import::source_users::Directory;
use crate::cli::import::wire::{Resource, text};
use crate::domain::{ImportIncident, ImportTask, TaskKind};
use crate::error::Result;

pub(super) fn tasks(
    conversion: &Conversion<'_>,
    request: &ImportIncident,
    directory: &mut Directory<'_>,
) -> Result<Vec<ImportTask>> {
    let todos = conversion.source.todos.iter();
    todos.map(|todo| task(todo, request, directory)).collect()
}

fn task(
    todo: &Resource,
    request: &ImportIncident,
    directory: &mut Directory<'_>,
) -> Result<ImportTask> {
    let added_at = time(todo, "created").unwrap_or(request.declared_at);
    let is_late = request.resolved_at.is_some_and(|at| added_at > at);
    let mut assignees = Vec::new();
    let mut unknown = Vec::new();
    for assignee in todo.attribute("assignees").as_array().into_iter().flatten() {
        let user = match assignee.as_str() {
            Some(handle) => directory.user(&Conversion::user_of_handle(handle))?,
            None => None,
        };
        match user {
            Some(user) => assignees.push(user),
            None => unknown.extend(name(assignee)),
        }
    }
    let content = todo.text("content").unwrap_or("Task without a text");
    let description = match unknown.is_empty() {
        true => content.to_owned(),
        false => format!("{content} (in Datadog: {})", unknown.join(", ")),
    };
    Ok(ImportTask {
        kind: match is_late {
            true => TaskKind::FollowUp,
            false => TaskKind::Task,
        },
        description,
        assignees,
        due_at: time(todo, "due_date"),
        done_at: time(todo, "completed"),
        added_at,
    })
}

/// Returns the name of an assignee who is no user of Datadog.
fn name(assignee: &Value) -> Option<String> {
    let name = text(assignee).or_else(|| text(&assignee["name"]))?;
    Some(name.to_owned())
}
