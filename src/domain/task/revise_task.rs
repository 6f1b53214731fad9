//! The changes of a task that a program requests at once: all or none is stored.

use crate::task::handle::TaskHandle;
use crate::task::task_change::TaskChange;
use crate::{
    Actor, AddTask, Change, Decision, EditTask, Incident, Task, TimelineEvent, Timestamp, UserId,
};

/// A request to change several attributes of a task. `None` leaves one unchanged. A due date may be in the past.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviseTask {
    /// The new description.
    pub description: Option<String>,
    /// The new assignees, who replace the previous ones.
    pub assignees: Option<Vec<TaskHandle>>,
    /// The new due date; `Some(None)` removes it.
    pub due_at: Option<Option<Timestamp>>,
    /// When it was finished; `Some(None)` reopens it.
    pub done_at: Option<Option<Timestamp>>,
}

impl Incident {
    /// Adds a task whose assignees a program named, and notifies those who are Slack users. It may be finished
    /// already.
    pub fn add_named_task(
        &self,
        new: AddTask,
        handles: Vec<TaskHandle>,
        done_at: Option<Timestamp>,
        actor: &Actor,
    ) -> Decision {
        let new = AddTask {
            assignees: users_of(&handles),
            ..new
        };
        let added = self.insert_task(new, handles, actor)?;
        let number = added.incident.tasks.last().map_or(0, |task| task.number);
        let finishing = added.incident.complete_task(number, done_at, actor)?;
        Ok(added.with(finishing))
    }

    /// Changes several attributes of a task: the edit and the completion are reported as those of a user are.
    pub fn revise_task(&self, number: i64, request: ReviseTask, actor: &Actor) -> Decision {
        let before = self.task(number).ok_or_else(|| self.no_such_task(number))?;
        let mut incident = self.clone();
        let task = incident.task_mut(number)?;
        let changes = task.revise(&request);
        let is_stored_only = changes.is_empty() && task.handles != before.handles;
        let assigned = assigned_users(&changes);
        let task = task.clone();
        let mut change = match changes.is_empty() {
            true if is_stored_only => Change::new(incident, actor.at),
            true => Change::new(self.clone(), actor.at),
            false => {
                let task = task.task_ref();
                let event = TimelineEvent::TaskEdited { task, changes };
                self.record_task(incident, event, actor)
            }
        };
        change.notify_assignees(&task, &assigned, actor);
        match request.done_at {
            None => Ok(change),
            Some(done_at) => {
                let completing = change.incident.complete_task(number, done_at, actor)?;
                Ok(change.with(completing))
            }
        }
    }

    /// Finishes or reopens a task, unless it is in that state already.
    fn complete_task(&self, number: i64, done_at: Option<Timestamp>, actor: &Actor) -> Decision {
        let mut incident = self.clone();
        let task = incident.task_mut(number)?;
        if task.done_at == done_at {
            return Ok(Change::new(incident, actor.at));
        }
        task.done_at = done_at;
        let task = task.task_ref();
        let event = match done_at {
            Some(_) => TimelineEvent::TaskDone { task },
            None => TimelineEvent::TaskReopened { task },
        };
        Ok(self.record_task(incident, event, actor))
    }
}

impl Task {
    /// Sets the attributes that differ, and returns the changes.
    fn revise(&mut self, request: &ReviseTask) -> Vec<TaskChange> {
        let mut edit = EditTask {
            description: request.description.clone(),
            due_at: request.due_at,
            ..EditTask::default()
        };
        let Some(handles) = &request.assignees else {
            return self.apply(edit);
        };
        let users = users_of(handles);
        let unassigned = self.assignees.iter().filter(|it| !users.contains(it));
        edit.unassigned = unassigned.cloned().collect();
        edit.assigned = users;
        let before: Vec<String> = self.other_assignees().map(str::to_owned).collect();
        self.handles.clone_from(handles);
        let after: Vec<String> = self.other_assignees().map(str::to_owned).collect();
        let mut changes = self.apply(edit);
        let new = after.iter().filter(|name| !before.contains(name));
        changes.extend(new.map(|name| TaskChange::NameAssigned { name: name.clone() }));
        let removed = before.iter().filter(|name| !after.contains(name));
        changes.extend(removed.map(|name| TaskChange::NameUnassigned { name: name.clone() }));
        changes
    }
}

/// Returns the Slack users of some handles, each once.
fn users_of(handles: &[TaskHandle]) -> Vec<UserId> {
    let mut users = Vec::new();
    for user in handles.iter().filter_map(|handle| handle.user.as_ref()) {
        if !users.contains(user) {
            users.push(user.clone());
        }
    }
    users
}

/// Returns the users that changes assign.
fn assigned_users(changes: &[TaskChange]) -> Vec<UserId> {
    let assigned = changes.iter().filter_map(|change| match change {
        TaskChange::Assigned { user } => Some(user.clone()),
        TaskChange::Description { .. }
        | TaskChange::Unassigned { .. }
        | TaskChange::NameAssigned { .. }
        | TaskChange::NameUnassigned { .. }
        | TaskChange::Due { .. } => None,
    });
    assigned.collect()
}

impl Change {
    /// Appends another change of the same request.
    fn with(mut self, later: Self) -> Self {
        self.incident = later.incident;
        self.entries.extend(later.entries);
        self.deliveries.extend(later.deliveries);
        self
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use chrono::Duration;
    use serde_json::json;

    use super::*;
    use crate::testing::incident_with_channel;
    use crate::{Delivery, DeliveryKind, TaskKind};

    fn alice() -> Actor {
        Actor::new(
            UserId::from("U0ALICE0001"),
            incident_with_channel("").declared_at,
        )
    }

    fn handle(name: &str, user: Option<&str>) -> TaskHandle {
        TaskHandle {
            sent: json!(name),
            user: user.map(UserId::from),
        }
    }

    fn added() -> Incident {
        let request = AddTask {
            kind: TaskKind::Task,
            description: "Roll back".to_owned(),
            assignees: Vec::new(),
            due_at: None,
        };
        let handles = vec![
            handle("@bob@example.com", Some("U0BOB000001")),
            handle("@ann@example.org", None),
        ];
        let change = incident_with_channel("").add_named_task(request, handles, None, &alice());
        change.unwrap().incident
    }

    #[test]
    fn everything_is_changed_in_one_decision() {
        let past = alice().at.plus(Duration::days(-3));
        let request = ReviseTask {
            description: Some("Roll forward".to_owned()),
            assignees: Some(vec![handle("@chioma", Some("U0CHIOMA001"))]),
            due_at: Some(Some(past)),
            done_at: Some(Some(past)),
        };
        let change = added().revise_task(1, request.clone(), &alice()).unwrap();
        let kinds: Vec<_> = change.deliveries.iter().map(Delivery::kind).collect();
        assert_eq!(
            kinds,
            [
                DeliveryKind::PostActivity,
                DeliveryKind::FetchUser,
                DeliveryKind::InviteUser,
                DeliveryKind::SendDirectMessage,
                DeliveryKind::PostActivity
            ]
        );
        let task = change.incident.task(1).unwrap();
        assert_eq!((task.due_at, task.done_at), (Some(past), Some(past)));
        assert_eq!(task.assignees, [UserId::from("U0CHIOMA001")]);
        assert_eq!(task.other_assignees().count(), 0);
        let TimelineEvent::TaskEdited { changes, .. } = &change.entries[0].event else {
            panic!("{change:?}");
        };
        assert_eq!(changes.len(), 5);
        let again = change.incident.revise_task(1, request, &alice()).unwrap();
        assert_eq!(again, Change::new(change.incident, alice().at));
    }

    #[test]
    fn names_without_a_user_are_assignees() {
        let incident = added();
        let task = incident.task(1).unwrap();
        let others: Vec<_> = task.other_assignees().collect();
        assert_eq!(others, ["@ann@example.org"]);
        assert!(!task.is_unassigned());
        let nothing = ReviseTask {
            assignees: Some(Vec::new()),
            ..ReviseTask::default()
        };
        let change = incident.revise_task(1, nothing, &alice()).unwrap();
        assert!(change.incident.task(1).unwrap().is_unassigned());
        assert!(
            incident
                .revise_task(2, ReviseTask::default(), &alice())
                .is_err()
        );
    }
}
