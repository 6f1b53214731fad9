//! `/incidents/7/remediation`: the tasks, the follow-ups and the documents.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;

use crate::domain::{Incident, LinkKind, Task, TaskKind, UserNames};
use crate::error::Result;
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::actions::{Action, Buttons, LinkAction, TaskAction};
use crate::web::pages::incident::IncidentPath;
use crate::web::pages::incident_tabs::{IncidentHead, Tab, TabState, open_tab};
use crate::web::parts::{ActionButton, ActionForm, Time, is_web_address, user_name};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes.get(Access::SignedIn, "/incidents/{id}/remediation", show)
}

#[derive(Template)]
#[template(path = "incident_remediation.html", config = "src/web/askama.toml")]
struct RemediationTemplate {
    layout: Layout,
    head: IncidentHead,
    lists: Vec<TaskList>,
    documents: Vec<DocumentRow>,
    add_document: ActionForm,
}

/// The tasks or the follow-ups.
struct TaskList {
    heading: &'static str,
    empty: &'static str,
    add: ActionForm,
    rows: Vec<TaskRow>,
}

struct TaskRow {
    description: String,
    is_done: bool,
    assignees: String,
    due: Option<Time>,
    is_overdue: bool,
    toggle: ActionButton,
    remove: ActionButton,
    edit: String,
    form: Option<ActionForm>,
}

struct DocumentRow {
    title: String,
    /// The address, unless a browser must not open it.
    url: Option<String>,
    remove: ActionButton,
}

async fn show(
    signed_in: SignedIn,
    path: IncidentPath,
    Query(query): Query<HashMap<String, String>>,
) -> PageResult {
    open_tab(Tab::Remediation, &signed_in, path.id, query).await
}

/// Renders the remediation of an incident that the user may see.
pub(super) async fn render(
    signed_in: &SignedIn,
    incident: &Incident,
    state: TabState,
) -> PageResult {
    let assignees = incident.tasks.iter().flat_map(|task| &task.assignees);
    let names = signed_in.store().user_names(assignees.cloned().collect());
    let names = names.await?;
    let mut lists = Vec::new();
    for kind in [TaskKind::Task, TaskKind::FollowUp] {
        lists.push(task_list(signed_in, incident, &state, kind, &names).await?);
    }
    let add = Action::Link(LinkAction::Add(LinkKind::Document));
    page_with_status(
        state.status,
        &RemediationTemplate {
            layout: signed_in.layout(Section::Incidents),
            head: IncidentHead::read(signed_in, incident, Tab::Remediation, &state).await?,
            lists,
            documents: documents(incident),
            add_document: state.form_or_empty(signed_in, incident, add).await?,
        },
    )
}

async fn task_list(
    signed_in: &SignedIn,
    incident: &Incident,
    state: &TabState,
    kind: TaskKind,
    names: &UserNames,
) -> Result<TaskList> {
    let (heading, empty) = match kind {
        TaskKind::Task => ("Tasks", "No tasks yet. Add what must be done to fix it."),
        TaskKind::FollowUp => (
            "Follow-ups",
            "No follow-ups yet. Add what must be done so that it doesn't happen again.",
        ),
    };
    let of_kind = incident.tasks.iter().filter(|task| task.kind == kind);
    let mut tasks: Vec<&Task> = of_kind.collect();
    tasks.sort_by_key(|task| (task.done_at.is_some(), task.number));
    let action = Action::Task(TaskAction::Add(kind));
    let row = |task| task_row(signed_in, incident, state, task, names);
    Ok(TaskList {
        heading,
        empty,
        add: state.form_or_empty(signed_in, incident, action).await?,
        rows: tasks.into_iter().map(row).collect(),
    })
}

fn task_row(
    signed_in: &SignedIn,
    incident: &Incident,
    state: &TabState,
    task: &Task,
    names: &UserNames,
) -> TaskRow {
    let page = Tab::Remediation.path(incident.id);
    let buttons = Buttons {
        incident,
        back: page.clone(),
    };
    let button =
        |action, label| buttons.button(Action::Task(action), task.number, label, &task.description);
    let is_done = task.done_at.is_some();
    let users = task.assignees.iter().map(|user| user_name(user, names));
    let assignees = users.chain(task.other_assignees().map(str::to_owned));
    let number = task.number;
    TaskRow {
        description: task.description.clone(),
        is_done,
        assignees: assignees.collect::<Vec<_>>().join(", "),
        due: task.due_at.map(|at| signed_in.time(at)),
        is_overdue: !is_done && task.due_at.is_some_and(|at| at <= signed_in.now),
        toggle: match is_done {
            true => button(TaskAction::Reopen, "Reopen"),
            false => button(TaskAction::Finish, "Done"),
        },
        remove: button(TaskAction::Remove, "Remove"),
        edit: format!("{page}?open=edit-task&number={number}#edit-task-{number}"),
        form: state.form(Action::Task(TaskAction::Edit), number),
    }
}

fn documents(incident: &Incident) -> Vec<DocumentRow> {
    let buttons = Buttons {
        incident,
        back: Tab::Remediation.path(incident.id),
    };
    let remove = Action::Link(LinkAction::RemoveDocument);
    let row = |document: &crate::domain::Document| DocumentRow {
        title: document.title.clone(),
        url: Some(document.url.clone()).filter(|url| is_web_address(url)),
        remove: buttons.button(remove, document.number, "Remove", &document.title),
    };
    incident.documents().map(row).collect()
}
