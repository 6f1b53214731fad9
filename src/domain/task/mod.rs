//! Tasks and follow-ups of an incident.

pub(crate) mod handle;
pub(crate) mod kind;
mod remove_task;
pub(crate) mod revise_task;
pub(crate) mod task_change;

use crate::delivery::{FetchUser, InviteUser};
use crate::task::handle::TaskHandle;
use crate::task::task_change::{TaskChange, TaskRef};
use crate::{
    Activity, Actor, Change, ChannelState, Decision, DirectMessage, Incident, Rejection, TaskKind,
    TimelineEntry, TimelineEvent, Timestamp, UserId,
};

/// The maximum number of tasks per incident: all of them are loaded with it.
const MAX_TASKS: usize = 1_000;

/// A task or follow-up of an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The number within the incident, from 1. Tasks and follow-ups share the sequence.
    pub number: i64,
    /// Whether it is a task or a follow-up.
    pub kind: TaskKind,
    /// The description, as written.
    pub description: String,
    /// The assignees, without duplicates.
    pub assignees: Vec<UserId>,
    /// The assignees as a program named them, if it did: also those who are no Slack users.
    pub handles: Vec<TaskHandle>,
    /// The due date; `None` if there is none.
    pub due_at: Option<Timestamp>,
    /// When the task was finished; `None` if it is open.
    pub done_at: Option<Timestamp>,
}

/// A request to add a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddTask {
    /// Whether it is a task or a follow-up.
    pub kind: TaskKind,
    /// The description.
    pub description: String,
    /// The assignees.
    pub assignees: Vec<UserId>,
    /// The due date; `None` if there is none.
    pub due_at: Option<Timestamp>,
}

/// A request to edit a task. Fields that are `None` or empty change nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditTask {
    /// The new description.
    pub description: Option<String>,
    /// The users to assign.
    pub assigned: Vec<UserId>,
    /// The users to unassign.
    pub unassigned: Vec<UserId>,
    /// The new due date; `Some(None)` removes it.
    pub due_at: Option<Option<Timestamp>>,
}

impl Task {
    /// Returns the reference that timeline entries store.
    pub fn task_ref(&self) -> TaskRef {
        TaskRef {
            number: self.number,
            kind: self.kind,
            description: self.description.clone(),
        }
    }

    /// Returns whether an overdue notice to the user is still relevant.
    pub fn is_overdue_for(&self, user: &UserId, now: Timestamp) -> bool {
        self.done_at.is_none()
            && self.due_at.is_some_and(|due_at| due_at <= now)
            && self.assignees.contains(user)
    }
}

impl Incident {
    /// Returns the task with this number.
    pub fn task(&self, number: i64) -> Option<&Task> {
        self.tasks.iter().find(|task| task.number == number)
    }

    /// Adds a task, posts an activity, and notifies the assignees directly.
    pub fn add_task(&self, new: AddTask, actor: &Actor) -> Decision {
        check_due_date(new.due_at, actor)?;
        self.insert_task(new, Vec::new(), actor)
    }

    fn insert_task(&self, new: AddTask, handles: Vec<TaskHandle>, actor: &Actor) -> Decision {
        if self.tasks.len() >= MAX_TASKS {
            return Err(Rejection(format!(
                "{} has {MAX_TASKS} tasks, the maximum. Nothing was added.",
                self.id
            )));
        }
        let mut incident = self.clone();
        let last = self.tasks.iter().map(|task| task.number).max();
        let mut task = Task {
            number: last.unwrap_or(0).max(self.last_removed_task) + 1,
            kind: new.kind,
            description: new.description,
            assignees: Vec::new(),
            handles,
            due_at: new.due_at,
            done_at: None,
        };
        task.add_assignees(new.assignees);
        let what = TimelineEvent::TaskAdded {
            task: task.task_ref(),
            assignees: task.assignees.clone(),
            other_assignees: task.other_assignees().map(str::to_owned).collect(),
            due_at: task.due_at,
        };
        incident.tasks.push(task.clone());
        let mut change = self.record_task(incident, what, actor);
        change.notify_assignees(&task, &task.assignees, actor);
        Ok(change)
    }

    /// Edits a task and posts an activity. Values that are already set are not reported.
    pub fn edit_task(&self, number: i64, edit: EditTask, actor: &Actor) -> Decision {
        let mut incident = self.clone();
        let task = incident.task_mut(number)?;
        let changes = task.apply(edit);
        if changes.is_empty() {
            return Ok(Change::new(self.clone(), actor.at));
        }
        for change in &changes {
            if let TaskChange::Due { to, .. } = change {
                check_due_date(*to, actor)?;
            }
        }
        let task = task.clone();
        let assigned: Vec<UserId> = changes
            .iter()
            .filter_map(|change| match change {
                TaskChange::Assigned { user } => Some(user.clone()),
                TaskChange::Description { .. }
                | TaskChange::Unassigned { .. }
                | TaskChange::NameAssigned { .. }
                | TaskChange::NameUnassigned { .. }
                | TaskChange::Due { .. } => None,
            })
            .collect();
        let what = TimelineEvent::TaskEdited {
            task: task.task_ref(),
            changes,
        };
        let mut change = self.record_task(incident, what, actor);
        change.notify_assignees(&task, &assigned, actor);
        Ok(change)
    }

    /// Finishes a task and posts an activity.
    pub fn finish_task(&self, number: i64, actor: &Actor) -> Decision {
        let mut incident = self.clone();
        let task = incident.task_mut(number)?;
        if task.done_at.is_some() {
            return Err(Rejection(format!("{} is already done.", task_label(task))));
        }
        task.done_at = Some(actor.at);
        let what = TimelineEvent::TaskDone {
            task: task.task_ref(),
        };
        Ok(self.record_task(incident, what, actor))
    }

    /// Finishes a task as [`Incident::finish_task`] does, but changes nothing if it is finished already.
    pub fn finish_task_if_open(&self, number: i64, actor: &Actor) -> Decision {
        match self.task(number) {
            Some(task) if task.done_at.is_some() => Ok(Change::new(self.clone(), actor.at)),
            Some(_) | None => self.finish_task(number, actor),
        }
    }

    /// Reopens a finished task and posts an activity.
    pub fn reopen_task(&self, number: i64, actor: &Actor) -> Decision {
        let mut incident = self.clone();
        let task = incident.task_mut(number)?;
        if task.done_at.is_none() {
            return Err(Rejection(format!("{} is already open.", task_label(task))));
        }
        task.done_at = None;
        let what = TimelineEvent::TaskReopened {
            task: task.task_ref(),
        };
        Ok(self.record_task(incident, what, actor))
    }

    fn task_mut(&mut self, number: i64) -> Result<&mut Task, Rejection> {
        let missing = self.no_such_task(number);
        let mut tasks = self.tasks.iter_mut();
        let task = tasks.find(|task| task.number == number);
        task.ok_or(missing)
    }

    /// Returns a change with one timeline entry and one activity about a task.
    fn record_task(&self, mut incident: Self, what: TimelineEvent, actor: &Actor) -> Change {
        incident.touch_responder(actor);
        let mut change = Change::new(incident, actor.at);
        change.add_entry(TimelineEntry::by_actor(actor, what.clone()));
        self.enqueue_activity(&mut change, Activity::by_actor(actor, what));
        change
    }
}

impl Task {
    /// Sets the fields that differ, and returns the changes.
    fn apply(&mut self, edit: EditTask) -> Vec<TaskChange> {
        let mut changes = Vec::new();
        if let Some(to) = edit.description.filter(|to| *to != self.description) {
            let from = std::mem::replace(&mut self.description, to.clone());
            changes.push(TaskChange::Description { from, to });
        }
        for user in self.add_assignees(edit.assigned) {
            changes.push(TaskChange::Assigned { user });
        }
        for user in edit.unassigned {
            if let Some(at) = self.assignees.iter().position(|it| *it == user) {
                self.assignees.remove(at);
                changes.push(TaskChange::Unassigned { user });
            }
        }
        if let Some(to) = edit.due_at.filter(|to| *to != self.due_at) {
            let from = std::mem::replace(&mut self.due_at, to);
            changes.push(TaskChange::Due { from, to });
        }
        changes
    }

    /// Adds assignees, and returns those who are new.
    fn add_assignees(&mut self, users: Vec<UserId>) -> Vec<UserId> {
        let mut new = Vec::new();
        for user in users {
            if !self.assignees.contains(&user) {
                self.assignees.push(user.clone());
                new.push(user);
            }
        }
        new
    }
}

impl Change {
    /// Makes the new assignees responders, invites them to the channel, and notifies them directly, except a
    /// user who assigned the task to themselves.
    fn notify_assignees(&mut self, task: &Task, users: &[UserId], actor: &Actor) {
        for user in users {
            self.enqueue(FetchUser { user: user.clone() });
            let is_new = self.incident.responder_ids().all(|known| known != user);
            self.incident.add_responder(user, actor.at);
            if is_new && self.incident.channel_state == ChannelState::Open {
                self.enqueue(InviteUser { user: user.clone() });
            }
            if !actor.is(user) {
                let note = DirectMessage::TaskAssigned {
                    actor: actor.user.clone(),
                    task: task.task_ref(),
                    due_at: task.due_at,
                };
                self.enqueue_direct_message(user.clone(), note);
            }
        }
    }
}

/// Checks that the due date is in the future.
fn check_due_date(due_at: Option<Timestamp>, actor: &Actor) -> Result<(), Rejection> {
    match due_at {
        Some(due_at) if due_at <= actor.at => Err(Rejection(
            "The due date is in the past. Pick a future one.".to_owned(),
        )),
        Some(_) | None => Ok(()),
    }
}

fn task_label(task: &Task) -> String {
    match task.kind {
        TaskKind::Task => format!("Task {}", task.number),
        TaskKind::FollowUp => format!("Follow-up {}", task.number),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use chrono::Duration;

    use super::*;
    use crate::testing::{alice_at, incident_with_channel};
    use crate::{Delivery, DeliveryKind};

    fn alice() -> Actor {
        let incident = incident_with_channel("");
        alice_at(incident.declared_at)
    }

    fn bob() -> UserId {
        UserId::from("U0BOB000001")
    }

    fn task_request(assignees: &[&str]) -> AddTask {
        AddTask {
            kind: TaskKind::Task,
            description: "Roll back".to_owned(),
            assignees: assignees.iter().map(|id| UserId::from(*id)).collect(),
            due_at: Some(alice().at.plus(Duration::hours(1))),
        }
    }

    fn delivery_kinds(change: &Change) -> Vec<DeliveryKind> {
        change.deliveries.iter().map(Delivery::kind).collect()
    }

    #[test]
    fn new_assignee_is_invited_and_notified_except_the_actor() {
        let change = incident_with_channel("")
            .add_task(
                task_request(&["U0BOB000001", "U0ALICE0001", "U0BOB000001"]),
                &alice(),
            )
            .unwrap();
        assert_eq!(
            delivery_kinds(&change),
            [
                DeliveryKind::PostActivity,
                DeliveryKind::FetchUser,
                DeliveryKind::InviteUser,
                DeliveryKind::SendDirectMessage,
                DeliveryKind::FetchUser
            ]
        );
        let task = change.incident.task(1).unwrap();
        assert_eq!(task.assignees, [bob(), "U0ALICE0001".into()]);
        assert!(change.incident.responder_ids().any(|user| *user == bob()));
        assert!(task.is_overdue_for(&bob(), alice().at.plus(Duration::hours(1))));
        assert!(!task.is_overdue_for(&bob(), alice().at));
    }

    #[test]
    fn task_edit_records_only_differences() {
        let added = incident_with_channel("")
            .add_task(task_request(&["U0BOB000001"]), &alice())
            .unwrap();
        let same = EditTask {
            description: Some("Roll back".to_owned()),
            assigned: vec![bob()],
            unassigned: vec![UserId::from("U0CHIOMA001")],
            due_at: Some(task_request(&[]).due_at),
        };
        let untouched = added.incident.edit_task(1, same, &alice()).unwrap();
        assert_eq!(untouched, Change::new(added.incident.clone(), alice().at));

        let edit = EditTask {
            unassigned: vec![bob()],
            due_at: Some(None),
            ..EditTask::default()
        };
        let edited = added.incident.edit_task(1, edit, &alice()).unwrap();
        assert_eq!(delivery_kinds(&edited), [DeliveryKind::PostActivity]);
        assert_eq!(edited.incident.task(1).unwrap().due_at, None);
        assert!(
            added
                .incident
                .edit_task(2, EditTask::default(), &alice())
                .is_err()
        );
    }

    #[test]
    fn task_is_finished_once_until_it_is_reopened() {
        let incident = incident_with_channel("")
            .add_task(task_request(&[]), &alice())
            .unwrap()
            .incident;
        let done = incident.finish_task(1, &alice()).unwrap().incident;
        assert_eq!(
            done.finish_task(1, &alice()),
            Err(Rejection("Task 1 is already done.".to_owned()))
        );
        let reopened = done.reopen_task(1, &alice()).unwrap().incident;
        assert_eq!(reopened.tasks, incident.tasks);
        assert!(reopened.reopen_task(1, &alice()).is_err());
    }

    #[test]
    fn past_due_date_is_rejected() {
        let over = AddTask {
            due_at: Some(alice().at),
            ..task_request(&[])
        };
        assert!(incident_with_channel("").add_task(over, &alice()).is_err());
    }
}
