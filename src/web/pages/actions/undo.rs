//! **Undo**, next to what an action did: the button of the inverse action, where there is one.

use crate::domain::Incident;
use crate::error::{Error, Result};
use crate::web::pages::actions::tasks::{STATE, task_state};
use crate::web::pages::actions::{Action, Buttons, EntryAction, TaskAction};
use crate::web::parts::ActionButton;
use crate::web::session::SignedIn;

impl Action {
    /// Returns the action that undoes this one; `None` if nothing does.
    pub(crate) fn inverse(self) -> Option<Self> {
        match self {
            Self::Entry(action) => inverse_of_entry(action).map(Self::Entry),
            Self::Task(TaskAction::Finish) => Some(Self::Task(TaskAction::Reopen)),
            Self::Task(TaskAction::Reopen) => Some(Self::Task(TaskAction::Finish)),
            Self::Task(TaskAction::Add(_) | TaskAction::Edit | TaskAction::Remove)
            | Self::Impact(_)
            | Self::Link(_)
            | Self::Responders(_)
            | Self::Status(_) => None,
        }
    }
}

fn inverse_of_entry(action: EntryAction) -> Option<EntryAction> {
    match action {
        EntryAction::Flag => Some(EntryAction::Unflag),
        EntryAction::Unflag => Some(EntryAction::Flag),
        EntryAction::Remove => Some(EntryAction::Restore),
        EntryAction::AddNote | EntryAction::Edit | EntryAction::Restore => None,
    }
}

/// Returns the button that undoes an action on an object, while that is possible.
pub(crate) async fn undo_button(
    signed_in: &SignedIn,
    buttons: &Buttons<'_>,
    done: Action,
    number: i64,
) -> Result<Option<ActionButton>> {
    let Some(inverse) = done.inverse() else {
        return Ok(None);
    };
    let button = buttons.button(inverse, number, "Undo", "");
    match done {
        Action::Entry(_) => {
            let is_possible = can_undo_entry(signed_in, buttons.incident, done, number).await?;
            Ok(is_possible.then_some(button))
        }
        Action::Task(_) => {
            let is_undone = |finished| finished != (done == Action::Task(TaskAction::Finish));
            let task = buttons.incident.task(number);
            let task = task.filter(|task| !is_undone(task.done_at.is_some()));
            Ok(task.map(|task| button.expecting(STATE, &task_state(task))))
        }
        Action::Impact(_) | Action::Link(_) | Action::Responders(_) | Action::Status(_) => Ok(None),
    }
}

async fn can_undo_entry(
    signed_in: &SignedIn,
    incident: &Incident,
    done: Action,
    entry: i64,
) -> Result<bool> {
    let viewer = signed_in.viewer.clone();
    let store = signed_in.store();
    let entry = match store.removable_entry(viewer, incident.id, entry).await {
        Ok(entry) => entry,
        Err(Error::NotFound(_)) => return Ok(false),
        Err(error) => return Err(error),
    };
    Ok(match done {
        Action::Entry(EntryAction::Flag) => entry.stored.is_important,
        Action::Entry(EntryAction::Unflag) => !entry.stored.is_important,
        Action::Entry(EntryAction::Remove) => entry.may_be_restored_by(&signed_in.user.id),
        Action::Entry(EntryAction::AddNote | EntryAction::Edit | EntryAction::Restore)
        | Action::Impact(_)
        | Action::Task(_)
        | Action::Link(_)
        | Action::Responders(_)
        | Action::Status(_) => false,
    })
}
