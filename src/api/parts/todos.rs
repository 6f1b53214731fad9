//! Todos: `/api/v2/incidents/{incident_id}/relationships/todos`. They are the tasks and follow-ups.

use axum::Json;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::api::auth::{Caller, Reader, Writer};
use crate::api::error::ApiError;
use crate::api::members::{Time, present};
use crate::api::parts::body::Envelope;
use crate::api::parts::shapes::{PartDocument, PartList};
use crate::api::parts::todo_assignees::{Assignee, task_handles};
use crate::api::parts::{IncidentPath, PartContext, PartPath, PartRequest, to_json};
use crate::api::query::Mistakes;
use crate::api::request::{Body, RequestBody};
use crate::api::response;
use crate::domain::api::ResourceType;
use crate::domain::{AddTask, EntryKind, Incident, ReviseTask, Task, TaskKind};

/// The attributes of a new todo.
#[derive(Deserialize, JsonSchema)]
pub(in crate::api) struct CreateTodo {
    /// The work to do.
    #[schemars(length(max = 2000))]
    content: String,
    /// The assignees: handles, or users of chat tools.
    #[schemars(length(max = 100))]
    assignees: Vec<Assignee>,
    /// When it was finished; null while it is open.
    completed: Option<Time>,
    /// When it is due; null without a due date.
    due_date: Option<Time>,
    /// Whether it is a task or a follow-up.
    kind: Option<Kind>,
}

/// The attributes of a todo that change.
#[derive(Deserialize, JsonSchema)]
pub(in crate::api) struct PatchTodo {
    /// The work to do.
    #[schemars(length(max = 2000))]
    content: Option<String>,
    /// The assignees, who replace the previous ones.
    #[schemars(length(max = 100))]
    assignees: Option<Vec<Assignee>>,
    /// When it was finished; null if it is open.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<Time>")]
    completed: Option<Option<Time>>,
    /// When it is due; null without a due date.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<Time>")]
    due_date: Option<Option<Time>>,
}

/// Whether a todo is a task or a follow-up.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Task,
    FollowUp,
}

impl RequestBody for Envelope<CreateTodo> {
    const TYPES: &'static [&'static str] = &["incident_todos"];
}

impl RequestBody for Envelope<PatchTodo> {
    const TYPES: &'static [&'static str] = &["incident_todos"];
}

/// `GET …/relationships/todos`.
pub(in crate::api) async fn list(
    Reader(caller): Reader,
    path: IncidentPath,
) -> Result<Json<Value>, ApiError> {
    let id = caller.incident_of(path)?;
    let reading = caller.read_parts(id, |tx, caller, incident| {
        let context = PartContext::load(tx, caller, incident, EntryKind::Task)?;
        let tasks = || context.incident.tasks.iter();
        let data = tasks().map(|task| context.todo(task)).collect();
        let histories: Vec<_> = tasks().map(|task| context.todo_history(task)).collect();
        let touches = histories.iter().flat_map(|it| [&it.created, &it.modified]);
        Ok(PartList::new(data, context.included(touches)).into_one_page())
    });
    Ok(Json(reading.await?))
}

/// `GET …/relationships/todos/{todo_id}`.
pub(in crate::api) async fn get(
    Reader(caller): Reader,
    path: PartPath,
) -> Result<Json<Value>, ApiError> {
    let part = caller.part_of(path)?;
    let reading = caller.read_parts(part.incident, move |tx, caller, incident| {
        let number = todo_number(caller, &incident, &part.id)?;
        let context = PartContext::load(tx, caller, incident, EntryKind::Task)?;
        document(&context, number)
    });
    Ok(Json(reading.await?))
}

/// `POST …/relationships/todos`.
pub(in crate::api) async fn create(
    Writer(caller): Writer,
    path: IncidentPath,
    body: Body<Envelope<CreateTodo>>,
) -> Result<Response, ApiError> {
    let id = caller.incident_of(path)?;
    let changing = caller.change_parts(id, body, move |request, body| {
        let todo = body.parse()?.data.attributes;
        let mut mistakes = Mistakes::default();
        mistakes.require_text("content", &todo.content);
        let (done_at, now) = (todo.completed, request.tx.now());
        let done_at = done_at.map(|at| mistakes.require_past("completed", at, now));
        let due_at = todo.due_date.map(|at| at.0);
        let handles = task_handles(request.tx, &todo.assignees, &mut mistakes)?;
        mistakes.into_result()?;
        let new = AddTask {
            kind: match todo.kind {
                Some(Kind::FollowUp) => TaskKind::FollowUp,
                Some(Kind::Task) | None => TaskKind::Task,
            },
            description: todo.content,
            assignees: Vec::new(),
            due_at,
        };
        let actor = request.actor;
        let incident = request.tx.change(id, |it, _| {
            Ok(it.add_named_task(new, handles, done_at, actor)?)
        })?;
        let number = incident.tasks.last().map_or(0, |task| task.number);
        Ok(response::created(&request.todo_document(incident, number)?))
    });
    changing.await
}

/// `PATCH …/relationships/todos/{todo_id}`.
pub(in crate::api) async fn patch(
    Writer(caller): Writer,
    path: PartPath,
    body: Body<Envelope<PatchTodo>>,
) -> Result<Response, ApiError> {
    let part = caller.part_of(path)?;
    let changing = caller.change_parts(part.incident, body, move |request, body| {
        let number = todo_number(request.caller, &request.incident, &part.id)?;
        body.check_id(&part.id)?;
        let revision = request.revision(body.parse()?.data.attributes)?;
        let actor = request.actor;
        let incident = request.tx.change(part.incident, |it, _| {
            Ok(it.revise_task(number, revision, actor)?)
        })?;
        Ok(response::ok(&request.todo_document(incident, number)?))
    });
    changing.await
}

/// `DELETE …/relationships/todos/{todo_id}`.
pub(in crate::api) async fn delete(
    Writer(caller): Writer,
    path: PartPath,
) -> Result<Response, ApiError> {
    let part = caller.part_of(path)?;
    let deleting = caller.delete_part(part.incident, move |request| {
        let number = todo_number(request.caller, &request.incident, &part.id)?;
        let (actor, tx) = (request.actor, request.tx);
        let entries = tx.entries(part.incident, EntryKind::Task)?;
        tx.change(part.incident, |it, _| {
            Ok(it.remove_task(number, &entries, actor)?)
        })?;
        Ok(response::no_content())
    });
    deleting.await
}

impl PartRequest<'_, '_> {
    /// Returns the changes of a todo that a body requests.
    fn revision(&self, patch: PatchTodo) -> Result<ReviseTask, ApiError> {
        let mut mistakes = Mistakes::default();
        if let Some(content) = &patch.content {
            mistakes.require_text("content", content);
        }
        let assignees = patch.assignees.as_deref();
        let handles = assignees.map(|it| task_handles(self.tx, it, &mut mistakes));
        let handles = handles.transpose()?;
        let (done_at, now) = (patch.completed, self.tx.now());
        let done_at =
            done_at.map(|done| done.map(|at| mistakes.require_past("completed", at, now)));
        mistakes.into_result()?;
        Ok(ReviseTask {
            description: patch.content,
            assignees: handles,
            due_at: patch.due_date.map(|due| due.map(|at| at.0)),
            done_at,
        })
    }

    fn todo_document(&self, incident: Incident, number: i64) -> Result<Value, ApiError> {
        let context = PartContext::load(self.tx, self.caller, incident, EntryKind::Task)?;
        document(&context, number)
    }
}

fn document(context: &PartContext<'_>, number: i64) -> Result<Value, ApiError> {
    let task = context.incident.task(number);
    let task: &Task = task.ok_or_else(|| ApiError::not_found("todo not found"))?;
    let history = context.todo_history(task);
    to_json(&PartDocument {
        data: context.todo(task),
        included: context.included([&history.created, &history.modified]),
    })
}

/// Returns the number of the todo that a path names. The words of the error are Datadog's.
fn todo_number(caller: &Caller, incident: &Incident, id: &str) -> Result<i64, ApiError> {
    let number = caller.part_number(ResourceType::Todo, incident, id);
    let number = number.filter(|number| incident.task(*number).is_some());
    number.ok_or_else(|| ApiError::not_found(format!("{id} not found")))
}
