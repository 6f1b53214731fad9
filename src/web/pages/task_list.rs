//! `/tasks`: the tasks and follow-ups of all incidents that the user may see, with buttons to finish and to
//! reopen them.

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::domain::text::format_duration;
use crate::domain::{IncidentId, Task, UserNames, Visibility};
use crate::error::Result;
use crate::store::{ListedTask, Page, TaskFilter};
use crate::web::error_page::ErrorPage;
use crate::web::form::{Form, new_key};
use crate::web::layout::{Layout, PageResult, Section, page};
use crate::web::pages::incident::incident_path;
use crate::web::parts::{Time, user_name};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

const PATH: &str = "/tasks";

pub(crate) fn add_routes(routes: Routes) -> Routes {
    routes
        .get(Access::SignedIn, PATH, list)
        .post(Access::SignedIn, "/tasks/{id}/{number}/done", finish)
        .post(Access::SignedIn, "/tasks/{id}/{number}/reopen", reopen)
}

/// The lists, with their names in the address and what an empty one says.
const LISTS: [(&str, &str, TaskFilter, &str); 5] = [
    (
        "mine",
        "Mine",
        TaskFilter::Mine,
        "No open task is assigned to you.",
    ),
    ("open", "Open", TaskFilter::Open, "No open tasks."),
    (
        "overdue",
        "Overdue",
        TaskFilter::Overdue,
        "No task is overdue.",
    ),
    (
        "followups",
        "Follow-ups",
        TaskFilter::FollowUps,
        "No open follow-ups.",
    ),
    (
        "done",
        "Done",
        TaskFilter::Done,
        "No task has been finished yet.",
    ),
];

#[derive(Deserialize)]
struct ListQuery {
    #[serde(default)]
    show: String,
    /// The page, from 1.
    #[serde(default)]
    page: i64,
    /// The task that was just finished or reopened: `7-2`.
    #[serde(default)]
    changed: String,
}

#[derive(Template)]
#[template(path = "tasks.html", config = "src/web/askama.toml")]
struct TasksTemplate {
    layout: Layout,
    lists: Vec<ListLink>,
    current: &'static str,
    total: i64,
    rows: Vec<TaskRow>,
    changed: Option<TaskRow>,
    previous: Option<i64>,
    next: Option<i64>,
    position: String,
    empty: &'static str,
}

struct ListLink {
    name: &'static str,
    label: &'static str,
    is_current: bool,
}

struct TaskRow {
    /// The path of the buttons, without their name.
    path: String,
    incident: String,
    incident_path: String,
    incident_title: String,
    number: i64,
    kind: &'static str,
    description: String,
    assignees: String,
    due: Option<Time>,
    /// How long the deadline has passed; empty if it has not.
    overdue: String,
    done: Option<Time>,
    is_private: bool,
    is_test: bool,
    key: String,
}

async fn list(signed_in: SignedIn, Query(query): Query<ListQuery>) -> PageResult {
    let [mine, ..] = LISTS;
    let known = LISTS.into_iter().find(|(name, ..)| *name == query.show);
    let (current, _, filter, empty) = known.unwrap_or(mine);
    let viewer = signed_in.viewer.clone();
    let number = query.page.saturating_sub(1);
    let store = signed_in.store();
    let tasks = store
        .list_tasks(viewer, filter, signed_in.now, number)
        .await?;
    let names = names_of(&signed_in, &tasks).await?;
    let rows = tasks.items.iter();
    let lists = LISTS.into_iter().map(|(name, label, ..)| ListLink {
        name,
        label,
        is_current: name == current,
    });
    page(&TasksTemplate {
        layout: signed_in.layout(Section::Tasks),
        lists: lists.collect(),
        current,
        total: tasks.item_count,
        rows: rows.map(|listed| row(&signed_in, listed, &names)).collect(),
        changed: changed_row(&signed_in, &query.changed).await?,
        previous: (tasks.number > 0).then_some(tasks.number),
        next: (tasks.number + 1 < tasks.page_count).then_some(tasks.number + 2),
        position: format!("Page {} of {}", tasks.number + 1, tasks.page_count),
        empty,
    })
}

async fn names_of(signed_in: &SignedIn, tasks: &Page<ListedTask>) -> Result<UserNames> {
    let users = tasks.items.iter().flat_map(|it| it.task.assignees.clone());
    signed_in.store().user_names(users.collect()).await
}

fn row(signed_in: &SignedIn, listed: &ListedTask, names: &UserNames) -> TaskRow {
    let Task { number, kind, .. } = listed.task;
    let task = &listed.task;
    let users = task.assignees.iter().map(|user| user_name(user, names));
    let assignees = users.chain(task.other_assignees().map(str::to_owned));
    let is_open = task.done_at.is_none();
    let overdue = task.due_at.filter(|due| is_open && *due <= signed_in.now);
    let overdue = overdue.map(|due| format_duration(signed_in.now.duration_since(due)));
    TaskRow {
        path: format!("{PATH}/{}/{number}", listed.incident.number()),
        incident: listed.incident.to_string(),
        incident_path: incident_path(listed.incident),
        incident_title: listed.title.clone(),
        number,
        kind: kind.label(),
        description: task.description.clone(),
        assignees: assignees.collect::<Vec<_>>().join(", "),
        due: task.due_at.map(|at| signed_in.time(at)),
        overdue: overdue.unwrap_or_default(),
        done: task.done_at.map(|at| signed_in.time(at)),
        is_private: listed.visibility == Visibility::Private,
        is_test: listed.incident_kind.is_test(),
        key: new_key(),
    }
}

/// Returns the task that was just changed, if the user may see it.
async fn changed_row(signed_in: &SignedIn, changed: &str) -> Result<Option<TaskRow>> {
    let numbers = changed.split_once('-');
    let numbers = numbers.and_then(|(id, number)| Some((id.parse().ok()?, number.parse().ok()?)));
    let Some((id, number)) = numbers else {
        return Ok(None);
    };
    let viewer = signed_in.viewer.clone();
    let Ok(incident) = signed_in.store().incident(viewer, IncidentId(id)).await else {
        return Ok(None);
    };
    let listed = incident.task(number).map(|task| ListedTask {
        incident: incident.id,
        title: incident.title.clone(),
        visibility: incident.visibility,
        incident_kind: incident.kind,
        task: task.clone(),
    });
    Ok(listed.map(|listed| row(signed_in, &listed, &UserNames::default())))
}

/// The task in a path.
#[derive(Deserialize)]
struct TaskPath {
    id: i64,
    number: i64,
}

type TaskPathResult = std::result::Result<Path<TaskPath>, PathRejection>;

async fn finish(signed_in: SignedIn, path: TaskPathResult, form: Form) -> PageResult {
    let Path(TaskPath { id, number }) = path.map_err(|_| ErrorPage::unknown_path())?;
    // Another user may have finished it since the page was loaded: it is done either way.
    signed_in
        .change(IncidentId(id), &form, move |incident, actor, _| {
            Ok(incident.finish_task_if_open(number, actor)?)
        })
        .await?;
    Ok(back_to_list(&form, id, number))
}

async fn reopen(signed_in: SignedIn, path: TaskPathResult, form: Form) -> PageResult {
    let Path(TaskPath { id, number }) = path.map_err(|_| ErrorPage::unknown_path())?;
    signed_in
        .change(IncidentId(id), &form, move |incident, actor, _| {
            Ok(incident.reopen_task(number, actor)?)
        })
        .await?;
    Ok(back_to_list(&form, id, number))
}

/// Returns to the list with the button.
fn back_to_list(form: &Form, id: i64, number: i64) -> Response {
    let known = LISTS.iter().find(|(name, ..)| *name == form.value("show"));
    let show = known.map_or("mine", |(name, ..)| name);
    Redirect::to(&format!("{PATH}?show={show}&changed={id}-{number}")).into_response()
}
