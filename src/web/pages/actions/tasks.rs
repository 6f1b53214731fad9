//! Tasks and follow-ups: adds, edits, finishes, reopens and removes them.

use muster_commands::task::description_error;

use crate::domain::{
    Actor, AddTask, Change, Decision, EditTask, EntryKind, GuestPolicy, Incident, Task, TaskKind,
    UserClock, UserId,
};
use crate::error::{Error, Result};
use crate::web::pages::actions::submission::{CHANGED_MEANWHILE, Submission, check_users};
use crate::web::pages::actions::{FormRequest, user_choices};
use crate::web::parts::{ActionForm, FieldControl, FormField, Tense, join_values};

/// An action on a task or a follow-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TaskAction {
    /// Adds one.
    Add(TaskKind),
    /// Changes one.
    Edit,
    /// Marks one as done.
    Finish,
    /// Reopens a finished one.
    Reopen,
    /// Removes one.
    Remove,
}

const DESCRIPTION: &str = "description";
const ASSIGNEES: &str = "assignees";
const DUE: &str = "due";

/// The field of **Undo**: whether the task is open, or when it was finished.
pub(super) const STATE: &str = "state";

/// The value of `state` of an open task.
const OPEN: &str = "open";

/// Returns the form of a task.
pub(super) async fn form(
    request: &FormRequest<'_>,
    action: TaskAction,
) -> Result<Option<ActionForm>> {
    match action {
        TaskAction::Add(kind) => Ok(Some(task_form(request, kind, None).await?)),
        TaskAction::Edit => {
            let task = request.incident.task(request.number);
            let task = task.ok_or(Error::NotFound("task"))?;
            Ok(Some(task_form(request, task.kind, Some(task)).await?))
        }
        TaskAction::Finish | TaskAction::Reopen | TaskAction::Remove => Ok(None),
    }
}

async fn task_form(
    request: &FormRequest<'_>,
    kind: TaskKind,
    task: Option<&Task>,
) -> Result<ActionForm> {
    let clock = request.signed_in.clock;
    let value = |name: &str| task.map_or(String::new(), |task| field_value(name, task, &clock));
    let users = request.signed_in.store().users().await?;
    let choices = FieldControl::Users(user_choices(users, &value(ASSIGNEES)));
    let due = FormField::single_line(DUE, "Due", value(DUE));
    let hint = format!(
        "Tomorrow 17:00, Friday or in 2 hours, in {}. Empty: no due time.",
        clock.zone_name()
    );
    let label = match kind {
        TaskKind::Task => "Task",
        TaskKind::FollowUp => "Follow-up",
    };
    let assignees = FormField::new(ASSIGNEES, "Assignees", choices, value(ASSIGNEES));
    let fields = vec![
        FormField::single_line(DESCRIPTION, label, value(DESCRIPTION)),
        assignees,
        due.with_time(Tense::Future, &hint),
    ];
    let submit = if task.is_some() { "Save" } else { "Add" };
    Ok(request.with_fields(submit, fields))
}

fn field_value(name: &str, task: &Task, clock: &UserClock) -> String {
    match name {
        ASSIGNEES => join_values(task.assignees.iter().map(UserId::as_str)),
        DUE => task.due_at.map_or(String::new(), |at| clock.format(at)),
        _ => task.description.clone(),
    }
}

pub(super) async fn apply(submission: &Submission<'_>, action: TaskAction) -> Result<()> {
    match action {
        TaskAction::Add(kind) => add(submission, kind).await,
        TaskAction::Edit => edit(submission).await,
        TaskAction::Finish => set_state(submission, Incident::finish_task).await,
        TaskAction::Reopen => set_state(submission, Incident::reopen_task).await,
        TaskAction::Remove => remove(submission).await,
    }
}

/// Finishes or reopens a task, unless its state is another one than **Undo** expects.
async fn set_state(
    submission: &Submission<'_>,
    decide: fn(&Incident, i64, &Actor) -> Decision,
) -> Result<()> {
    let number = submission.number()?;
    let expected = submission.form.expected(STATE).map(str::to_owned);
    submission
        .change(move |incident, actor, _| {
            let Some(expected) = expected else {
                return Ok(decide(incident, number, actor)?);
            };
            let current = incident.task(number).map(task_state);
            let current = current.ok_or(Error::NotFound("task"))?;
            match (current == expected, current == OPEN, expected == OPEN) {
                (true, ..) => Ok(decide(incident, number, actor)?),
                // Finished at another time: by another user.
                (false, false, false) => Err(Error::Rejected(CHANGED_MEANWHILE.to_owned())),
                // Another user has undone it already.
                (false, ..) => Ok(Change::new(incident.clone(), actor.at)),
            }
        })
        .await
}

/// Returns whether a task is open, or when it was finished.
pub(super) fn task_state(task: &Task) -> String {
    task.done_at.map_or(OPEN.to_owned(), |at| at.to_string())
}

/// Adds a task. As in a command, its description may end with its due time: `Roll back due 17:00`.
async fn add(submission: &Submission<'_>, kind: TaskKind) -> Result<()> {
    let entered = submission.form.value(DESCRIPTION);
    let (description, due_at) = match submission.future(DUE)? {
        Some(due_at) => (entered.to_owned(), Some(due_at)),
        None => {
            let split = submission.signed_in.clock.split_deadline(entered);
            let (description, due_at) = split.map_err(|error| rejected(&error))?;
            (description, due_at)
        }
    };
    check_description(kind, &description)?;
    let (assignees, _) = submission.user_changes(ASSIGNEES);
    let request = AddTask {
        kind,
        description,
        assignees,
        due_at,
    };
    submission
        .change(move |incident, actor, context| {
            check_users(&request.assignees, GuestPolicy::Allowed, context)?;
            Ok(incident.add_task(request, actor)?)
        })
        .await
}

async fn edit(submission: &Submission<'_>) -> Result<()> {
    let number = submission.number()?;
    let changed = |name| submission.is_changed(name);
    let description = submission.form.value(DESCRIPTION).to_owned();
    let (assigned, unassigned) = submission.user_changes(ASSIGNEES);
    let edit = EditTask {
        description: changed(DESCRIPTION).then(|| description.clone()),
        assigned,
        unassigned,
        due_at: match changed(DUE) {
            true => Some(submission.future(DUE)?),
            false => None,
        },
    };
    let expected = submission.expected(&[DESCRIPTION, ASSIGNEES, DUE]);
    let clock = submission.signed_in.clock;
    submission
        .change(move |incident, actor, context| {
            if let Some(task) = incident.task(number) {
                expected.check(|name| field_value(name, task, &clock))?;
                check_description(task.kind, &description)?;
            }
            check_users(&edit.assigned, GuestPolicy::Allowed, context)?;
            Ok(incident.edit_task(number, edit, actor)?)
        })
        .await
}

async fn remove(submission: &Submission<'_>) -> Result<()> {
    let (target, number) = (submission.target()?, submission.number()?);
    let actor = submission.signed_in.actor();
    let store = submission.signed_in.store();
    store
        .change_entries_of_kind(target, EntryKind::Task, move |incident, entries| {
            incident.remove_task(number, entries, &actor)
        })
        .await
        .map(drop)
}

fn check_description(kind: TaskKind, description: &str) -> Result<()> {
    match description_error(kind, description) {
        Some(problem) => Err(Error::Rejected(problem)),
        None => Ok(()),
    }
}

fn rejected(error: &impl std::fmt::Display) -> Error {
    Error::Rejected(error.to_string())
}
