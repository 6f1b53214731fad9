//! The open tasks on the overview of an incident.

use crate::domain::{Incident, Task};
use crate::web::pages::actions::{Action, Buttons, TaskAction};
use crate::web::pages::incident::incident_path;
use crate::web::parts::{ActionButton, Time};
use crate::web::session::SignedIn;

/// How many of the newest tasks are shown.
const LIMIT: usize = 5;

/// The open tasks and follow-ups.
pub(crate) struct OpenTasks {
    /// The newest ones.
    pub(crate) rows: Vec<OpenTask>,
    /// How many others there are.
    pub(crate) others: usize,
}

/// An open task.
pub(crate) struct OpenTask {
    pub(crate) description: String,
    pub(crate) due: Option<Time>,
    pub(crate) is_overdue: bool,
    pub(crate) finish: ActionButton,
}

/// Returns the open tasks and follow-ups, the newest first.
pub(crate) fn open_tasks(signed_in: &SignedIn, incident: &Incident) -> OpenTasks {
    let buttons = Buttons {
        incident,
        back: incident_path(incident.id),
    };
    let mut open: Vec<&Task> = incident.tasks.iter().collect();
    open.retain(|task| task.done_at.is_none());
    open.sort_by_key(|task| std::cmp::Reverse(task.number));
    let finish = Action::Task(TaskAction::Finish);
    let row = |task: &&Task| OpenTask {
        description: task.description.clone(),
        due: task.due_at.map(|at| signed_in.time(at)),
        is_overdue: task.due_at.is_some_and(|at| at <= signed_in.now),
        finish: buttons.button(finish, task.number, "Done", &task.description),
    };
    OpenTasks {
        rows: open.iter().take(LIMIT).map(row).collect(),
        others: open.len().saturating_sub(LIMIT),
    }
}
