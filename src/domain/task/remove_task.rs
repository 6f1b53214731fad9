//! Removes a task that was added by mistake.

use crate::{
    Actor, Change, Decision, Incident, Rejection, StoredEntry, TimelineEntry, TimelineEvent,
};

impl Incident {
    /// Removes a task and takes its entries off the timeline. Their posts are edited.
    ///
    /// `entries` are the entries of the timeline about tasks.
    pub fn remove_task(&self, number: i64, entries: &[StoredEntry], actor: &Actor) -> Decision {
        let mut incident = self.clone();
        let at = self.tasks.iter().position(|task| task.number == number);
        let at = at.ok_or_else(|| self.no_such_task(number))?;
        let removed = incident.tasks.remove(at);
        incident.last_removed_task = self.last_removed_task.max(number);
        incident.touch_responder(actor);
        let mut change = Change::new(incident, actor.at);
        for entry in entries {
            if entry.entry.event.task_number() == Some(number) {
                self.remove_entry(&mut change, entry.id, actor);
            }
        }
        let task = removed.task_ref();
        let event = TimelineEvent::TaskRemoved { task };
        change.add_entry(TimelineEntry::by_actor(actor, event));
        Ok(change)
    }

    /// Returns the rejection of a request about a task that does not exist, or no longer.
    pub fn no_such_task(&self, number: i64) -> Rejection {
        Rejection(if (1..=self.last_removed_task).contains(&number) {
            format!("Task {number} of {} has already been removed.", self.id)
        } else {
            format!("{} has no task {number}.", self.id)
        })
    }
}

impl TimelineEvent {
    /// Returns the number of the task that the event is about.
    pub fn task_number(&self) -> Option<i64> {
        if let Self::TaskAdded { task, .. }
        | Self::TaskEdited { task, .. }
        | Self::TaskDone { task }
        | Self::TaskReopened { task } = self
        {
            return Some(task.number);
        }
        None
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::testing::{alice_at, incident_with_channel};
    use crate::{AddTask, Delivery, DeliveryKind, TaskKind};

    #[test]
    fn removed_task_leaves_the_timeline_and_is_removed_once() {
        let incident = incident_with_channel("");
        let alice = alice_at(incident.declared_at);
        let request = AddTask {
            kind: TaskKind::Task,
            description: "Roll back".to_owned(),
            assignees: Vec::new(),
            due_at: None,
        };
        let added = incident.add_task(request.clone(), &alice).unwrap();
        let entry = StoredEntry {
            id: 41,
            entry: added.entries[0].clone(),
            is_important: false,
        };
        let removed = added.incident.remove_task(1, &[entry], &alice).unwrap();
        let kinds: Vec<_> = removed.deliveries.iter().map(Delivery::kind).collect();
        assert_eq!(kinds, [DeliveryKind::EditActivityPost]);
        assert_eq!(removed.edits.len(), 1);
        let again = removed.incident.remove_task(1, &[], &alice).unwrap_err();
        assert_eq!(again.0, "Task 1 of IR-7 has already been removed.");
        let next = removed.incident.add_task(request, &alice).unwrap();
        assert_eq!(next.incident.tasks[0].number, 2);
    }
}
